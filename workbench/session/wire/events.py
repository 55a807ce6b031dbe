"""The events of a streamed body, each with its place in the bytes and its moment. No I/O."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

_BOUNDARY: Final = re.compile(rb"(?:\r\n|\n|\r(?!\n)){2}")
_LINE: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class WireEvent:
    """One block of an event stream as it came.

    Attributes:
        number: from 1.
        offset: of its first byte in the body.
        size: bytes, the blank line behind it included.
        at: seconds since the request was sent, when the read came that completed it; ``None`` in a
            recording without times.
        read: which read of the body that was, from 1; 0 unknown.
        name: ``message`` unless the block names another; "" for a comment or an unfinished block.
        data: the text of its data lines.
        raw: the block's text without the blank line.

    """

    number: int
    offset: int
    size: int
    at: float | None
    read: int
    name: str
    data: str
    raw: str


class EventIndex:
    """Finds events in a body that may still grow; only what is asked for is decoded."""

    def __init__(self) -> None:
        self._body = b""
        self._ends: list[int] = []
        self._chunk_times: Sequence[tuple[float, int]] = ()
        self._chunk_ends: list[int] = []

    def take(self, body: bytes, chunks: Sequence[tuple[float, int]]) -> None:
        """Take in the body so far, and when its bytes came; what was known must be its start."""
        if len(body) < len(self._body):
            self._ends, self._chunk_ends = [], []
        self._body = body
        start = self._ends[-1] if self._ends else 0
        self._ends += _boundaries(body, start)
        if self._ends and self._ends[-1] == len(body) and body.endswith(b"\r"):
            self._ends.pop()  # the line feed that belongs to it may still come
        self._chunk_times = chunks
        self._chunk_ends = list(accumulate(size for _, size in chunks))

    def __len__(self) -> int:
        return len(self._ends) + (self._rest() > 0)

    def __getitem__(self, index: int) -> WireEvent:
        """An event; the last one may be unfinished."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = self._ends[index - 1] if index else 0
        whole = index < len(self._ends)
        end = self._ends[index] if whole else len(self._body)
        raw = self._body[start:end].decode("utf-8", "replace").rstrip("\r\n")
        read = bisect_right(self._chunk_ends, end - 1)
        name, data = _fields(raw) if whole else ("", raw)
        return WireEvent(
            number=index + 1,
            offset=start,
            size=end - start,
            at=self._chunk_times[read][0] if read < len(self._chunk_times) else None,
            read=read + 1 if read < len(self._chunk_times) else 0,
            name=name,
            data=data,
            raw=raw,
        )

    def find(self, words: str) -> list[int]:
        """Which events hold these words; upper and lower case are the same."""
        wanted = words.lower()
        if not wanted:
            return []
        if not wanted.isascii():  # bytes have no case but that of ASCII
            return [index for index in range(len(self)) if wanted in self[index].raw.lower()]
        body, encoded = self._body.lower(), wanted.encode()
        found: list[int] = []
        at = body.find(encoded)
        while at >= 0:
            index = bisect_right(self._ends, at)
            found.append(index)
            at = body.find(encoded, self._ends[index]) if index < len(self._ends) else -1
        return found

    def _rest(self) -> int:
        return len(self._body) - (self._ends[-1] if self._ends else 0)


def _boundaries(body: bytes, start: int) -> list[int]:
    """Where blocks end; nearly every stream has line feeds alone, and those are found faster."""
    if b"\r" in body:
        return [found.end() for found in _BOUNDARY.finditer(body, start)]
    ends = []
    at = body.find(b"\n\n", start)
    while at >= 0:
        ends.append(at + 2)
        at = body.find(b"\n\n", at + 2)
    return ends


def _fields(raw: str) -> tuple[str, str]:
    """The name and the data of a block (WHATWG HTML 9.2.6)."""
    name, data = "", []
    for line in _LINE.split(raw.removeprefix("\ufeff")):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            name = value
    if not data:
        return "", raw
    return name or "message", "\n".join(data)
