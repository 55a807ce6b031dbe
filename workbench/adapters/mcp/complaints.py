"""What a server's program writes on its standard error: read on, its end kept."""

import asyncio
import contextlib
import os
from collections import deque
from types import TracebackType
from typing import Final, Self, TextIO

_KEPT: Final = 4096


class Complaints:
    """A pipe to give to a program; nothing that it writes reaches the terminal."""

    def __init__(self) -> None:
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        self.file: TextIO = os.fdopen(write, "w", encoding="utf-8", errors="replace")

    @property
    def last(self) -> str:
        """The last line that says something."""
        text = b"".join(self._kept).decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return lines[-1] if lines else ""

    def __enter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._read, self._take)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._take()
        asyncio.get_running_loop().remove_reader(self._read)
        os.close(self._read)
        self.started()

    def started(self) -> None:
        """The program has its end of the pipe: close ours."""
        with contextlib.suppress(OSError):
            self.file.close()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._read, 65_536):
                self._kept.append(data[-_KEPT:])
                self._size += len(self._kept[-1])
                while len(self._kept) > 1 and self._size - len(self._kept[0]) >= _KEPT:
                    self._size -= len(self._kept.popleft())
                return
            asyncio.get_running_loop().remove_reader(self._read)
