"""A race of several models at full speed in a real terminal: what it costs, how fast it is.

Run: bench_race.py [--rate 1000] [--tokens 4000] [--lanes 2,4,6] [--columns 120]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import service
from figures import Table
from streamed import application
from terminal import Terminal

_FIELDS = ("\t", "\t", "1", "\t", "8192")
"""To the rounds, and to the longest answer."""
_DONE = b"1 round"


@contextmanager
def models(lanes: int, tokens: int, rate: float) -> Iterator[int]:
    """Run a service with so many models, all of one speed; gives its port."""
    words = [sys.executable, __file__, "--serve", f"{lanes},{tokens},{rate}"]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        try:
            yield int((process.stdout or sys.stdin.buffer).readline())
        finally:
            process.kill()


def serve(lanes: int, tokens: int, rate: float) -> None:
    """Serve until killed."""
    listed = [{"id": f"model-{lane}", "context_window": 8192} for lane in range(lanes)]
    service.MODELS = json.dumps({"object": "list", "data": listed}).encode()
    with tempfile.TemporaryDirectory() as folder:
        sys.argv = ["service.py", "prose", str(tokens), str(rate), str(Path(folder, "stamps"))]
        service.main()


def race(app: Terminal, lanes: int) -> tuple[float, float, int]:
    """Run one round: seconds of CPU, seconds from the first token on, and the piece written then.

    Every lane is marked by its key.
    """
    app.until(b"Ask a Groq model")
    time.sleep(3)  # it still gets ready for answers
    since = len(app.pieces)
    app.type("\x1b[18~")  # F7
    app.until(b"model-0", since=since)
    app.quiet(0.5)
    # the chat's own model is at the end of the list, and marked: take its mark away
    for keys in ("\x1b[B" * lanes + " ", "\x1b[A" * lanes + " \x1b[B" * lanes, *_FIELDS):
        app.type(keys)
        time.sleep(0.3)  # keys that come at once go where the first of them goes
    since = len(app.pieces)
    app.type("\x12")  # ctrl+r
    app.until(b"writing", since=since)
    begun, before = time.monotonic(), app.cost()
    app.until(_DONE, since=since, seconds=120)
    return app.cost().cpu - before.cpu, time.monotonic() - begun, since


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--tokens", type=int, default=4000)
    parser.add_argument("--lanes", default="2,4,6")
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        lanes, tokens, rate = options.serve.split(",")
        serve(int(lanes), int(tokens), float(rate))
        return
    table = Table(
        f"A race at {options.rate:,.0f} tok/s offered to each lane",
        *("lanes", "tok/s shown", "CPU %", "us/token", "frames/s", "out KB/s", "RSS MB"),
    )
    for lanes in map(int, options.lanes.split(",")):
        with (
            models(lanes, options.tokens, options.rate) as port,
            application(port, columns=options.columns, rows=36) as app,
        ):
            cpu, wall, pieces = race(app, lanes)
            written = app.pieces[pieces:]
            size = sum(len(data) for _, data in written)
            amount = lanes * options.tokens
            table.row(
                str(lanes),
                f"{amount / wall:,.0f}",
                f"{cpu / wall * 100:.0f}",
                f"{cpu / amount * 1e6:.0f}",
                f"{len(written) / wall:.0f}",
                f"{size / wall / 1024:.0f}",
                f"{app.cost().rss:.0f}",
            )


if __name__ == "__main__":
    main()
