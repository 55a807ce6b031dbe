"""Passages on a page: laid out for the width there is, painted, and selected by mouse."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.worker import Worker

from workbench.widgets.sound.clock import clock
from workbench.widgets.sound.spoken.column import Column, Place
from workbench.widgets.sound.spoken.passages import Passage, ShownWord

MEASURE: Final = 96
"""The widest a line of speech gets, in cells, without its times."""
_LOOKS: Final = (
    *("sure", "likely", "unsure", "doubtful", "left-out", "tentative", "waiting", "failed"),
    *("time", "mark", "playing", "found", "found-current", "cursor", "cursor-blurred"),
)
_AT_ONCE: Final = 120
"""Passages that are laid out within a few milliseconds."""
_LAYOUT: Final = "spoken-layout"
_TALL: Final = 32
"""Lines of a terminal from which passages stand apart."""
_HOUR: Final = 3600.0
_MARKS: Final = {
    "doubtful": ("? ", "mark"),
    "left-out": ("- ", "time"),
    "failed": ("✗ ", "failed"),
    "waiting": ("· ", "time"),
}


class SpokenPage(ScrollView, can_focus=True):
    """Passages with their times, a cursor, and the word that is heard."""

    ALLOW_SELECT = True
    DEFAULT_CSS = """
    SpokenPage {
        background: $background;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;

        & .spoken--sure { color: $foreground; }
        & .spoken--likely { color: $foreground 80%; }
        & .spoken--unsure { color: $text-warning 85%; }
        & .spoken--doubtful { color: $text-warning 85%; }
        & .spoken--left-out { color: $foreground 38%; text-style: strike; }
        & .spoken--tentative { color: $foreground 50%; text-style: italic; }
        & .spoken--waiting { color: $foreground 50%; }
        & .spoken--failed { color: $text-error; }
        & .spoken--time { color: $foreground 45%; }
        & .spoken--mark { color: $text-warning; }
        & .spoken--playing { color: $foreground; background: $primary 35%; }
        & .spoken--found { color: $foreground; background: $warning 35%; }
        & .spoken--found-current { color: $background; background: $warning; }
        & .spoken--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background;
        }
        & .spoken--cursor-blurred { color: $foreground; background: $foreground 15%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"spoken--{look}" for look in _LOOKS}

    following: reactive[bool] = reactive(True)
    """New words at the end are brought into view."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._wanted: tuple[Passage, ...] = ()
        self._column = Column()
        self._cursor: Place | None = None
        self._playing: Place | None = None
        self._styles: dict[str, Style] = {}
        self._gutter = 8
        self._marked: dict[Place, str] = {}
        """Words that stand out for another reason, and their looks."""

    # -- what the pane calls ----------------------------------------------------------------

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What is shown."""
        return self._column.passages

    @property
    def pointed(self) -> ShownWord | None:
        """The word under the cursor."""
        return None if self._cursor is None else self._column.word(self._cursor)

    @property
    def pointed_passage(self) -> Passage | None:
        """The passage with that word."""
        return (
            None
            if self.pointed is None or self._cursor is None
            else self.passages[self._cursor.passage]
        )

    def show_passages(self, passages: Sequence[Passage]) -> None:
        """Show these; the cursor stays on its word while that is there."""
        self._lay_out(passages)

    def clear(self) -> None:
        """Show nothing, and follow what comes."""
        self._cursor = self._playing = None
        self.following = True
        self.show_passages(())

    def show_playing(self, seconds: float | None) -> None:
        """Light the word that is heard; ``None`` when nothing plays."""
        playing = None if seconds is None else self._column.heard_at(seconds)
        if playing == self._playing:
            return
        before, self._playing = self._playing, playing
        if playing is not None:
            self._bring_into_view(self._column.row_of(playing))
        for place in (before, playing):
            self._refresh_place(place)

    # -- layout -----------------------------------------------------------------------------

    def _lay_out(self, passages: Sequence[Passage]) -> None:
        """Lay them out: at once where that is quickly done, else apart from the event loop."""
        self._wanted = tuple(passages)
        width, gap = self._column_width(passages), self._gap()
        if self._column.news(passages, width=width) <= _AT_ONCE:
            self.workers.cancel_group(self, _LAYOUT)
            self._take(Column(passages, width=width, gap=gap, known=self._column))
        else:
            apart = partial(self._lay_out_apart, passages)
            _: Worker[None] = self.run_worker(apart, group=_LAYOUT, exclusive=True)

    async def _lay_out_apart(self, passages: Sequence[Passage]) -> None:
        while True:
            width, gap = self._column_width(passages), self._gap()
            make = partial(Column, passages, width=width, gap=gap, known=self._column)
            column = await asyncio.to_thread(make)
            if width == self._column_width(passages):
                break
        self._take(column)

    def _take(self, column: Column) -> None:
        self._column = column
        self._gutter = _gutter(column.passages)
        if self._cursor is not None and column.word(self._cursor) is None:
            self._cursor = None
        if self._playing is not None and column.word(self._playing) is None:
            self._playing = None
        self.virtual_size = Size(self.scrollable_content_region.width, column.height)
        if self.following:
            self._follow()
            self.call_after_refresh(self._follow)  # the first time there is no scrollbar yet
        self.refresh()

    def _follow(self) -> None:
        if self.following:
            self.scroll_end(animate=False, immediate=True)

    def _column_width(self, passages: Sequence[Passage]) -> int:
        width = self.scrollable_content_region.width or MEASURE  # none before the first layout
        return max(1, min(MEASURE, width - _gutter(passages) - 1))

    def _gap(self) -> int:
        return 1 if self.app.size.height >= _TALL else 0

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out(self._wanted)

    def notify_style_update(self) -> None:
        """Take up the colours of a new theme."""
        super().notify_style_update()
        self._styles.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Let go of the end when the reader scrolls up, and follow it again at the end."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.following = new_value >= self.max_scroll_y

    # -- painting ---------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Give one visible line."""
        width, ground = self.size.width, self.rich_style
        found = self._column.row(y + self.scroll_offset.y)
        if found is None:
            return Strip.blank(width, ground)
        index, inner, row = found
        passage = self._column.passages[index]
        segments = [*self._margin(passage, first=inner == 0)]
        at = 0
        for placed in row:
            if placed.cell > at:
                segments.append(Segment(" " * (placed.cell - at), ground))
            place = Place(index, placed.word)
            segments.append(Segment(placed.text, self._look(passage, place)))
            at = placed.cell + placed.width
        strip = Strip(segments).adjust_cell_length(width, ground)
        return self._selected(strip, y + self.scroll_offset.y)

    def _selected(self, strip: Strip, row: int) -> Strip:
        """The strip with what is selected of it, and with its place for whoever selects."""
        selection = self.text_selection
        span = None if selection is None else selection.get_span(row)
        if span is not None:
            style = self.screen.get_component_rich_style("screen--selection", partial=True)
            text = strip.text
            end = len(text) if span[1] < 0 else span[1]
            cuts = [cell_len(text[: span[0]]), cell_len(text[:end]), strip.cell_length]
            before, within, after = strip.divide(cuts)
            strip = Strip.join([before, within.apply_style(style), after])
        return strip.apply_offsets(0, row)

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected now."""
        del selection
        self.refresh()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The words that are selected: no times, no breaks that the width made."""
        last_row = self._column.height - 1
        first = 0 if selection.start is None else max(0, selection.start.y)
        last = last_row if selection.end is None else min(selection.end.y, last_row)
        pieces: list[str] = []
        passage = -1
        for row in range(first, last + 1):
            found = self._column.row(row)
            if found is None:
                continue
            text = self._text_of(row)
            start, end = selection.get_span(row) or (0, -1)
            stop = len(text) if end < 0 else max(0, end - self._gutter)
            if pieces:
                pieces.append(" " if found[0] == passage else "\n")
            passage = found[0]
            pieces.append(text[max(0, start - self._gutter) : stop])
        return "".join(pieces).strip(), "\n"

    def _text_of(self, row: int) -> str:
        """The words of a row, as they stand there."""
        found = self._column.row(row)
        text, at = "", 0
        for placed in found[2] if found else ():
            text += " " * (placed.cell - at) + placed.text
            at = placed.cell + placed.width
        return text

    def _margin(self, passage: Passage, *, first: bool) -> list[Segment]:
        """The time at which a passage begins, and a mark when it is not to be believed."""
        if not first:
            return [Segment(" " * self._gutter, self.rich_style)]
        time = f"{clock(passage.start) if passage.timed else '':>{self._gutter - 3}} "
        mark, look = _MARKS.get(passage.state, ("  ", "time"))
        return [Segment(time, self._style("time")), Segment(mark, self._style(look))]

    def _look(self, passage: Passage, place: Place) -> Style:
        if place == self._cursor and (self.has_focus or place not in self._marked):
            return self._style("cursor" if self.has_focus else "cursor-blurred")
        if place in self._marked:
            return self._style(self._marked[place])
        style = self._style(_look_of(passage, passage.words[place.word]))
        return style + self._style("playing") if place == self._playing else style

    def _style(self, look: str) -> Style:
        style = self._styles.get(look)
        if style is None:
            style = self._styles[look] = self.get_component_rich_style(f"spoken--{look}")
        return style

    def _refresh_place(self, place: Place | None) -> None:
        if place is not None and self._column.word(place) is not None:
            self.refresh_lines(self._column.row_of(place), 2)

    def on_focus(self) -> None:
        """Show where one is."""
        self._refresh_place(self._cursor)

    def on_blur(self) -> None:
        """Show it less."""
        self._refresh_place(self._cursor)

    def _bring_into_view(self, row: int) -> None:
        top, rows = self.scroll_offset.y, self.scrollable_content_region.height
        if row < top:
            self.scroll_to(y=row, animate=False)
        elif row >= top + rows:
            self.scroll_to(y=row - rows + 2, animate=False)


def _gutter(passages: Sequence[Passage]) -> int:
    """The cells of the times and the marks."""
    longest = passages[-1].end if passages else 0.0
    return 10 if longest >= _HOUR else 8


def _look_of(passage: Passage, word: ShownWord) -> str:
    if passage.state != "said":
        return passage.state
    if word.tentative:
        return "tentative"
    if word.confidence is None or word.confidence >= 0.8:
        return "sure"
    return "likely" if word.confidence >= 0.5 else "unsure"
