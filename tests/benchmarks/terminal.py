"""A program in a real pseudo-terminal: what it wrote and when, what it cost. Linux."""

import fcntl
import os
import pty
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Condition, Thread
from typing import NamedTuple, Self

ROOT = Path(__file__).parents[2]


class Cost(NamedTuple):
    """What a process has used so far: seconds of CPU, voluntary switches, resident megabytes.

    Switches stay 0 where the kernel does not count them.
    """

    cpu: float
    switches: int
    rss: float


class Terminal:
    """Runs a program; remembers every piece it wrote with the time it could be read."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 100,
        rows: int = 30,
        environment: Mapping[str, str] | None = None,
        after: Callable[[], object] = lambda: None,
    ) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        given = {
            **kept,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        self.began = time.monotonic()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(arguments[0], list(arguments), given)
        self.pieces: list[tuple[float, bytes]] = []
        self.ended = False
        self._after = after
        self._grown = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._terminal, 1 << 16)
            except OSError:
                data = b""
            at = time.monotonic()
            with self._grown:
                if data:
                    self.pieces.append((at, data))
                else:
                    self.ended = True
                self._grown.notify_all()
            if not data:
                return

    def type(self, keys: str) -> float:
        """Press keys; says when."""
        at = time.monotonic()
        os.write(self._terminal, keys.encode())
        return at

    def resize(self, columns: int, rows: int) -> float:
        """Change the size; says when."""
        at = time.monotonic()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)
        os.kill(self.pid, signal.SIGWINCH)
        return at

    def until(
        self, seen: Callable[[bytes], bool] | bytes, *, seconds: float = 30, since: int = 0
    ) -> float:
        """Wait for something in what was written from piece `since` on; says when it was there."""
        holds = seen if callable(seen) else lambda data, words=seen: words in data
        deadline = time.monotonic() + seconds
        text, at = b"", since
        with self._grown:
            while True:
                while at < len(self.pieces):
                    stamp, data = self.pieces[at]
                    at += 1
                    text = text[-4096:] + data
                    if holds(text):
                        return stamp
                if self.ended or not self._grown.wait(max(0.0, deadline - time.monotonic())):
                    tail = b"".join(data for _, data in self.pieces[-20:])[-3000:]
                    raise TimeoutError(f"{seen!r} was never seen; last:\n{tail!r}")

    def quiet(self, seconds: float, *, limit: float = 60) -> float:
        """Wait until nothing was written for so long; says when the last piece was."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            last = self.pieces[-1][0] if self.pieces else self.began
            rest = last + seconds - time.monotonic()
            if rest <= 0:
                return last
            time.sleep(rest)
        return self.pieces[-1][0]

    def cost(self) -> Cost:
        """What the process has used so far, all of its threads."""
        # the clock of another process's CPU, numbered as Linux does
        cpu = time.clock_gettime(~self.pid << 3 | 2)
        status = Path(f"/proc/{self.pid}/status").read_text()
        switches = sum(
            int(_field((task / "status").read_text(), "voluntary_ctxt_switches"))
            for task in Path(f"/proc/{self.pid}/task").iterdir()
        )
        return Cost(cpu, switches, int(_field(status, "VmRSS").split()[0]) / 1024)

    def close(self) -> None:
        """End the program."""
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._reader.join(5)
        os.close(self._terminal)
        self._after()


def _field(status: str, name: str) -> str:
    return next(line for line in status.splitlines() if line.startswith(name)).split(":")[1]
