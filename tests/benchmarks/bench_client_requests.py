"""What one chat completion costs, kept-alive, alone and 64 at once: ours and others.

Ours has its resilience on and an observer listening.
Run: bench_client_requests.py [--rounds 9] [--quick] [--only "ours,groq SDK"]
"""

from statistics import median
from typing import Any

from figures import Table, ms, share
from rivalry import Counter, Process, arguments, local_server, machine, rounds_of, workplace


def main() -> None:
    """Print the tables."""
    options = arguments(__doc__)
    with workplace() as folder, local_server(folder) as (port, kind):
        machine(kind)
        counter = Counter(port, folder)
        if counter:
            _instructions(counter, options.names)
        processes = {name: Process(name, port) for name in options.names}
        try:
            _alone(rounds_of(processes, options.rounds, warm=100, times=100))
            _at_once(rounds_of(processes, options.rounds, warm=128, times=640, at_once=64))
        finally:
            for process in processes.values():
                process.close()


def _instructions(counter: Counter, names: list[str]) -> None:
    table = Table(f"Instructions of a request, in thousands ({counter.how})", "", "k", "groq / it")
    counts = {}
    for name in names:
        few, many = counter.count(name, [{"times": 10}, {"times": 30}])
        counts[name] = (many - few) / 20_000
    for name, count in counts.items():
        table.row(name, f"{count:,.0f}", f"{counts.get('groq SDK', float('nan')) / count:.1f}")


def _alone(runs: dict[str, list[dict[str, Any]]]) -> None:
    table = Table(
        "One at a time (medians of the rounds; us CPU, ms latency)",
        *("", "CPU us", "groq / it", "p50 ms", "p99 ms", "p99 over floor"),
    )
    cpu = {name: median(_cpu(run) for run in found) for name, found in runs.items()}
    took = {name: [t for run in found for t in run["took"]] for name, found in runs.items()}
    floor = share(took.get("asyncio floor", []), 0.5)
    for name, found in runs.items():
        p99 = median(share(run["took"], 0.99) for run in found)
        table.row(
            name,
            f"{cpu[name] * 1e6:.0f}",
            f"{cpu.get('groq SDK', float('nan')) / cpu[name]:.1f}",
            f"{share(took[name], 0.5) * 1e3:.2f}",
            f"{p99 * 1e3:.2f}",
            f"{(p99 - floor) * 1e3:.2f}",
        )


def _at_once(runs: dict[str, list[dict[str, Any]]]) -> None:
    table = Table("64 at once (medians of the rounds)", "", "req/s", "CPU us", "p50 ms", "p99 ms")
    for name, found in runs.items():
        table.row(
            name,
            f"{median(len(run['took']) / run['wall'] for run in found):,.0f}",
            f"{median(_cpu(run) for run in found) * 1e6:.0f}",
            ms(median(share(run["took"], 0.5) for run in found)),
            ms(median(share(run["took"], 0.99) for run in found)),
        )


def _cpu(run: dict[str, Any]) -> float:
    return float(run["cpu"]) / len(run["took"])


if __name__ == "__main__":
    main()
