"""The figures of the lanes, one column each, aligned with their answers below."""

from collections.abc import Callable, Iterator
from typing import Final

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.session.race.board import Board, LaneRow
from workbench.session.race.results import METRICS, TOTAL, Metric
from workbench.session.race.statistics import Spread
from workbench.widgets.figures import UNKNOWN, duration, speed
from workbench.widgets.race.grid import MARGIN, RAIL, Grid, grid

MEASURED: Final = "$foreground 85%"
SERVICE: Final = "$accent"
"""What was measured here, and what is the service's own word."""

_FAINT: Final = "$foreground 38%"
_MUTED: Final = "$foreground 60%"
_STATES: Final = {
    "waiting": _MUTED,
    "thinking": _MUTED,
    "writing": "$text-success",
    "cut short": "$text-warning",
    "failed": "$text-error",
    "stopped": "$text-warning",
    "out": "$text-error",
}
_ORDINALS: Final = ("", "1st", "2nd", "3rd", "4th", "5th", "6th")
_WHOLE: Final = ("done", "cut short")
_NAME_ROWS: Final = 2


class Scoreboard(Widget):
    """Names, places, figures and medians. ``show`` it a board; posts ``Chosen`` for a click."""

    class Chosen(Message):
        """A lane was clicked."""

        def __init__(self, lane: int) -> None:
            super().__init__()
            self.lane = lane

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._board: Board | None = None
        self._selected: int | None = None

    def show(self, board: Board, *, selected: int | None) -> None:
        """Show the lanes as they are now, one of them pointed at."""
        rows = None if self._board is None else len(_rows(self._board))
        self._board, self._selected = board, selected
        self.refresh(layout=rows != len(_rows(board)))

    def get_content_height(self, *_: object) -> int:
        """One line for each row."""
        return _NAME_ROWS + (len(_rows(self._board)) if self._board else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose the lane under the pointer."""
        if self._board is None:
            return
        lane = grid(self.size.width, len(self._board.lanes)).lane_at(event.x)
        if lane is not None:
            self.post_message(self.Chosen(lane))

    def render(self) -> RenderResult:
        """Give all rows."""
        board = self._board
        if board is None:
            return Content()
        place = grid(self.size.width, len(board.lanes))
        rows = [*self._names(board, place)]
        for label, style, cell in _rows(board):
            cells = (cell(lane, place.lane) for lane in board.lanes)
            rows.append(_row(Content.styled(label, style), cells, place))
        return Content("\n").join(rows)

    def _names(self, board: Board, place: Grid) -> Iterator[Content]:
        names = [_name_lines(lane.model, place.lane) for lane in board.lanes]
        for number in range(_NAME_ROWS):
            cells = [
                Content.styled(
                    lines[number],
                    "bold $primary underline" if index == self._selected else "bold",
                )
                for index, lines in enumerate(names)
            ]
            yield _row(Content(), cells, place)


Cell = Callable[[LaneRow, int], Content]


def _rows(board: Board) -> list[tuple[str, str, Cell]]:
    """What each row is called, how its name looks, and what a lane has there."""
    rows: list[tuple[str, str, Cell]] = [
        (f"by {_SHORT[board.metric.name]}", _MUTED, _standing),
        ("", _MUTED, _state),
    ]
    rows += [
        (_label(metric), MEASURED if metric.measured else SERVICE, _figure(metric))
        for metric in METRICS
        if metric is not TOTAL
    ]
    rows.append((_label(TOTAL), MEASURED, _figure(TOTAL)))
    if board.rounds > 1:
        rows.append(("median first", MEASURED, _median_first_token))
        rows.append(("median tok/s", MEASURED, _median_speed))
    return rows


_SHORT: Final = {"speed": "speed", "first_token": "first token", "total": "answer"}


def _label(metric: Metric) -> str:
    return {"total": "whole answer"}.get(metric.name, metric.title)


def _row(label: Content, cells: "Iterator[Content] | list[Content]", place: Grid) -> Content:
    parts = [Content(" " * MARGIN), label.truncate(RAIL - 1, pad=True), Content(" ")]
    for number, cell in enumerate(cells):
        if number:
            parts.append(Content(" " * place.gap))
        parts.append(cell.truncate(place.lane, ellipsis=True, pad=True))
    return Content("").join(parts)


def _name_lines(model: str, width: int) -> tuple[str, str]:
    """The model's name on two lines, without its owner where that does not fit; cut at hyphens."""
    name = neutralise_line(model)
    if len(name) > width:
        name = name.rpartition("/")[2]
    if len(name) <= width:
        return name, ""
    end = max(name.rfind(mark, 0, width) for mark in "-/ ") + 1
    end = end or width
    return name[:end], name[end:]


def _standing(lane: LaneRow, width: int) -> Content:
    """The place, and how good the figure is against the best one's as a bar."""
    if lane.place is None or lane.share is None:
        return Content.styled(UNKNOWN, _FAINT)
    first = lane.place == 1
    place = f"{_ORDINALS[lane.place]} "
    cells = max(0, min(24, width) - len(place))
    halves = max(1, round(lane.share * cells * 2))
    lit = "━" * (halves // 2) + "╸" * (halves % 2)
    colour = "$text-success" if first else "$secondary"
    return Content.assemble(
        (place, f"bold {colour}"), (lit, colour), ("━" * (cells - len(lit)), "$foreground 12%")
    )


def _state(lane: LaneRow, width: int) -> Content:
    del width
    return Content.styled(lane.state, _STATES.get(lane.state, _MUTED))


def _figure(metric: Metric) -> Cell:
    def cell(lane: LaneRow, width: int) -> Content:
        del width
        value = metric.of(lane.latency)
        if value is None or (metric is TOTAL and lane.state not in _WHOLE):
            return Content.styled(UNKNOWN, _FAINT)
        text = speed(value) if metric.unit == "tok/s" else duration(value)
        if metric.name == "speed" and lane.latency.tokens_estimated:
            text = f"~{text}"
        return Content.styled(text, "bold" if metric.measured else SERVICE)

    return cell


def _median_first_token(lane: LaneRow, width: int) -> Content:
    return _median(lane.first_token, lane.failures, duration, width)


def _median_speed(lane: LaneRow, width: int) -> Content:
    return _median(lane.speed, lane.failures, speed, width)


def _median(
    spread: Spread | None, failures: int, shown: Callable[[float | None], str], width: int
) -> Content:
    if spread is None:
        return Content.styled(UNKNOWN, _FAINT)
    middle = Content.styled(shown(spread.median), "bold")
    # one round says nothing of the spread
    apart = f" ± {shown(spread.mad)}" if spread.n > 1 else ""
    n = f"  n = {spread.n}" + (f" of {spread.n + failures}" if failures else "")
    forms = (
        Content.assemble(middle, (apart, _MUTED), (n, "$text-warning" if failures else _FAINT)),
        Content.assemble(middle, (apart, _MUTED)),
    )
    return next((form for form in forms if form.cell_length <= width), middle)
