"""One answer streamed through the real application in a real pseudo-terminal, and its figures."""

import base64
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terminal import ROOT, Terminal
from workloads import FIRST, NUMBER, tokens

HERE = Path(__file__).parent
KEY_PAUSE = 0.1
_KEYS_SEEN = b"Q" * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """What was measured. Seconds; `windows` are CPU seconds per token early and late."""

    lags: list[float]
    dropped: int
    copied_whole: bool
    keys: list[float]
    cpu: float
    wall: float
    early: float
    late: float
    rss: float
    written: int


@contextmanager
def service(kind: str, amount: int, rate: float) -> Iterator[tuple[int, Path]]:
    """Run the scripted service; gives its port, and where its stamps will be."""
    with tempfile.TemporaryDirectory() as folder:
        stamps = Path(folder, "stamps")
        words = [sys.executable, str(HERE / "service.py"), kind, str(amount), str(rate)]
        with subprocess.Popen([*words, str(stamps)], stdout=subprocess.PIPE) as process:
            try:
                yield int((process.stdout or sys.stdin.buffer).readline()), stamps
            finally:
                process.kill()


def application(port: int, *, columns: int = 100, rows: int = 30) -> Terminal:
    """Start the workbench against a port of this machine."""
    home = tempfile.TemporaryDirectory(prefix="bench-home-", ignore_cleanup_errors=True)
    return Terminal(
        [sys.executable, "-m", "workbench", "--base-url", f"http://127.0.0.1:{port}"],
        columns=columns,
        rows=rows,
        environment={"HOME": home.name, "GROQ_API_KEY": "gsk_bench_0123456789"},
        after=home.cleanup,
    )


def stream(
    kind: str, amount: int, rate: float, *, keys: bool = True, copy: bool = True
) -> Streamed:
    """Ask once, type meanwhile, and find out when each token was on the terminal."""
    with service(kind, amount, rate) as (port, stamps), application(port) as app:
        app.until(b"Ask a Groq model")
        app.quiet(0.3)
        return measure(app, kind, amount, rate, stamps, keys=keys, copy=copy)


def measure(
    app: Terminal, kind: str, amount: int, rate: float, stamps: Path, *, keys: bool, copy: bool
) -> Streamed:
    """Ask an open workbench whose prompt has the focus."""
    first_piece = len(app.pieces)
    app.type("go\r")
    app.until(str(FIRST).encode(), since=first_piece)
    begun, before = time.monotonic(), app.cost()
    marks = [(begun, before.cpu)]
    pressed: list[tuple[float, int, int]] = []  # when, how many, the piece written before
    run = 0
    while not stamps.exists():
        if keys:
            if run >= 40:
                app.type("\x15")  # to the start of the line: begin a new run
                run = 0
                time.sleep(KEY_PAUSE)
            run += 1
            pressed.append((app.type("Q"), run, len(app.pieces)))
        time.sleep(KEY_PAUSE * 1.03)
        marks.append((time.monotonic(), app.cost().cpu))
    app.quiet(0.4, limit=30)
    after = app.cost()
    ended = app.pieces[-1][0]
    sent = array("d", stamps.read_bytes())
    stamps.unlink()
    shown = _sightings(app, first_piece, amount)
    lags = [seen - at for seen, at in zip(shown, sent, strict=True) if seen]
    whole = True
    if copy:
        whole = _copied(app) == "".join(tokens(kind, amount))
    return Streamed(
        lags=lags,
        dropped=sum(not seen for seen in shown),
        copied_whole=whole,
        keys=_echoes(app, pressed),
        cpu=after.cpu - before.cpu,
        wall=ended - begun,
        early=_per_token(marks, begun, rate, 200 / rate, 2200 / rate),
        late=_per_token(marks, begun, rate, (amount - 2200) / rate, (amount - 200) / rate),
        rss=after.rss,
        written=sum(len(data) for _, data in app.pieces[first_piece:]),
    )


def _sightings(app: Terminal, first_piece: int, amount: int) -> list[float]:
    """When each token's number was first written."""
    shown = [0.0] * amount
    tail = b""
    for at, data in app.pieces[first_piece:]:
        text = tail + data
        for match in NUMBER.finditer(text):
            if match.end() == len(text):
                break  # it may go on in the next piece
            index = int(match[0]) - FIRST
            if 0 <= index < amount and not shown[index]:
                shown[index] = at
        tail = text[-8:]
    return shown


def _echoes(app: Terminal, pressed: list[tuple[float, int, int]]) -> list[float]:
    """Seconds from each key to its echo; the key that is never echoed counts a minute."""
    out = []
    for at, run, piece in pressed:
        wanted = b"Q" * run
        out.append(
            next(
                (seen - at for seen, data in app.pieces[piece:] if wanted in data and seen >= at),
                60.0,
            )
        )
    return out


def _per_token(
    marks: list[tuple[float, float]], begun: float, rate: float, start: float, stop: float
) -> float:
    """CPU seconds per token between two times of the stream."""
    inside = [mark for mark in marks if start <= mark[0] - begun <= stop]
    if len(inside) < 2 or start < 0:
        return float("nan")
    (first, low), (last, high) = inside[0], inside[-1]
    return (high - low) / ((last - first) * rate)


def _copied(app: Terminal) -> str:
    """Press the key that copies the answer, and read what reached the terminal's clipboard."""
    piece = len(app.pieces)
    app.type("\x1bOR")  # F3
    app.until(b"\x1b]52;c;", since=piece)
    app.quiet(0.2)
    written = b"".join(data for _, data in app.pieces[piece:])
    start = written.index(b"\x1b]52;c;") + 7
    coded = written[start : written.index(b"\x07", start)]
    return base64.b64decode(coded).decode()


__all__ = ["ROOT", "Streamed", "application", "measure", "service", "stream"]
