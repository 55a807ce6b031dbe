"""A real terminal with the program in it, and what a person would see on its screen."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pexpect
import pyte
import pytest


class Terminal:
    """A pseudo-terminal with a program in it, and what a person would see on its screen."""

    def __init__(self, arguments: list[str], *, home: Path, columns: int, rows: int) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        environment = {**kept, "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.output = bytearray()
        self.program = pexpect.spawn(
            sys.executable,
            ["-m", "workbench", *arguments],
            env=environment,
            dimensions=(rows, columns),
            timeout=30,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.close(force=True)

    @property
    def screen(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def type(self, keys: str) -> None:
        self.program.send(keys)

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        self.program.setwinsize(rows, columns)

    def until(self, seen: Callable[[str], bool], *, seconds: float = 30) -> str:
        """Read until the screen shows what is waited for, and return it."""
        deadline = time.monotonic() + seconds
        while not seen(self.screen):
            assert time.monotonic() < deadline, f"never seen, on this screen:\n{self.screen}"
            try:
                self._read(deadline - time.monotonic())
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                pytest.fail(f"the program ended:\n{self.screen}")
        return self.screen

    def until_shown(self, text: str) -> str:
        return self.until(lambda screen: text in screen)

    def wait(self) -> int:
        """Read to the end of the program and return its exit code."""
        while True:
            try:
                self._read(30)
            except pexpect.EOF:
                break
        self.program.close()
        return int(self.program.exitstatus or 0)

    def _read(self, seconds: float) -> None:
        data = self.program.read_nonblocking(65_536, timeout=max(0.01, seconds))
        self.output += data
        self._stream.feed(data)
