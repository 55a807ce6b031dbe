"""Files: read and written in threads, in pieces, so that the event loop goes on."""

import asyncio
import os
import secrets
import stat
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from client.errors import GroqError, ValidationError
from client.ports import Reader

PIECE_BYTES: Final = 128 * 1024
_SPOOL_BYTES: Final = 4 * 1024 * 1024  # a temporary file of this size stays in memory

_T = TypeVar("_T")


class SystemDisk:
    """The file system of this machine."""

    async def source(self, file: Path | Reader) -> "PathSource | ReaderSource":
        """A file to read: by its path, or from where an open one stands.

        Raises:
            ValidationError: it is not there, or is no file.

        """
        if isinstance(file, Path):
            return PathSource(file, await _in_thread(lambda: _size_of(file), file))
        return ReaderSource(file, *await asyncio.to_thread(_extent_of, file))

    @asynccontextmanager
    async def writer(self, path: Path | None = None) -> AsyncIterator["FileWriter"]:
        """A file to write.

        Written under a temporary name beside ``path``, which it takes at the end of the block; a
        block that fails leaves what was there before. Without a path it is gone after the block.

        Raises:
            ValidationError: it cannot be written.

        """
        if path is None:
            spool: BinaryIO = tempfile.SpooledTemporaryFile(  # type: ignore[assignment] # noqa: SIM115
                max_size=_SPOOL_BYTES
            )
            try:
                yield FileWriter(spool, Path(tempfile.gettempdir()))
            finally:
                await asyncio.to_thread(spool.close)
            return
        temporary, file = await _opened(
            lambda: _create_beside(path), path, undo=lambda made: _abandon(made[1], made[0])
        )
        try:
            yield FileWriter(file, path)
            await _in_thread(lambda: _finish(file, temporary, path), path)
        except BaseException:
            await asyncio.shield(asyncio.to_thread(_abandon, file, temporary))
            raise


class FileWriter:
    """A file that is being written, at its end unless told otherwise."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path

    async def write(self, data: bytes, at: int | None = None) -> None:
        """Write at the end, or over what stands at ``at``. Raises ValidationError."""
        await _in_thread(lambda: self._write(data, at), self._path)

    async def source(self) -> "ReaderSource":
        """What was written, to be read from its beginning."""
        await _in_thread(lambda: self._file.seek(0), self._path)
        return ReaderSource(self._file, *await asyncio.to_thread(_extent_of, self._file))

    def _write(self, data: bytes, at: int | None) -> None:
        if at is None:
            self._file.write(data)
            return
        end = self._file.tell()
        self._file.seek(at)
        self._file.write(data)
        self._file.seek(end)


class PathSource:
    """A file on disk; each reading opens and closes it."""

    replayable = True

    def __init__(self, path: Path, length: int) -> None:
        self._path = path
        self.length: int | None = length

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises ValidationError when it cannot be read, or has changed its size."""
        path = self._path
        file = await _opened(
            lambda: path.open("rb", buffering=0), path, undo=lambda made: made.close()
        )
        reading = Reading(file)
        try:
            async with aclosing(reading.pieces(self.length, path)) as pieces:
                async for piece in pieces:
                    yield piece
        finally:
            reading.close()


class ReaderSource:
    """An open file, read from where it stood, and never closed: it is the caller's.

    It can be read again if it can be wound back.
    """

    def __init__(self, file: Reader, start: int | None, length: int | None) -> None:
        self._file = file
        self._start = start
        self._reading: Reading | None = None
        self.length = length
        self.replayable = start is not None

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises ValidationError when they cannot be read, or not once more."""
        if self._reading is not None:
            if self._start is None:
                raise ValidationError(
                    "This file cannot be wound back, so it can be sent once only."
                )
            await self._reading.idle()
        self._reading = Reading(self._file)
        if self._start is not None:
            await _in_thread(lambda: _wind_back(self._file, self._start), None)
        async with aclosing(self._reading.pieces(self.length, None)) as pieces:
            async for piece in pieces:
                yield piece


class Reading:
    """Reads a file piece by piece, in a thread that a cancellation does not wait for."""

    def __init__(self, file: Reader) -> None:
        self._file = file
        self._step: asyncio.Future[bytes] | None = None

    async def pieces(self, length: int | None, path: Path | None) -> AsyncGenerator[bytes, None]:
        """The bytes: ``length`` of them where that is given, or else all."""
        left = length
        while left is None or left > 0:
            piece = await self._read(PIECE_BYTES if left is None else min(PIECE_BYTES, left), path)
            if not piece:
                break
            if left is not None:
                left -= len(piece)
            yield piece
        if left:
            raise ValidationError(f"{_shown(path)} became shorter while it was sent.")

    async def idle(self) -> None:
        """Wait until no thread reads any more."""
        if self._step is not None:
            await asyncio.wait({self._step})

    def close(self) -> None:
        """Close the file: now, or as soon as the thread that still reads it is done."""
        close = getattr(self._file, "close", None)
        if close is None:
            return
        if self._step is None or self._step.done():
            close()
        else:
            self._step.add_done_callback(lambda _: close())

    async def _read(self, size: int, path: Path | None) -> bytes:
        # The thread goes on when this is cancelled: the step must be known until it ends.
        self._step = asyncio.ensure_future(asyncio.to_thread(self._file.read, size))
        self._step.add_done_callback(_retrieve)
        piece = await _typed(asyncio.shield(self._step), path)
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise ValidationError("`file` must be opened for reading bytes: open(path, 'rb').")
        return bytes(piece)


async def _in_thread(step: Callable[[], _T], path: Path | None) -> _T:
    return await _typed(asyncio.ensure_future(asyncio.to_thread(step)), path)


async def _opened(step: Callable[[], _T], path: Path, *, undo: Callable[[_T], object]) -> _T:
    """Do what a cancellation must undo: the thread goes on all the same."""
    opening = asyncio.ensure_future(asyncio.to_thread(step))
    try:
        return await _typed(asyncio.shield(opening), path)
    except asyncio.CancelledError:
        opening.add_done_callback(lambda done: done.exception() or undo(done.result()))
        raise


async def _typed(step: "asyncio.Future[_T]", path: Path | None) -> _T:
    try:
        return await step
    except GroqError:
        raise
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise ValidationError(f"{_shown(path)}: {problem}.") from error
    except Exception as error:
        raise ValidationError(f"{_shown(path)}: {type(error).__name__}.") from error


def _retrieve(step: "asyncio.Future[bytes]") -> None:
    """Take note of an error that nobody waits for any more."""
    if not step.cancelled():
        step.exception()


def _shown(path: Path | None) -> str:
    return "The file" if path is None else str(path)


def _size_of(path: Path) -> int:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValidationError(f"{path} is not a file.")
    return status.st_size


def _extent_of(file: Reader) -> tuple[int | None, int | None]:
    """Where an open file stands and how many bytes follow; ``None`` where it cannot tell."""
    try:
        start = int(file.tell())  # type: ignore[attr-defined] # not every reader can
        end = int(file.seek(0, os.SEEK_END))  # type: ignore[attr-defined]
        file.seek(start)  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 - whatever a foreign file raises, it cannot be wound back
        return None, None
    return start, max(0, end - start)


def _wind_back(file: Reader, start: int | None) -> None:
    file.seek(start)  # type: ignore[attr-defined] # known to be seekable


def _create_beside(path: Path) -> tuple[Path, BinaryIO]:
    if path.is_dir():
        raise ValidationError(f"{path} is a folder.")
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}")
    return temporary, temporary.open("xb")


def _finish(file: BinaryIO, temporary: Path, path: Path) -> None:
    with file:
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _abandon(file: BinaryIO, temporary: Path) -> None:
    with suppress(OSError):
        file.close()
    with suppress(OSError):
        temporary.unlink()
