"""Which columns fit into a width, and where they stand: whole numbers or none. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from textual.content import Content

from workbench.session.models.filtering import Match
from workbench.session.models.rows import ModelRow, Source
from workbench.session.models.sorting import ColumnName, Sort
from workbench.widgets.models.cells import cell, name
from workbench.widgets.models.sources import COLOUR, MUTED, SHORT

MARKS: Final = 3
"""Cells before the id: what is marked, what is in use, and a space."""
_SHORTEST_NAME: Final = 25
_LONGEST_NAME: Final = 44
_BEFORE_A_NAME: Final = 4
"""Columns of a lower rank are given up before a name is shortened."""
_GAPS: Final = (4, 3, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the table.

    Attributes:
        title: what stands above it.
        least: cells that it takes at least.
        rank: the higher, the longer it stays in a table that gets narrow.
        left: whether its text begins where the column does.

    """

    name: ColumnName
    title: str
    source: Source
    least: int
    rank: int
    left: bool = False


COLUMNS: Final = (
    Column(name="owner", title="owner", source="service", least=5, rank=2, left=True),
    Column(name="context", title="ctx", source="service", least=4, rank=7),
    Column(name="output", title="output", source="service", least=6, rank=3),
    Column(name="can", title="can", source="service", least=6, rank=11, left=True),
    Column(name="price_in", title="$ in", source="service", least=5, rank=8),
    Column(name="price_out", title="$ out", source="service", least=5, rank=9),
    Column(name="active", title="active", source="service", least=6, rank=1),
    Column(name="documented", title="tok/s", source="documentation", least=5, rank=4),
    Column(name="first_token", title="first", source="measured", least=6, rank=10),
    Column(name="speed", title="tok/s", source="measured", least=5, rank=12),
    Column(name="answers", title="n", source="measured", least=3, rank=6),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A column in its place: it begins at cell ``start`` and is ``width`` cells wide."""

    column: Column
    start: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns that fit. The id comes after the marks and takes ``name`` cells."""

    name: int
    placed: tuple[Placed, ...]
    width: int

    @property
    def order(self) -> tuple[ColumnName, ...]:
        """The columns in view, from left to right."""
        return ("model", *(placed.column.name for placed in self.placed))

    def at(self, x: int) -> ColumnName | None:
        """The column at a cell; the gap before one belongs to it."""
        if x < MARKS + self.name:
            return "model"
        for placed in self.placed:
            if x < placed.start + placed.width:
                return placed.column.name
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Widths:
    """How many cells some rows need: for the longest id, and in each column."""

    name: int
    columns: Mapping[ColumnName, int]

    @classmethod
    def of(cls, rows: Iterable[ModelRow]) -> Self:
        """What these rows need; the one thing here that takes time."""
        longest = _SHORTEST_NAME
        columns = {column.name: column.least for column in COLUMNS}
        for row in rows:
            longest = max(longest, name(row, 999).rstrip().cell_length)
            for column, needed in columns.items():
                columns[column] = max(needed, cell(row, column).cell_length)
        return cls(name=min(longest, _LONGEST_NAME), columns=columns)


def lay_out(widths: Widths, width: int) -> Layout:
    """The layout in so many cells; what matters least is left out first."""
    wanted, needed = widths.name, widths.columns
    for gap in _GAPS:
        if _total(COLUMNS, needed, gap) + MARKS + wanted <= width:
            return _place(COLUMNS, needed, gap, wanted, width)
    columns = _fitting(COLUMNS, needed, gap, width - MARKS - wanted, below=_BEFORE_A_NAME)
    columns = _fitting(columns, needed, gap, width - MARKS - _SHORTEST_NAME)
    room = max(1, width - MARKS - _total(columns, needed, gap))
    return _place(columns, needed, gap, min(wanted, room), width)


def _fitting(
    columns: Sequence[Column],
    widths: Mapping[ColumnName, int],
    gap: int,
    room: int,
    *,
    below: int = 99,
) -> Sequence[Column]:
    """The columns that fit into ``room``; only those of a rank ``below`` are given up for it."""
    while _total(columns, widths, gap) > room:
        least = min((column.rank for column in columns), default=below)
        if least >= below:
            break
        columns = [column for column in columns if column.rank != least]
    return columns


def _total(columns: Iterable[Column], widths: Mapping[ColumnName, int], gap: int) -> int:
    return sum(gap + widths[column.name] for column in columns)


def _place(
    columns: Iterable[Column], widths: Mapping[ColumnName, int], gap: int, named: int, width: int
) -> Layout:
    placed = []
    start = MARKS + named
    for column in columns:
        start += gap
        placed.append(Placed(column=column, start=start, width=widths[column.name]))
        start += widths[column.name]
    return Layout(name=named, placed=tuple(placed), width=width)


def line(match: Match, layout: Layout, *, marked: bool, used: str) -> Content:
    """A row as a line; ``used`` is the sign of what the model is used for now, "" for nothing."""
    row = match.row
    parts: list[Content | str | tuple[str, str]] = [
        ("◆", "$primary") if marked else " ",
        (used, "bold $foreground") if used else " ",
        " ",
        name(row, layout.name, match.places),
    ]
    at = MARKS + layout.name
    for placed in layout.placed:
        text = cell(row, placed.column.name)
        before = 0 if placed.column.left else placed.width - text.cell_length
        parts += [" " * (placed.start - at + before), text]
        at = placed.start + before + text.cell_length
    return Content.assemble(*parts)


def headings(layout: Layout, sort: Sort) -> Content:
    """Two lines: who says what, and the titles with the one that gives the order lit."""
    return Content("\n").join((_groups(layout), _titles(layout, sort)))


def _groups(layout: Layout) -> Content:
    """The source above the first of its columns, and a rule to the end of the last."""
    parts: list[str | tuple[str, str]] = []
    at = 0
    for source in dict.fromkeys(placed.column.source for placed in layout.placed):
        members = [placed for placed in layout.placed if placed.column.source == source]
        start, end = members[0].start, members[-1].start + members[-1].width
        text = SHORT[source][: end - start]
        rule = "─" * max(0, end - start - len(text) - 1)
        parts += [" " * (start - at), (text, COLOUR[source]), (f" {rule}", "$foreground 15%")]
        at = start + len(text) + 1 + len(rule)
    return Content.assemble(*parts)


def _titles(layout: Layout, sort: Sort) -> Content:
    arrow = "▾" if sort.descending else "▴"
    first = "model"
    lit = sort.column == "model"
    parts: list[str | tuple[str, str]] = [" " * MARKS, (first, "bold" if lit else MUTED)]
    at = MARKS + len(first)
    if lit:
        parts.append((arrow, "$primary"))
        at += 1
    for placed in layout.placed:
        title, lit = placed.column.title, sort.column == placed.column.name
        start = placed.start if placed.column.left else placed.start + placed.width - len(title)
        if lit and not placed.column.left:
            parts += [" " * (start - 1 - at), (arrow, "$primary")]
        else:
            parts.append(" " * (start - at))
        parts.append((title, "bold" if lit else MUTED))
        at = start + len(title)
        if lit and placed.column.left:
            parts.append((arrow, "$primary"))
            at += 1
    return Content.assemble(*parts)
