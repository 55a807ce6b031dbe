"""A decoder for the chunked transfer encoding (RFC 9112, 7.1): bytes in, bytes out. No I/O."""

import re
from typing import Final

_SIZE: Final = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_LONGEST_SIZE_LINE: Final = 4096
_CRLF: Final = b"\r\n"
_TOO_LONG: Final = "A chunk is longer than it says."


class ChunkedDecoder:
    """Takes the framing out of a body, up to its last, empty chunk.

    Attributes:
        ended: that chunk has come; feed nothing more.
        rest: that chunk and whatever came behind it.
        problem: why this is not chunked as it should be, "" if it is; feed nothing more.

    """

    def __init__(self) -> None:
        self.ended = False
        self.rest = b""
        self.problem = ""
        self._left = 0  # bytes of a chunk, and of the line end behind it, that are to come
        self._unread = b""  # the beginning of a line

    def feed(self, data: bytes) -> bytes:
        """What these bytes hold of the body, up to a problem if there is one."""
        if self._unread:
            data, self._unread = self._unread + data, b""
        pieces: list[bytes] = []
        at, size = 0, len(data)
        if self._left:
            at = self._go_on(data, pieces)
        while at < size and not self.problem:
            line = _SIZE.match(data, at)
            if line is None:
                self._unread = data[at:]
                if b"\n" in self._unread or len(self._unread) > _LONGEST_SIZE_LINE:
                    self.problem = "A chunk does not begin with its size."
                break
            length = int(line[1], 16)
            if not length:
                self.ended, self.rest = True, data[at:]
                break
            at = line.end()
            end = at + length
            if end + 2 > size:
                self._left = length + 2
                at += self._go_on(data[at:], pieces)
                continue
            pieces.append(data[at:end])
            at = end + 2
            if not data.startswith(_CRLF, end):
                self.problem = _TOO_LONG
                break
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _go_on(self, data: bytes, pieces: list[bytes]) -> int:
        """Take what there is of a chunk that came in part; gives how many bytes that was."""
        left = self._left
        piece = data[:left]
        self._left = left - len(piece)
        # The last two bytes are the line end; of these the first may have come before.
        body = max(0, left - 2)
        if not _CRLF[max(0, 2 - left) :].startswith(piece[body:]):
            self.problem = _TOO_LONG
        if body:
            pieces.append(piece[:body])
        return len(piece)
