"""A document of many lines as rows; a line that is too long goes over several."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final, Literal, TypeAlias

from textual.content import Content

from workbench.widgets.wire.json_lines import MUTED, Piece, assemble, coloured, cut, cuts, word_cuts

Look: TypeAlias = Literal[
    "json", "text", "heading", "muted", "header", "strong", "good", "warning", "error"
]
"""How a line is coloured."""

_HANGING: Final = 2
_PROSE: Final = frozenset({"muted", "strong", "good", "warning", "error"})
"""Looks of lines that are cut between words."""


class TextRows:
    """Lines that were made safe, each with its look."""

    def __init__(self, lines: Sequence[tuple[str, Look]]) -> None:
        self._lines = lines
        self._width = 0
        self._cuts: list[list[int]] = []
        self._tops: list[int] = [0]
        self._cached = (-1, list[Piece]())

    @property
    def plain(self) -> str:
        """All of it, as text."""
        return "\n".join(text for text, _ in self._lines)

    def height(self, width: int) -> int:
        """How many rows at this width."""
        self._lay(width)
        return self._tops[-1]

    def row(self, index: int, width: int) -> Content:
        """One row."""
        self._lay(width)
        line = bisect_right(self._tops, index) - 1
        ends, part = self._cuts[line], index - self._tops[line]
        pieces = self._pieces(line)
        shown = list(cut(pieces, ends[part - 1] if part else 0, ends[part]))
        return assemble([(" " * _HANGING, ""), *shown] if part else shown)

    def find(self, words: str, width: int) -> list[int]:
        """The rows where these words begin; upper and lower case are the same."""
        self._lay(width)
        wanted, found = words.lower(), []
        if not wanted:
            return []
        for number, (text, _) in enumerate(self._lines):
            at = text.lower().find(wanted)
            while at >= 0:
                row = self._tops[number] + bisect_right(self._cuts[number], at)
                found.append(min(row, self._tops[number + 1] - 1))
                at = text.lower().find(wanted, at + len(wanted))
        return found

    def _lay(self, width: int) -> None:
        if width != self._width:
            self._width = width
            self._cuts = [_hanging(text, look, width) for text, look in self._lines]
            self._tops = [0, *accumulate(map(len, self._cuts))]

    def _pieces(self, line: int) -> list[Piece]:
        if self._cached[0] != line:
            self._cached = line, _styled(*self._lines[line])
        return self._cached[1]


def _hanging(text: str, look: Look, width: int) -> list[int]:
    """Where rows end when those after the first stand further in."""
    if len(text) < width and text.isascii():
        return [len(text)]
    between = word_cuts if look in _PROSE else cuts
    first = between(text, width)
    if len(first) == 1:
        return first
    rest = between(text[first[0] :], max(1, width - _HANGING))
    return [first[0], *(first[0] + end for end in rest)]


_STYLES: Final[dict[Look, str]] = {
    "text": "",
    "heading": "bold $text-secondary",
    "muted": MUTED,
    "strong": "bold",
    "good": "$text-success",
    "warning": "$text-warning",
    "error": "$text-error",
}


def _styled(text: str, look: Look) -> list[Piece]:
    if look == "json":
        return coloured(text)
    if look == "header":
        name, separator, value = text.partition(":")
        return [(name, "$text-accent"), (separator, MUTED), (value, "")]
    return [(text, _STYLES[look])]
