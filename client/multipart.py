"""A form with one file in it, as multipart/form-data (RFC 7578; WHATWG HTML, 4.10.21.8).

Nothing is held but the fields: the file is read while it is sent. No I/O of its own.
"""

import re
import secrets
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from client.ports import Source

_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
_LONGEST_NAME: Final = 200


class MultipartBody:
    """Fields, then a file if there is one.

    Attributes:
        content_type: the header that belongs to it.
        length: bytes in all, ``None`` where that of the file is unknown.
        replayable: whether ``open`` may be called again.
        shown: the form with a note in place of the file's bytes.

    """

    def __init__(
        self,
        fields: Sequence[tuple[str, str]],
        *,
        file: Source | None = None,
        filename: str = "",
        file_type: str = "application/octet-stream",
        boundary: str | None = None,
    ) -> None:
        boundary = boundary or f"----groq-workbench-{secrets.token_hex(16)}"
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._file = file
        head = "".join(
            f"--{boundary}\r\n{_disposition(name)}\r\n\r\n{value}\r\n" for name, value in fields
        )
        if file is not None:
            disposition = f'{_disposition("file")}; filename="{quoted(filename)}"'
            head += f"--{boundary}\r\n{disposition}\r\ncontent-type: {file_type}\r\n\r\n"
        tail = f"--{boundary}--\r\n"
        self._head = head.encode("utf-8", "replace")
        self._tail = (b"\r\n" if file is not None else b"") + tail.encode()
        self.replayable = file is None or file.replayable
        self.length: int | None = len(self._head) + len(self._tail)
        if file is not None:
            self.length = None if file.length is None else self.length + file.length

    @property
    def shown(self) -> bytes:
        """The form with a note in place of the file's bytes."""
        if self._file is None:
            return self._head + self._tail
        size = "of unknown length" if self._file.length is None else f"{self._file.length} bytes"
        return self._head + f"<file, {size}>".encode() + self._tail

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes, in pieces."""
        yield self._head
        if self._file is not None:
            pieces = self._file.open()
            try:
                async for piece in pieces:
                    yield piece
            finally:
                await pieces.aclose()
        yield self._tail


def quoted(name: str) -> str:
    """A file name as it may stand between quotes in a header.

    As browsers do, quotes and line breaks are percent-encoded; so are backslashes and other
    control characters, which servers read differently from one another. A long name loses its
    middle, for its extension is what counts.
    """
    if len(name) > _LONGEST_NAME:
        half = _LONGEST_NAME // 2
        name = name[:half] + name[-half:]
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", name)


def _disposition(name: str) -> str:
    return f'content-disposition: form-data; name="{quoted(name)}"'
