"""Lanes on one time axis: name, number and bar, what was measured apart from what is said."""

from collections.abc import Iterator
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from workbench.session.waterfall import Lane, Source, Waterfall
from workbench.widgets.figures import duration
from workbench.widgets.waterfall.axis import Axis, moment

_NAME: Final = 15
_NUMBER: Final = 9
_FAINT: Final = "$foreground 38%"
_MUTED: Final = "$foreground 60%"
_REST: Final = "$foreground 30%"
_GROUPS: Final[tuple[tuple[tuple[Source, ...], str, str], ...]] = (
    (("measured",), "measured here", "$secondary"),
    (("service", "derived"), "the service's word; its place on the axis is assumed", "$accent"),
    (("ours",), "our own part, measured", "$text-success"),
)


class WaterfallChart(Widget):
    """A waterfall as a chart. ``show`` it one."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._waterfall: Waterfall | None = None

    def show(self, waterfall: Waterfall) -> None:
        """Draw this one."""
        self._waterfall = waterfall
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        """Give the axis and all lanes."""
        found = self._waterfall
        if found is None:
            return Content()
        cells = max(8, self.content_size.width - _NAME - _NUMBER - 2)
        axis = Axis(length=found.length, cells=cells)
        roomy = self.content_size.height >= _rows(found) + len(_GROUPS)
        lines = [*_scale(axis)]
        for sources, title, colour in _GROUPS:
            if roomy and len(lines) > 1:
                lines.append(Content())
            lines.append(Content.styled(title, f"bold {colour}"))
            lanes = [lane for lane in found.lanes if lane.source in sources]
            lines += [
                _lane(lane, axis, _REST if lane.source == "derived" else colour, found.first_token)
                for lane in lanes
            ]
        return Content("\n").join(lines)


def as_text(found: Waterfall) -> str:
    """The figures as plain text, a line for each lane."""
    lines = []
    for sources, title, _ in _GROUPS:
        lines.append(f"{title}:")
        lines += [
            f"  {lane.name:<{_NAME}} {_number(lane)}"
            for lane in found.lanes
            if lane.source in sources
        ]
    return "\n".join([*lines, *found.warnings, *found.remarks])


def _rows(found: Waterfall) -> int:
    return 2 + len(_GROUPS) + len(found.lanes)


def _scale(axis: Axis) -> Iterator[Content]:
    """Round moments above the lanes; what they count is said at the left."""
    unit = "ms since sent" if axis.length < 10 else "since sent"
    numbers, line = [" "] * (axis.cells + 1), ["─"] * axis.cells
    for at in axis.ticks(10):
        place = min(int(axis.place(at)), axis.cells - 1)
        text = moment(at, axis.length)
        start = place if place + len(text) <= axis.cells else axis.cells - len(text)
        if all(cell == " " for cell in numbers[max(0, start - 1) : start + len(text)]):
            numbers[start : start + len(text)] = text
        line[place] = "┬"
    head = Content.styled(f"{unit:<{_NAME}}", _FAINT)
    blank = " " * (_NUMBER + 2)
    yield Content.assemble(head, blank, ("".join(numbers).rstrip(), _MUTED))
    yield Content.assemble(" " * _NAME, blank, ("".join(line), "$foreground 20%"))


def _lane(lane: Lane, axis: Axis, colour: str, first_token: float | None) -> Content:
    told = lane.seconds is not None
    wrong = lane.note == "impossible"
    number = Content.styled(
        f"{_number(lane):>{_NUMBER}}",
        "bold $text-error" if wrong else "bold" if told else _FAINT,
    )
    name = Content.styled(f"{lane.name:<{_NAME}}", "$foreground 85%" if told else _MUTED)
    return Content.assemble(name, number, "  ", _drawn(lane, axis, colour, first_token))


def _number(lane: Lane) -> str:
    if lane.seconds is None:
        return lane.note
    sign = "-" if lane.seconds < 0 else ""
    return sign + duration(abs(lane.seconds))


def _drawn(lane: Lane, axis: Axis, colour: str, first_token: float | None) -> Content:
    """The lane's bars and its note, over a faint line at the moment of the first token."""
    cells = [(" ", "")] * axis.cells
    if first_token is not None:
        cells[min(int(axis.place(first_token)), axis.cells - 1)] = ("│", "$foreground 25%")
    at = 0
    for start, end in lane.spans:
        at, bar = axis.spread(start, end) if lane.spread else axis.bar(start, end)
        _write(cells, at, bar, colour)
        at += len(bar) + 1
    if lane.seconds is not None:
        _write(cells, at, lane.note, "$text-error" if lane.note == "impossible" else _FAINT)
    return Content.assemble(*_runs(cells))


def _write(cells: list[tuple[str, str]], at: int, text: str, style: str) -> None:
    """Put a text on the cells, if there is room for all of it."""
    if at + len(text) <= len(cells):
        cells[at : at + len(text)] = [(char, style) for char in text]


def _runs(cells: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Cells of the same look, joined."""
    text, look = "", ""
    for char, style in cells:
        if style != look and text:
            yield text, look
            text = ""
        text, look = text + char, style
    if text:
        yield text, look
