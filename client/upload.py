"""What a file to upload may be given as, and the bytes it is read as. No I/O of its own."""

import logging
import os
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from pathlib import Path, PurePath
from typing import Final, TypeAlias

from client.errors import GroqError, ValidationError
from client.ports import Disk, Reader, Source

PIECE_BYTES: Final = 64 * 1024

Progress: TypeAlias = Callable[[int, int | None], object]
"""Is told how many bytes of the file have been sent, and of how many; ``None`` is unknown.

Called on the event loop for every piece: it must be quick. It starts over when the upload does.
"""

_log = logging.getLogger(__name__)


FileLike: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | Reader | AsyncIterable[bytes]
)
"""A path, the bytes themselves, an open binary file, or bytes as they come."""


async def source_of(file: FileLike, disk: Disk) -> Source:
    """The bytes of a file, wherever they are.

    Raises:
        ValidationError: there is no such file, or it is something else.

    """
    match file:
        case str() | os.PathLike():
            return await disk.source(Path(os.fspath(file)))
        case bytes() | bytearray() | memoryview():
            return BytesSource(bytes(file))
        case AsyncIterable():
            return IteratorSource(file)
        case Reader():
            return await disk.source(file)
    raise ValidationError(
        "`file` must be a path, bytes, a file opened for reading bytes or an async iterator of "
        f"bytes, not {type(file).__name__}."
    )


def name_of(file: object, filename: str | None) -> str:
    """The name that a file is sent under, "" when it has none. Raises ValidationError."""
    if filename is not None:
        if not filename.strip():
            raise ValidationError("`filename` must be a name, such as 'talk.flac'.")
        return filename.strip()
    if isinstance(file, str | os.PathLike):
        return PurePath(os.fspath(file)).name
    name = getattr(file, "name", None)  # of an open file; an int for one opened by descriptor
    return PurePath(name).name if isinstance(name, str) else ""


class BytesSource:
    """Bytes in memory."""

    replayable = True

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length: int | None = len(data)

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes, in pieces."""
        for at in range(0, len(self._data), PIECE_BYTES):
            yield self._data[at : at + PIECE_BYTES]


class IteratorSource:
    """Bytes as they come: they can be read once."""

    replayable = False
    length: int | None = None

    def __init__(self, pieces: AsyncIterable[bytes]) -> None:
        self._pieces = pieces
        self._opened = False

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes, in the caller's pieces. Raises ValidationError when they fail."""
        if self._opened:
            raise ValidationError("The bytes of an iterator can be sent once only.")
        self._opened = True
        iterator = aiter(self._pieces)
        try:
            async for piece in iterator:
                _check_bytes(piece)
                for at in range(0, len(piece), PIECE_BYTES):
                    yield bytes(piece[at : at + PIECE_BYTES])
        except GroqError:
            raise
        except Exception as error:
            raise ValidationError(f"`file` failed: {type(error).__name__}.") from error
        finally:
            close = getattr(iterator, "aclose", None)
            if close is not None:
                await close()


class WatchedSource:
    """A source that is not longer than allowed, and tells how far it was read."""

    def __init__(
        self, source: Source, *, progress: Progress | None, limit: int, too_large: str
    ) -> None:
        self._source = source
        self._progress = progress
        self._limit = limit
        self._too_large = too_large
        self.replayable = source.replayable
        self.length = source.length
        if self.length is not None and self.length > limit:
            raise ValidationError(too_large.format(size=f"{self.length:,} bytes"))

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises ValidationError beyond the limit."""
        sent = 0
        pieces = self._source.open()
        try:
            async for piece in pieces:
                if sent + len(piece) > self._limit:
                    size = f"more than {self._limit:,} bytes"
                    raise ValidationError(self._too_large.format(size=size))
                yield piece
                sent += len(piece)
                self._tell(sent)
        finally:
            await pieces.aclose()

    def _tell(self, sent: int) -> None:
        if self._progress is None:
            return
        try:
            self._progress(sent, self.length)
        except Exception:  # noqa: BLE001 - a foreign callback may raise anything
            _log.exception("A progress callback failed")


def _check_bytes(piece: object) -> None:
    if not isinstance(piece, bytes | bytearray | memoryview):
        kind = type(piece).__name__
        raise ValidationError(f"`file` gives {kind} where bytes are to come.")
