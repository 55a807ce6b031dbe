"""Lines of JSON, and of other text, coloured and cut to a width. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len
from textual.content import Content

from workbench.neutralise import neutralise

_PAIR: Final = re.compile(r'(\s*)("(?:[^"\\]|\\.)*")(\s*:\s*)(.*)', re.DOTALL)
_VALUE: Final = re.compile(r'(\s*)("(?:[^"\\]|\\.)*"|[^\[\]{},"]+)?(.*)', re.DOTALL)
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")

NAME: Final = "$text-accent"
TEXT: Final = "$text-success"
NUMBER: Final = "$text-warning"
MUTED: Final = "$foreground 60%"

Piece = tuple[str, str]
"""A run of text and its style."""


def coloured(line: str) -> list[Piece]:
    """A line of pretty-printed JSON in pieces; whatever else it is, no character is lost."""
    pieces: list[Piece] = []
    pair = _PAIR.match(line)
    if pair is not None:
        pieces += [(pair[1], ""), (pair[2], NAME), (pair[3], MUTED)]
        line = pair[4]
    value = _VALUE.fullmatch(line)
    if value is None:  # pragma: no cover - the expression takes any line
        return [*pieces, (line, "")]
    found = value[2] or ""
    pieces += [(value[1], ""), (found, TEXT if found[:1] == '"' else NUMBER), (value[3], MUTED)]
    return [piece for piece in pieces if piece[0]]


def cuts(text: str, width: int) -> list[int]:
    """Where a text is cut to fit ``width`` cells: the ends of its rows; a row is never empty."""
    width = max(1, width)
    if _PLAIN.fullmatch(text):
        return [*range(width, len(text), width), len(text)]
    ends: list[int] = []
    used = 0
    for place, char in enumerate(text):
        cells = cell_len(char)
        if used + cells > width and used:
            ends.append(place)
            used = 0
        used += cells
    return [*ends, len(text)]


def word_cuts(text: str, width: int) -> list[int]:
    """The same as ``cuts``, but between words where a row has any."""
    ends: list[int] = []
    start = 0
    while True:
        end = start + cuts(text[start : start + 4 * width], width)[0]
        if end >= len(text):
            return [*ends, len(text)]
        space = text.rfind(" ", start, end + 1)
        end = space + 1 if space > start and text[start:space].strip() else end
        ends.append(end)
        start = end


def cut(pieces: Sequence[Piece], start: int, end: int) -> Iterator[Piece]:
    """The pieces of the characters from ``start`` to ``end``."""
    at = 0
    for text, style in pieces:
        part = text[max(0, start - at) : max(0, end - at)]
        if part:
            yield part, style
        at += len(text)


def assemble(pieces: Sequence[Piece]) -> Content:
    """The pieces as something to show."""
    return Content.assemble(*[(text, style) if style else text for text, style in pieces])


def safe_lines(text: str) -> list[str]:
    """The lines of an untrusted text, safe to show; tabs are spaces."""
    return neutralise(text).expandtabs(4).split("\n")
