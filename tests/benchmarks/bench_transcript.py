"""Streaming on a real pseudo-terminal: our transcript against Textual's stock Markdown.

Run: python tests/benchmarks/bench_transcript.py [--tokens 4000] [--rate 1000] [--stock-tokens 600]
"""

import argparse
import fcntl
import json
import os
import pty
import struct
import sys
import tempfile
import termios
from pathlib import Path

CHILD = Path(__file__).with_name("transcript_child.py")
ROOT = Path(__file__).parents[2]


def run(widget: str, kind: str, count: int, rate: float, size: tuple[int, int]) -> dict[str, float]:
    """Run one measurement in a pseudo-terminal of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "result.json")
        child, terminal = pty.fork()
        if child == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.environ["PYTHONPATH"] = str(ROOT)
            words = [widget, kind, str(count), str(rate), str(out)]
            os.execv(sys.executable, [sys.executable, str(CHILD), *words])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        read = 0
        while True:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            read += len(data)
        os.waitpid(child, 0)
        os.close(terminal)
        result: dict[str, float] = json.loads(out.read_text())
        result["terminal_kb"] = read / 1024
        return result


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--stock-tokens", type=int, default=600)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--kinds", default="prose,fence,list,table")
    parser.add_argument("--size", default="100x30")
    options = parser.parse_args()
    columns, lines = map(int, options.size.split("x"))
    head = f"{'widget':6} {'kind':6} {'tokens':>6} {'wall s':>7} {'CPU s':>6} {'CPU %':>6}"
    print(f"{head} {'us/tok':>7} {'2nd/1st':>7} {'key ms':>7} {'RSS MB':>7} {'out KB':>7}")  # noqa: T201
    for kind in options.kinds.split(","):
        for widget, count in (("ours", options.tokens), ("stock", options.stock_tokens)):
            if count <= 0:
                continue
            got = run(widget, kind, count, options.rate, (columns, lines))
            print(  # noqa: T201 - a benchmark's answer
                f"{widget:6} {kind:6} {got['tokens']:6.0f} {got['wall']:7.2f} {got['cpu']:6.2f} "
                f"{got['share'] * 100:6.1f} {got['cpu'] / got['tokens'] * 1e6:7.0f} "
                f"{got['second_half_to_first']:7.2f} {got['key_ms_max']:7.1f} "
                f"{got['rss_mb']:7.1f} {got['terminal_kb']:7.0f}"
            )


if __name__ == "__main__":
    main()
