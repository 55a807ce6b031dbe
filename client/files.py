"""Files kept by the service: ``groq.files``."""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from os import PathLike, fspath
from pathlib import Path
from typing import Final, TypeAlias, overload
from urllib.parse import quote

from typing_extensions import Unpack

from client.codec import encode_json
from client.config import CallOptions
from client.download import download, gather
from client.errors import ValidationError
from client.exchange import Exchange
from client.multipart import MultipartBody
from client.ports import Disk, Reader, Source
from client.types.batch_options import MAX_BATCH_BYTES, LineCheck
from client.types.files import File, FileDeleted, FileList
from client.upload import FileLike, Progress, WatchedSource, name_of, source_of
from client.wire import Wire

RequestLines: TypeAlias = Iterable[Mapping[str, object]]
"""The requests of a batch, such as ``batch_line`` makes them; they may be made as they are read."""

_NAME: Final = "requests.jsonl"
_TOO_LARGE: Final = "The file is {size}, and the service takes 200 MiB: make several batches of it."
_AT_ONCE: Final = 256 * 1024


class Files:
    """Uploads files for batches, and fetches what batches leave."""

    def __init__(self, wire: Wire, disk: Disk) -> None:
        self._wire = wire
        self._disk = disk

    async def upload(
        self,
        file: FileLike | RequestLines,
        *,
        purpose: str = "batch",
        filename: str | None = None,
        progress: Progress | None = None,
        **call: Unpack[CallOptions],
    ) -> File:
        """Hand in a file of requests, one as JSON a line, or the requests themselves.

        A file is read while it is sent, never whole. Requests are checked and written to a
        temporary file first, so that nothing is sent if one of them is wrong.

        Raises:
            ValidationError: a request is wrong, or the file is none that the service takes.
            APIError: the service refused it.
            TransportError: it was not reached, or answered with something else.

        """
        requests = _requests_in(file)
        if requests is not None:
            async with self._disk.writer() as spool:
                await _write_lines(requests, spool.write)
                source = await spool.source()
                name = filename or _NAME
                return await self._send(source, name, purpose, progress, call)
        name = name_of(file, filename) or _NAME
        if not name.lower().endswith(".jsonl"):
            raise ValidationError(
                f"'{name}' is no name that the service takes: it must end in '.jsonl', and hold a "
                "request as JSON on each line."
            )
        source = await source_of(file, self._disk)  # type: ignore[arg-type] # no requests
        return await self._send(source, name, purpose, progress, call)

    async def list(self, **call: Unpack[CallOptions]) -> tuple[File, ...]:
        """All files. Raises APIError, TransportError."""
        return (await Exchange.of_call(self._wire, "GET", "/files", call).fetch(FileList)).data

    async def get(self, file_id: str, **call: Unpack[CallOptions]) -> File:
        """What is known of one file. Raises NotFoundError where there is none."""
        return await Exchange.of_call(self._wire, "GET", _path(file_id), call).fetch(File)

    async def delete(self, file_id: str, **call: Unpack[CallOptions]) -> FileDeleted:
        """Delete a file. Raises NotFoundError where there is none."""
        exchange = Exchange.of_call(self._wire, "DELETE", _path(file_id), call)
        return await exchange.fetch(FileDeleted)

    @overload
    async def content(
        self, file_id: str, *, to: None = None, **call: Unpack[CallOptions]
    ) -> bytes: ...

    @overload
    async def content(
        self, file_id: str, *, to: str | PathLike[str], **call: Unpack[CallOptions]
    ) -> Path: ...

    async def content(
        self,
        file_id: str,
        *,
        to: str | PathLike[str] | None = None,
        **call: Unpack[CallOptions],
    ) -> bytes | Path:
        """What is in a file: in memory, or written to the file ``to`` as it arrives.

        The file appears when it is whole; one that is there is replaced.

        Raises:
            NotFoundError: there is no such file.
            ResponseTooLargeError: it is too large for memory: give ``to``.
            ValidationError: ``to`` cannot be written.

        """
        exchange = self._content(file_id, call)
        if to is None:
            return await gather(exchange, "*/*")
        path = Path(fspath(to))
        async with self._disk.writer(path) as file, aclosing(download(exchange, "*/*")) as pieces:
            async for piece in pieces:
                await file.write(piece)
        return path

    async def stream(
        self, file_id: str, **call: Unpack[CallOptions]
    ) -> AsyncGenerator[bytes, None]:
        """What is in a file, in pieces as they arrive. Raises NotFoundError, TransportError."""
        exchange = self._content(file_id, call)
        async with aclosing(download(exchange, "*/*")) as pieces:
            async for piece in pieces:
                yield piece

    def _content(self, file_id: str, call: CallOptions) -> Exchange:
        path = f"{_path(file_id)}/content"
        return Exchange.of_call(self._wire, "GET", path, call, accept="*/*")

    async def _send(
        self,
        source: Source,
        name: str,
        purpose: str,
        progress: Progress | None,
        call: CallOptions,
    ) -> File:
        watched = WatchedSource(
            source, progress=progress, limit=MAX_BATCH_BYTES, too_large=_TOO_LARGE
        )
        if watched.length == 0:
            raise ValidationError("The file is empty.")
        form = MultipartBody(
            [("purpose", purpose)], file=watched, filename=name, file_type="application/jsonl"
        )
        exchange = Exchange.of_call(
            self._wire, "POST", "/files", call, body=form, content_type=form.content_type
        )
        return await exchange.fetch(File)


def _requests_in(file: object) -> RequestLines | None:
    """The requests, unless it is a file in one of its forms."""
    if isinstance(file, str | PathLike | bytes | bytearray | memoryview | AsyncIterable | Reader):
        return None
    return file if isinstance(file, Iterable) else None


async def _write_lines(lines: RequestLines, write: Callable[[bytes], Awaitable[None]]) -> None:
    """Check requests and write them down, a piece at a time so that the event loop goes on."""
    check = LineCheck()
    pending = bytearray()
    for line in lines:
        check.check(line)
        pending += encode_json(line) + b"\n"
        if len(pending) >= _AT_ONCE:
            await write(bytes(pending))
            pending.clear()
    check.end()
    await write(bytes(pending))


def _path(file_id: object) -> str:
    if not isinstance(file_id, str) or not file_id.strip(" ."):
        raise ValidationError(
            "A file is named by its id, such as 'file_01jh6x76wtemjr74t1fh0faj5t'."
        )
    return f"/files/{quote(file_id, safe='')}"
