"""A table: thin lines, aligned columns that shrink to the width, rows laid out where one looks."""

from collections.abc import Sequence

from rich.cells import cell_len
from typing_extensions import override

from workbench.markdown.events import Align
from workbench.markdown.flow import Lines, Stack
from workbench.markdown.inline import inline
from workbench.markdown.line import SPACE, TEXT, Line, Look, Span
from workbench.markdown.scan import cells
from workbench.markdown.wrap import wrap

SAMPLE = 64
"""Rows that decide the widths of the columns; those below are fitted to them."""

_LINE = Look("table-line")
_HEAD = Look("table-head", bold=True)
_LEAST = 4

Cell = list[list[Span]]
"""The spans of each line of a cell."""


class TableBlock(Stack):
    """The layout of a table; `add` rows, then `close`."""

    __slots__ = ("_columns", "_previewed", "_rows", "_widths", "aligns")

    def __init__(self, head: str, aligns: tuple[Align, ...]) -> None:
        super().__init__()
        self.aligns = aligns
        self._rows = 0
        self._previewed = False
        self._widths = [1] * len(aligns)  # what the widest cell of each column wants
        self._columns: tuple[int, tuple[int, ...] | None] = (-1, None)
        self.append(_Border(self, "┌┬┐"))
        self._put(head, _HEAD)
        self.append(_Border(self, "├┼┤"))

    def add(self, row: str) -> None:
        """Add a row; its columns may make all others move while the table is young."""
        self.preview(None)
        self._put(row, TEXT)

    def preview(self, row: str | None) -> None:
        """Show an unfinished row at the end, without moving the columns; None takes it away."""
        if self._previewed:
            self.truncate(len(self.flows) - 1)
            self._previewed = False
        if row is not None:
            self.append(_Row(self, row, TEXT))
            self._previewed = True

    def close(self) -> None:
        """The table is complete: draw its lower border."""
        self.preview(None)
        self.append(_Border(self, "└┴┘"))

    def cells(self, row: str, look: Look) -> list[Cell]:
        """Read the cells of a row, as many as the table has columns."""
        said = cells(row)
        count = len(self.aligns)
        if len(said) > count:  # nothing is lost: what is too much goes into the last column
            said[count - 1 :] = [" | ".join(said[count - 1 :])]
        said += [""] * (count - len(said))
        return [_inline(cell, look) for cell in said]

    def _put(self, row: str, look: Look) -> None:
        if self._rows < SAMPLE:
            self._rows += 1
            wider = False
            for index, cell in enumerate(self.cells(row, look)):
                wants = max((_width(line) for line in cell), default=1)
                if wants > self._widths[index]:
                    self._widths[index] = wants
                    wider = True
            if wider:
                self._columns = (-1, None)
                for index, flow in enumerate(self.flows):
                    if isinstance(flow, Lines):
                        flow.changed()
                    self.remeasure(index)
        self.append(_Row(self, row, look))

    def columns(self, width: int) -> tuple[int, ...] | None:
        """Share a width among the columns; None when they do not fit beside each other."""
        if self._columns[0] != width:
            self._columns = (width, _share(self._widths, width - 3 * len(self._widths) - 1))
        return self._columns[1]


class _Border(Lines):
    """A thin line across a table."""

    __slots__ = ("_corners", "_table")

    def __init__(self, table: TableBlock, corners: str) -> None:
        super().__init__()
        self._table = table
        self._corners = corners

    @override
    def compose(self, width: int) -> list[Line]:
        columns = self._table.columns(width)
        if columns is None:
            return [Line((("─" * width, _LINE),), "skip")]
        left, middle, right = tuple(self._corners)
        inner = middle.join("─" * (size + 2) for size in columns)
        return [Line(((left + inner + right, _LINE),), "skip")]


class _Row(Lines):
    """A row, read where somebody looks."""

    __slots__ = ("_look", "_table", "_text")

    def __init__(self, table: TableBlock, text: str, look: Look) -> None:
        super().__init__()
        self._table = table
        self._text = text
        self._look = look

    @override
    def compose(self, width: int) -> list[Line]:
        columns = self._table.columns(width)
        row = self._table.cells(self._text, self._look)
        if columns is None:  # too narrow for cells side by side
            return [line for cell in row for spans in cell for line in wrap(spans, width)]
        return _beside(row, columns, self._table.aligns)

    @override
    def estimate(self, width: int) -> int:
        return -(-len(self._text) // width) or 1


def _inline(cell: str, look: Look) -> Cell:
    for tag in ("<br>", "<br/>", "<br />"):
        cell = cell.replace(tag, "\n")
    return inline(cell, look) or [[]]


def _width(spans: Sequence[Span]) -> int:
    return sum(cell_len(text) for text, _ in spans)


def _share(wants: list[int], room: int) -> tuple[int, ...] | None:
    """Give every column what it wants; when that is too much, the widest ones give way."""
    if sum(wants) <= room:
        return tuple(wants)
    if room < _LEAST * len(wants) and room < sum(min(want, _LEAST) for want in wants):
        return None
    low, high = 1, room
    while low < high:  # the greatest cap under which all fit
        cap = (low + high + 1) // 2
        if sum(min(want, cap) for want in wants) <= room:
            low = cap
        else:
            high = cap - 1
    shares = [min(want, low) for want in wants]
    spare = room - sum(shares)
    for index, want in enumerate(wants):
        if spare and want > shares[index]:
            shares[index] += 1
            spare -= 1
    return tuple(shares)


def _beside(row: list[Cell], columns: tuple[int, ...], aligns: tuple[Align, ...]) -> list[Line]:
    wrapped = [
        [line.spans for spans in cell for line in wrap(spans, size)]
        for cell, size in zip(row, columns, strict=True)
    ]
    lines = []
    for index in range(max(map(len, wrapped))):
        spans: list[Span] = [("│", _LINE)]
        for cell, size, align in zip(wrapped, columns, aligns, strict=True):
            said = cell[index] if index < len(cell) else ()
            spare = max(0, size - _width(said))
            left = 0 if align == "left" else spare if align == "right" else spare // 2
            spans.append((" " * (left + 1), SPACE))
            spans.extend(said)
            spans.append((" " * (spare - left + 1), SPACE))
            spans.append(("│", _LINE))
        lines.append(Line(tuple(spans), "line"))
    return lines
