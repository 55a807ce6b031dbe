"""A page of lines in several styles, laid out for any width: rows of which few are ever painted."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from workbench.widgets.wire.json_lines import Piece, assemble, cut, cuts

_SPACE: Final = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; its text is safe to show.

    Attributes:
        pieces: what it says.
        right: what stands at the right end of its first row, where there is room.
        hang: cells by which its further rows are set in.
        words: whether it is cut between words.

    """

    pieces: tuple[Piece, ...] = ()
    right: Piece | None = None
    hang: int = 0
    words: bool = False


class Page:
    """Lines as rows of a window; no row is wider than it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        self._width = 0
        self._cuts: list[list[int]] = []
        self._starts: list[int] = []

    def height(self, width: int) -> int:
        """How many rows there are at this width."""
        self._lay_out(width)
        return self._starts[-1] if self._starts else 0

    def row(self, index: int, width: int) -> Content:
        """One row."""
        self._lay_out(width)
        number = bisect_right(self._starts, index)
        line, ends = self.lines[number], self._cuts[number]
        first = self._starts[number - 1] if number else 0
        at = index - first
        start = ends[at - 1] if at else 0
        pieces = list(cut(line.pieces, start, ends[at]))
        if at:
            pieces.insert(0, (" " * line.hang, ""))
        elif line.right is not None:
            pieces = _with_right(pieces, line.right, width)
        return assemble(pieces)

    def _lay_out(self, width: int) -> None:
        if width == self._width:
            return
        self._width = width
        self._cuts = [_ends(line, width) for line in self.lines]
        self._starts = list(accumulate(len(ends) for ends in self._cuts))


def _ends(line: Line, width: int) -> list[int]:
    text = "".join(piece for piece, _ in line.pieces)
    if cell_len(text) <= width:
        return [len(text)]
    room = max(1, width - line.hang)
    first = cuts(text, width)[0]
    ends, start = [], 0
    end = first
    while end < len(text):
        if line.words and not _SPACE.match(text[end]):
            end = _word_end(text, start, end)
        elif line.words:
            end += 1
        ends.append(end)
        start = end
        end = start + cuts(text[start : start + room + 1], room)[0]
    if start < len(text):
        ends.append(len(text))
    return ends


def _word_end(text: str, start: int, end: int) -> int:
    """Where the last word that fits ends; a word that is too long itself is cut."""
    space = text.rfind(" ", start, end)
    return space + 1 if space > start else end


def _with_right(pieces: list[Piece], right: Piece, width: int) -> list[Piece]:
    used = sum(cell_len(text) for text, _ in pieces)
    room = width - used - cell_len(right[0])
    return [*pieces, (" " * room, ""), right] if room >= 2 else pieces
