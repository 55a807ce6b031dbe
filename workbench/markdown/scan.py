"""Recognises what a line of Markdown may begin with. Pure functions; CommonMark 0.31."""

import re
from typing import NamedTuple

from workbench.markdown.events import Align

MAX_COLUMNS = 64
"""A table with more columns is shown as text."""

_ATX_START = re.compile(r"#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$", re.DOTALL)
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_MARKER = re.compile(r"([-+*])(?=[ \t]|$)|(\d{1,9})([.)])(?=[ \t]|$)")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"((?:\\.|[^|])*)(\||$)", re.DOTALL)
_UNDECIDED = re.compile(r"[ ]{0,3}(?:`{1,2}|~{1,2}|[-=_*]+|#{1,6}|\d{1,9}[.)]?)$")
_UNDECIDED_FENCE = re.compile(r"[ ]*(?:`+|~+)$")
_DELIMITERS_BEGUN = re.compile(r"[ ]{0,3}\|?[ \t]*:?-[-:| \t]*$")


class Cursor(NamedTuple):
    """What is left of a line, and the column it begins at (tabs stop every four)."""

    rest: str
    column: int

    @property
    def indent(self) -> int:
        """The columns of white space it begins with."""
        column = self.column
        for char in self.rest:
            if char == " ":
                column += 1
            elif char == "\t":
                column += 4 - column % 4
            else:
                break
        return column - self.column

    @property
    def blank(self) -> bool:
        """Nothing but white space is left."""
        return not self.rest.strip(" \t")

    @property
    def words(self) -> str:
        """What is left, without the white space before it."""
        return self.rest.lstrip(" \t")

    def past_indent(self) -> "Cursor":
        """Go to the first character that is not white space."""
        return Cursor(self.words, self.column + self.indent)

    def past(self, chars: int) -> "Cursor":
        """Go over characters that are one column each."""
        return Cursor(self.rest[chars:], self.column + chars)

    def dedent(self, columns: int) -> "Cursor":
        """Take away up to so many columns of white space; the rest of a tab stays as spaces."""
        column, taken = self.column, 0
        end = self.column + columns
        while column < end and taken < len(self.rest) and self.rest[taken] in " \t":
            column += 1 if self.rest[taken] == " " else 4 - column % 4
            taken += 1
        return Cursor(" " * max(0, column - end) + self.rest[taken:], min(column, end))


class Marker(NamedTuple):
    """The beginning of a list item."""

    kind: str
    number: int
    size: int

    @property
    def interrupts(self) -> bool:
        """It may follow a paragraph's line: it is no number that came there by line breaking."""
        return self.kind in "-+*" or self.number == 1


def heading(text: str) -> tuple[int, str] | None:
    """Read `## words ##`: level and words."""
    if not _ATX_START.match(text):
        return None
    words = text.lstrip("#")
    level = len(text) - len(words)
    words = words.strip(" \t")
    bare = words.rstrip("#")
    if not bare or bare[-1] in " \t":
        words = bare.rstrip(" \t")
    return level, words


def fence(text: str) -> tuple[str, str] | None:
    """Read the opening of a fence: its backticks or tildes, and its info string."""
    match = _FENCE.match(text)
    if match is None:
        return None
    return (match[1], match[2].strip()) if match[1] else (match[3], match[4].strip())


def closes(text: str, opening: str) -> bool:
    """Say whether a line closes the fence that `opening` opened."""
    run = text.rstrip(" \t")
    return len(run) >= len(opening) and not run.strip(opening[0])


def rule(text: str) -> bool:
    """Say whether a line is a thematic break."""
    return _RULE.match(text) is not None


def underline(text: str) -> int:
    """Give the level of the heading that this line makes of the paragraph above; 0: none."""
    match = _UNDERLINE.match(text)
    return 0 if match is None else 1 if match[1][0] == "=" else 2


def marker(text: str) -> Marker | None:
    """Read the marker of a list item."""
    match = _MARKER.match(text)
    if match is None:
        return None
    if match[1]:
        return Marker(match[1], 0, 1)
    return Marker(match[3], int(match[2]), len(match[2]) + 1)


def cells(text: str) -> list[str]:
    """Cut a table row at its pipes; an escaped pipe does not count."""
    row = text.strip(" \t").removeprefix("|")
    out = []
    for match in _CELL.finditer(row):
        out.append(match[1].strip(" \t").replace("\\|", "|"))
        if not match[2]:
            break
    if len(out) > 1 and not out[-1] and row.endswith("|"):
        out.pop()
    return out


def delimiters(text: str) -> tuple[Align, ...] | None:
    """Read the row under a table's head: the alignment of each column."""
    if "|" not in text or text.count("|") > MAX_COLUMNS or not _DELIMITERS.match(text):
        return None
    return tuple(
        "center"
        if cell.startswith(":") and cell.endswith(":")
        else "right"
        if cell.endswith(":")
        else "left"
        for cell in cells(text)
    )


def undecided(text: str, *, in_code: bool) -> bool:
    """Say whether an unfinished line is so short that showing it would only flicker."""
    if in_code:
        return _UNDECIDED_FENCE.match(text) is not None
    return bool(_UNDECIDED.match(text) or _DELIMITERS_BEGUN.match(text))
