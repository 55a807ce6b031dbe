"""The recorder as a child process: it may hang or be killed, and nothing here does.

See `workbench.recorder` for what it does, and `workbench.recorder.wire` for how it says so.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Final, Self

from workbench.recorder import wire
from workbench.recorder.wire import Event, Frames, WireError

_LAST_WORDS: Final = 2048
"""Characters kept of what C code complains of."""

_READ: Final = 65_536
_KILLED_WITHIN: Final = 2.0


class RecorderProcess:
    """A recorder that runs; ``start`` makes one."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._complaints = ""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, environ: Mapping[str, str]) -> Self:
        """Start one. Raises OSError.

        It inherits ``environ`` without the key: a program that hears is told no secrets.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "workbench.recorder"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,  # the terminal belongs to the screen
            env=_environment(environ),
            # Ctrl-C and Ctrl-Z in the terminal are for the application
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """It runs, as far as is known."""
        return self._process.returncode is None

    @property
    def complaint(self) -> str:
        """The last line that it printed beside its events, "" for none."""
        lines = self._complaints.strip().splitlines()
        return lines[-1] if lines else ""

    def send(self, do: str, **what: object) -> None:
        """Give it a command; one that is gone hears nothing."""
        self._write(wire.command(do, **what))

    async def send_sound(self, data: bytes) -> None:
        """Give it samples to play; waits while its pipe is full."""
        self._write(wire.sound(data))
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                await self._process.stdin.drain()

    async def events(self) -> AsyncGenerator[Event, None]:
        """What it tells, until it ends."""
        frames = Frames()
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        with contextlib.suppress(WireError, OSError):
            while data := await self._process.stdout.read(_READ):
                for kind, payload in frames.feed(data):
                    yield wire.read_event(kind, payload)

    def let_go(self) -> None:
        """Close its input: it finishes what it does and ends by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def end(self, *, patience: float) -> None:
        """Let go of it, and kill it and all that it started unless it ends in time."""
        self.let_go()
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            with contextlib.suppress(TimeoutError):  # one that the kernel holds is left behind
                async with asyncio.timeout(_KILLED_WITHIN):
                    await self._process.wait()
        finally:
            self.kill()  # also what it started, where it had no time to
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    def kill(self) -> None:
        """End it and all that it started, now; what it wrote stays."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _write(self, frame: bytes) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            with contextlib.suppress(OSError):
                self._process.stdin.write(frame)

    async def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - asked for above
        while said := await self._process.stderr.read(_READ):
            self._complaints = (self._complaints + said.decode("utf-8", "replace"))[-_LAST_WORDS:]


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Where this package is, whatever folder we are in; and no key."""
    kept = {name: value for name, value in environ.items() if name != "GROQ_API_KEY"}
    home = Path(__file__).parents[2]
    if home.name not in ("site-packages", "dist-packages"):
        searched = filter(None, (kept.get("PYTHONPATH"), os.fspath(home)))
        kept["PYTHONPATH"] = os.pathsep.join(searched)
    return kept
