"""Breaks the words of a passage into rows. No I/O."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from workbench.widgets.sound.spoken.passages import ShownWord


class Placed(NamedTuple):
    """A word, or a part of one too long for a row, at a cell of its row."""

    word: int
    text: str
    cell: int
    width: int


Row = tuple[Placed, ...]


def wrapped(words: Sequence[ShownWord], width: int) -> list[Row]:
    """The rows of some words, each at most ``width`` cells; at least one row, it may be empty."""
    rows: list[Row] = []
    row: list[Placed] = []
    at = 0
    for index, word in enumerate(words):
        text = word.text
        cells = len(text) if text.isascii() else cell_len(text)
        start = at + 1 if at and word.spaced else at
        if start + cells > width:
            if at:
                rows.append(tuple(row))
                row, start = [], 0
            if cells > width:
                *full, text = chop_cells(text, width)
                rows += [(Placed(index, part, 0, cell_len(part)),) for part in full]
                cells = cell_len(text)
        row.append(Placed(index, text, start, cells))
        at = start + cells
    rows.append(tuple(row))
    return rows


def word_at(row: Row, cell: int) -> int | None:
    """The word nearest to a cell of a row, ``None`` in an empty row."""
    if not row:
        return None
    return min(row, key=lambda placed: _distance(placed, cell)).word


def _distance(placed: Placed, cell: int) -> int:
    if cell < placed.cell:
        return placed.cell - cell
    return max(0, cell - (placed.cell + placed.width - 1))
