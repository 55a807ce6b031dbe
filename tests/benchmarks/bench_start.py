"""Start: --version, --help, and the first paint against the smallest Textual application.

Run: bench_start.py [--rounds 7]. Rounds alternate, so that a busy machine is busy for all.
"""

import argparse
import resource
import subprocess
import sys
import time

from figures import Table, ms, say, share
from streamed import application, service
from terminal import Terminal

SMALLEST = """
from textual.app import App
from textual.widgets import Static

class Smallest(App):
    def compose(self):
        yield Static("Ask something")

Smallest().run()
"""
PAINTED = b"sk something"  # the cursor may be on the first letter


def command(*words: str) -> tuple[float, float]:
    """Run the program to its end: seconds of wall and of CPU."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    subprocess.run(
        [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent


def painted(app: Terminal) -> tuple[float, float]:
    """Wait for the first paint: seconds of wall and of CPU until then."""
    with app:
        at = app.until(PAINTED)
        return at - app.began, app.cost().cpu


def first_key(port: int) -> bool:
    """Type before anything is painted; say whether it is in the prompt afterwards."""
    with application(port) as app:
        app.until(b"\x1b[?1049h")  # the terminal is the application's from here on
        app.type("hello")
        try:
            app.until(b"hello", seconds=10)
        except TimeoutError:
            return False
        return True


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    runs: dict[str, list[tuple[float, float]]] = {}
    with service("prose", 1, 1) as (port, _):
        for _ in range(rounds):
            for name, words in {
                "bare Python": ("-c", "pass"),
                "--version": ("-m", "workbench", "--version"),
                "--help": ("-m", "workbench", "--help"),
            }.items():
                runs.setdefault(name, []).append(command(*words))
            smallest = painted(Terminal([sys.executable, "-c", SMALLEST]))
            runs.setdefault("smallest Textual app, painted", []).append(smallest)
            runs.setdefault("workbench, painted", []).append(painted(application(port)))
        kept = [first_key(port) for _ in range(rounds)]
    table = Table("Start (ms)", "what", "wall p50", "wall max", "CPU p50", "CPU max", "x smallest")
    base = share([wall for wall, _ in runs["smallest Textual app, painted"]], 0.5)
    for name, measured in runs.items():
        walls, cpus = zip(*measured, strict=True)
        ratio = f"{share(walls, 0.5) / base:.2f}"
        table.row(name, *(ms(share(v, p)) for v in (walls, cpus) for p in (0.5, 1)), ratio)
    say(f"keys typed before the first paint: kept in {sum(kept)} of {len(kept)} starts")


if __name__ == "__main__":
    main()
