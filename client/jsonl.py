"""Lines out of bytes that arrive in pieces, bounded. No I/O."""

from typing import Final

from client.errors import ResponseTooLargeError

MAX_LINE_BYTES: Final = 16 * 1024 * 1024


class LineDecoder:
    """Cuts bytes into lines, linear in their number; holds no more than one unfinished line.

    Lines end in LF, or CRLF. Blank ones are dropped.
    """

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max = max_line_bytes
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that end in these bytes.

        Raises:
            ResponseTooLargeError: a line grows past the bound.

        """
        *complete, rest = data.split(b"\n")
        lines: list[bytes] = []
        for piece in complete:
            self._append(piece)
            lines += self.flush()
        self._append(rest)
        return lines

    def flush(self) -> list[bytes]:
        """The last line, if it was not ended."""
        line = bytes(self._pending).strip()
        self._pending.clear()
        return [line] if line else []

    def _append(self, piece: bytes) -> None:
        if len(self._pending) + len(piece) > self._max:
            raise ResponseTooLargeError(f"A line of the file is longer than {self._max:,} bytes.")
        self._pending += piece
