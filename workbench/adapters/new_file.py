"""Files that a person asked for by name: written whole or not at all, never over another."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path


class NewFiles:
    """Writes texts into new files; names without a folder are meant in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where names without a folder go."""
        return self._folder

    async def write(self, name: str, text: str) -> Path:
        """Write a new file that only its owner can read, and give where it is.

        Raises:
            FileExistsError: there is one of that name; it is untouched.
            OSError: it cannot be written; nothing is left behind.

        """
        return await asyncio.to_thread(_write, self._folder, name, text)


def _write(folder: Path, name: str, text: str) -> Path:
    try:
        path = folder / Path(name).expanduser()
    except RuntimeError as error:  # a home that nobody knows
        raise OSError(str(error)) from error
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(path, flags, 0o600)
    except ValueError as error:  # a name with a NUL
        raise OSError(str(error)) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return path
