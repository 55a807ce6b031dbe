"""The text of a recording: one reads it, walks through it word by word, and plays from a word."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.widgets.sound.clock import clock
from workbench.widgets.sound.spoken.column import Column, Place
from workbench.widgets.sound.spoken.passages import Passage, ShownWord

MEASURE: Final = 96
"""The widest a line of speech gets, in cells, without its times."""
_LOOKS: Final = (
    *("sure", "likely", "unsure", "doubtful", "left-out", "tentative", "waiting", "failed"),
    *("time", "mark", "playing", "cursor", "cursor-blurred"),
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


class SpokenText(ScrollView, can_focus=True):
    """Passages with their times. Posts ``Chosen`` for a word to play from, ``RetryWanted``."""

    DEFAULT_CSS = """
    SpokenText {
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
        & .spoken--cursor {
            color: $block-cursor-foreground; background: $block-cursor-background;
        }
        & .spoken--cursor-blurred { color: $foreground; background: $foreground 15%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"spoken--{look}" for look in _LOOKS}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "walk(-1)", "Previous word", show=False),
        Binding("right", "walk(1)", "Next word", show=False),
        Binding("up", "line(-1)", "Line above", show=False),
        Binding("down", "line(1)", "Line below", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "ends(0)", "First word", show=False),
        Binding("end", "ends(-1)", "Last word", show=False),
        Binding("n", "doubt(1)", "Next doubtful passage", show=False),
        Binding("N", "doubt(-1)", "Doubtful passage before", show=False),
        Binding("enter", "choose", "Play from here", show=False),
    ]

    following: reactive[bool] = reactive(True)
    """New words at the end are brought into view."""

    class Pointed(Message):
        """The reader is at another word."""

        def __init__(self, word: ShownWord, passage: Passage) -> None:
            super().__init__()
            self.word = word
            self.passage = passage

    class Chosen(Message):
        """The sound is to be heard from this word on."""

        def __init__(self, word: ShownWord) -> None:
            super().__init__()
            self.word = word

    class RetryWanted(Message):
        """A part that failed is to be tried again."""

        def __init__(self, part: int) -> None:
            super().__init__()
            self.part = part

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._column = Column()
        self._cursor: Place | None = None
        self._playing: Place | None = None
        self._styles: dict[str, Style] = {}
        self._gutter = 8

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
        width, gap = self._column_width(passages), self._gap()
        if self._column.news(passages, width=width) <= _AT_ONCE:
            self.workers.cancel_group(self, _LAYOUT)
            self._take(Column(passages, width=width, gap=gap, known=self._column))
        else:
            self.run_worker(self._lay_out_apart(passages), group=_LAYOUT, exclusive=True)

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
            self.scroll_end(animate=False, immediate=True)
        self.refresh()

    def _column_width(self, passages: Sequence[Passage]) -> int:
        width = self.scrollable_content_region.width or MEASURE  # none before the first layout
        return max(1, min(MEASURE, width - _gutter(passages) - 1))

    def _gap(self) -> int:
        return 1 if self.app.size.height >= _TALL else 0

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out(self.passages)

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
        return Strip(segments).adjust_cell_length(width, ground)

    def _margin(self, passage: Passage, *, first: bool) -> list[Segment]:
        """The time at which a passage begins, and a mark when it is not to be believed."""
        if not first:
            return [Segment(" " * self._gutter, self.rich_style)]
        time = f"{clock(passage.start) if passage.timed else '':>{self._gutter - 3}} "
        mark, look = _MARKS.get(passage.state, ("  ", "time"))
        return [Segment(time, self._style("time")), Segment(mark, self._style(look))]

    def _look(self, passage: Passage, place: Place) -> Style:
        if place == self._cursor:
            return self._style("cursor" if self.has_focus else "cursor-blurred")
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

    # -- what the reader does ---------------------------------------------------------------

    def action_walk(self, step: int) -> None:
        """Go to the next word, or the one before."""
        if self.passages:
            self._point(self._column.step(self._begun(), step))

    def action_line(self, step: int) -> None:
        """Go to the word below, or above."""
        if not self.passages:
            return
        place = self._begun()
        y, cell = self._column.row_of(place) + step, self._column.cell_of(place)
        while 0 <= y < self._column.height and self._column.row(y) is None:
            y += step
        if 0 <= y < self._column.height and (found := self._column.at(y, cell)):
            self._point(found)

    def action_page(self, step: int) -> None:
        """Go on, or back, by a page but one line."""
        if not self.passages:
            return
        place = self._begun()
        page = max(1, self.scrollable_content_region.height - 1)
        y = min(max(0, self._column.row_of(place) + step * page), self._column.height - 1)
        if found := self._column.at(y, self._column.cell_of(place)):
            self._point(found)

    def action_ends(self, which: int) -> None:
        """Go to the first word or to the last."""
        if self.passages:
            last = len(self.passages) - 1
            there = Place(last, len(self.passages[last].words) - 1) if which else Place(0, 0)
            self._point(there)
            self.following = bool(which)

    def action_doubt(self, step: int) -> None:
        """Go to the next passage that is doubtful or failed, or the one before; round the ends."""
        count = len(self.passages)
        start = self._cursor.passage if self._cursor is not None else -1 if step > 0 else count
        for distance in range(1, count + 1):
            index = (start + step * distance) % count
            if self.passages[index].state in {"doubtful", "left-out", "failed"}:
                self._point(Place(index, 0))
                return

    def action_choose(self) -> None:
        """Play from the word, or try the part again that failed here."""
        place = self._begun() if self.passages else None
        word = None if place is None else self._column.word(place)
        if place is None or word is None:
            return
        passage = self.passages[place.passage]
        if passage.state == "failed" and passage.part is not None:
            self.post_message(self.RetryWanted(passage.part))
        elif passage.spoken:
            self._point(place)
            self.post_message(self.Chosen(word))

    def on_click(self, event: events.Click) -> None:
        """Point at the word; a second click plays from it."""
        at = event.get_content_offset(self)
        if at is None:
            return
        cell = at.x - self._gutter
        if found := self._column.at(at.y + self.scroll_offset.y, max(0, cell)):
            self._point(found)
            if event.chain == 2:
                self.action_choose()

    def on_focus(self) -> None:
        """Show where one is."""
        self._refresh_place(self._cursor)

    def on_blur(self) -> None:
        """Show it less."""
        self._refresh_place(self._cursor)

    def _begun(self) -> Place:
        """Where the cursor is; at first, where it would begin: what is heard, else the top."""
        if self._cursor is None:
            return self._playing or Place(0, 0)
        return self._cursor

    def _point(self, place: Place) -> None:
        before, self._cursor = self._cursor, place
        for changed in (before, place):
            self._refresh_place(changed)
        self._bring_into_view(self._column.row_of(place))
        word = self._column.word(place)
        if word is not None:
            self.post_message(self.Pointed(word, self.passages[place.passage]))

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
