"""Answers that stream side by side: one column each, always at its end."""

from time import perf_counter, thread_time
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.widgets.race.grid import Grid, grid
from workbench.widgets.race.tail import Kind, Tail, TailLine
from workbench.widgets.transcript import ScreenLag
from workbench.widgets.transcript.frames import FrameBudget
from workbench.widgets.transcript.lag import LagMeter

_PREFIX: Final = "tracks--"


class Tracks(Widget):
    """The ends of several texts. Adding to one costs what the piece costs; frames have a budget.

    Posts ``Chosen`` when a column is clicked.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tracks--answer",
        "tracks--reasoning",
        "tracks--problem",
        "tracks--note",
        "tracks--rule",
    }
    DEFAULT_CSS = """
    Tracks {
        & .tracks--answer { color: $foreground 85%; }
        & .tracks--reasoning { color: $foreground 45%; text-style: italic; }
        & .tracks--problem { color: $text-error; }
        & .tracks--note { color: $foreground 60%; }
        & .tracks--rule { color: $foreground 12%; }
    }
    """

    class Chosen(Message):
        """A lane was clicked."""

        def __init__(self, lane: int) -> None:
            super().__init__()
            self.lane = lane

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._tails: list[Tail] = []
        self._lags: list[LagMeter] = []
        self._columns: list[list[TailLine]] = []
        self._styles_of: dict[str, Style] = {}
        self._budget = FrameBudget()
        self._asked = False  # a frame is on its way

    # -- what the pane calls ----------------------------------------------------------------

    def begin(self, lanes: int) -> None:
        """Show so many empty lanes."""
        self._tails = [Tail() for _ in range(lanes)]
        self._lags = [LagMeter() for _ in range(lanes)]
        self._ask_for_frame()

    def clear(self, lane: int) -> None:
        """Begin a lane's next answer."""
        self._tails[lane].clear()
        self._lags[lane].clear()
        self._ask_for_frame()

    def add(self, lane: int, text: str, kind: Kind, *, at: float | None = None) -> None:
        """Add to a lane what arrived at ``at`` on the client's clock; ``None``: nothing arrived."""
        self._tails[lane].add(text, kind)
        if at is not None:
            self._lags[lane].arrived(at)
        self._ask_for_frame()

    def lag(self, lane: int) -> ScreenLag | None:
        """How long a lane's answer took from its arrival to the terminal."""
        return self._lags[lane].lag if lane < len(self._lags) else None

    def displayed(self, now: float) -> None:
        """A frame has gone to the terminal."""
        for lag in self._lags:
            lag.displayed(now)

    # -- frames -----------------------------------------------------------------------------

    def _ask_for_frame(self) -> None:
        if self._asked or not self.is_mounted:
            return
        self._asked = True
        delay = self._budget.delay(perf_counter())
        if delay:
            self.set_timer(delay, self._frame)
        else:
            self.call_later(self._frame)

    def _frame(self) -> None:
        self._asked = False
        began = thread_time()
        self._budget.begin(perf_counter())
        self._arrange()
        visible = self.is_on_screen and self.size.height > 0
        for lag in self._lags:
            lag.laid_out(visible=visible)
        self.refresh()
        self._budget.spend(perf_counter(), thread_time() - began)

    def _arrange(self) -> None:
        lane, rows = self._grid.lane, self.size.height
        self._columns = [tail.lines(lane, rows) for tail in self._tails]

    @property
    def _grid(self) -> Grid:
        return grid(self.size.width, max(1, len(self._tails)))

    def on_mount(self) -> None:
        """Show what was added before."""
        self._ask_for_frame()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._arrange()
        self.refresh()

    def notify_style_update(self) -> None:
        """Take up the colours of a new theme."""
        super().notify_style_update()
        self._styles_of.clear()

    def on_click(self, event: events.Click) -> None:
        """Choose the lane under the pointer."""
        lane = self._grid.lane_at(event.x)
        if lane is not None and lane < len(self._tails):
            self.post_message(self.Chosen(lane))

    # -- painting ---------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint."""
        began = thread_time()
        strips = super().render_lines(crop)
        for lag in self._lags:
            lag.painted()
        self._budget.spend(perf_counter(), thread_time() - began)
        return strips

    def render_line(self, y: int) -> Strip:
        """Give one row of all columns."""
        width, place, ground = self.size.width, self._grid, self.rich_style
        segments = [Segment(" " * place.start, ground)]
        for number, column in enumerate(self._columns):
            if number:
                segments += self._between(place.gap)
            segments.append(self._cell(column, y, place.lane))
        strip = Strip(segments)
        return strip.adjust_cell_length(width, ground)

    def _cell(self, column: list[TailLine], y: int, width: int) -> Segment:
        if y >= len(column):
            return Segment(" " * width, self.rich_style)
        text, kind = column[y]
        return Segment(_sized(text, width), self._style(kind))

    def _between(self, gap: int) -> list[Segment]:
        if gap < 3:
            return [Segment(" " * gap, self.rich_style)]
        side = Segment(" " * (gap // 2), self.rich_style)
        return [side, Segment("│", self._style("rule")), side]

    def _style(self, name: str) -> Style:
        style = self._styles_of.get(name)
        if style is None:
            style = self._styles_of[name] = self.get_component_rich_style(_PREFIX + name)
        return style


def _sized(text: str, width: int) -> str:
    if text.isascii() and len(text) <= width:
        return text.ljust(width)
    return text if cell_len(text) == width else set_cell_size(text, width)
