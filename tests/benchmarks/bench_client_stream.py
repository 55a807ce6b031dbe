"""What a streamed event costs, how late its text is, and what 100,000 of them hold in memory.

Each event is decoded, typed and folded by ours; the others do what they do.
Run: bench_client_stream.py [--rounds 9] [--quick] [--only "ours,groq SDK"]
"""

from statistics import median
from typing import Any

from figures import Table, share
from rivalry import Counter, Process, arguments, local_server, machine, rounds_of, workplace

PACE = 0.03  # seconds between events: long enough for each to be read alone, under valgrind too


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
            _cpu(rounds_of(processes, options.rounds, warm=0, events=2000))
            paced = {"events": 500, "pause": 0.001, "stamped": 1}
            _lags(rounds_of(processes, max(3, options.rounds // 3), warm=0, **paced))
        finally:
            for process in processes.values():
                process.close()
        _memory(port, options.names)


def _instructions(counter: Counter, names: list[str]) -> None:
    table = Table(
        f"Instructions of an event, in thousands ({counter.how})",
        *("", "in bursts", "groq / it", "one by one", "groq / it"),
    )
    counts = {}
    for name in names:
        orders: list[dict[str, object]] = [{"events": 50}, {"events": 150}]
        orders += [{"events": 20, "pause": PACE}, {"events": 60, "pause": PACE}]
        a, b, c, d = counter.count(name, orders)
        counts[name] = ((b - a) / 100_000, (d - c) / 40_000)
    groq = counts.get("groq SDK", (float("nan"),) * 2)
    for name, (burst, single) in counts.items():
        ratios = f"{groq[0] / burst:.1f}", f"{groq[1] / single:.1f}"
        table.row(name, f"{burst:.1f}", ratios[0], f"{single:.1f}", ratios[1])


def _cpu(runs: dict[str, list[dict[str, Any]]]) -> None:
    table = Table("2,000 events as fast as they come (medians)", "", "CPU us each", "groq / it")
    cpu = {name: median(run["cpu"] for run in found) / 2000 for name, found in runs.items()}
    for name, seconds in cpu.items():
        ratio = cpu.get("groq SDK", float("nan")) / seconds
        table.row(name, f"{seconds * 1e6:.1f}", f"{ratio:.1f}")


def _lags(runs: dict[str, list[dict[str, Any]]]) -> None:
    table = Table(
        "At 1,000 events a second, from the service's write to the caller (ms)",
        *("", "first", "p50", "p99"),
    )
    for name, found in runs.items():
        lags = [lag for run in found for lag in run["lags"]]
        first = median(run["lags"][0] for run in found)
        figures = (first, share(lags, 0.5), share(lags, 0.99))
        table.row(name, *(f"{seconds * 1e3:.2f}" for seconds in figures))


def _memory(port: int, names: list[str]) -> None:
    table = Table("Memory at the most that 100,000 events add to 100 (MB)", "", "MB", "text MB")
    for name in names:
        with Process(name, port) as process:
            process.order(events=100)
            before = process.order(events=100)
            after = process.order(events=100_000)
        grown = (after["peak_kb"] - before["peak_kb"]) / 1024
        table.row(name, f"{grown:.1f}", f"{after['length'] / 1e6:.1f}")


if __name__ == "__main__":
    main()
