"""A conversation of 2,000 messages against one of 20: opening, scrolling, finding, resizing.

Run: bench_long.py [--messages 2000]. Each key is answered before the next one is pressed.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from figures import Table, ms, share
from streamed import HERE, measure, service
from terminal import Terminal

CTRL_F, ESCAPE, TAB = "\x06", "\x1b", "\t"


def answered(app: Terminal, do: Callable[[], float]) -> float:
    """Seconds from an action to the end of what the terminal was sent because of it."""
    piece = len(app.pieces)
    at = do()
    deadline = time.monotonic() + 10
    while len(app.pieces) == piece and time.monotonic() < deadline:
        time.sleep(0.001)
    return app.quiet(0.12) - at


def run(messages: int) -> dict[str, str]:
    """Measure one conversation."""
    out: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, service("prose", 2000, 1000) as (port, stamps):
        told = Path(folder, "told.json")
        words = [sys.executable, str(HERE / "long_child.py"), f"http://127.0.0.1:{port}"]
        with Terminal(
            [*words, str(messages), str(told)],
            environment={"HOME": folder, "XDG_STATE_HOME": folder},
        ) as app:
            deadline = time.monotonic() + 60
            while not told.exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            app.quiet(0.5)
            said = json.loads(told.read_text())
            out["open: handed to the screen"] = ms(said["shown"])
            out["memory grown, MB"] = f"{said['grown_mb']:.1f}"
            out["text itself, MB"] = f"{said['text_mb']:.1f}"
            app.type(TAB)
            app.quiet(0.3)
            for name, key in (
                ("page up", "\x1b[5~"),
                ("to the top (Home)", "\x1b[H"),
                ("page down", "\x1b[6~"),
                ("to the end (End)", "\x1b[F"),
            ):
                times = [answered(app, lambda key=key: app.type(key)) for _ in range(6)]
                first = times[0] if "to the" in name else share(times, 0.5)
                out[name] = ms(first if "to the" in name else share(times, 0.5))
                if "to the" not in name:
                    out[f"{name}, worst of 6"] = ms(max(times))
            app.type(CTRL_F)
            app.quiet(0.3)
            typed = [answered(app, lambda c=c: app.type(c)) for c in "haystack"]
            out["find: a letter typed, median"] = ms(share(typed, 0.5))
            out["find: a letter typed, worst"] = ms(max(typed))
            steps = [answered(app, lambda: app.type("\r")) for _ in range(8)]
            out["find: the next one, median"] = ms(share(steps, 0.5))
            out["find: the next one, worst"] = ms(max(steps))
            app.type(ESCAPE)
            app.quiet(0.5)
            resized = [answered(app, lambda c=c: app.resize(c, 30)) for c in (70, 120, 60, 100)]
            out["resize, median"] = ms(share(resized, 0.5))
            out["resize, worst"] = ms(max(resized))
            app.quiet(0.5)
            got = measure(app, "prose", 2000, 1000, stamps, keys=True, copy=False)
            out["streaming at the end, p50"] = ms(share(got.lags, 0.5))
            out["streaming at the end, p99"] = ms(share(got.lags, 0.99))
            out["streaming at the end, CPU %"] = f"{got.cpu / got.wall * 100:.0f}"
            out["keys meanwhile, p99"] = ms(share(got.keys, 0.99))
    return out


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    messages = parser.parse_args().messages
    short, long = run(20), run(messages)
    table = Table("A long conversation (ms)", "what", "20", f"{messages:,}")
    for name, value in short.items():
        table.row(name, value, long[name])


if __name__ == "__main__":
    main()
