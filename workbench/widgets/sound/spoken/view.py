"""The text of a recording: one reads it, walks through it word by word, and plays from a word."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.widgets.sound.spoken.column import Place
from workbench.widgets.sound.spoken.page import SpokenPage
from workbench.widgets.sound.spoken.passages import Passage, ShownWord
from workbench.widgets.sound.spoken.search import Occurrence, occurrences


class SpokenText(SpokenPage):
    """A page to read. Posts ``Chosen`` for a word to play from, ``RetryWanted`` for a part."""

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

    class Found(Message):
        """What is looked for occurs ``total`` times; the reader is at number ``current``, from 1.

        ``current`` 0 is none of them.
        """

        def __init__(self, current: int, total: int) -> None:
            super().__init__()
            self.current = current
            self.total = total

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._query = ""
        self._found: tuple[Occurrence, ...] = ()
        self._current = -1

    # -- finding ----------------------------------------------------------------------------

    def find(self, query: str) -> None:
        """Look for words and mark them, and go to the first from here on; "" ends it."""
        self._query, self._current = query, -1
        self._found = occurrences(self.passages, query)
        here = self._begun() if self.passages else Place(0, 0)
        ahead = [n for n, one in enumerate(self._found) if (one.passage, one.first) >= here]
        if self._found:
            self._current = ahead[0] if ahead else 0
        self._show_found()

    def find_next(self, step: int) -> None:
        """Go to the next occurrence, or with a negative step to the one before; round the ends."""
        if self._found:
            self._current = (self._current + step) % len(self._found)
        self._show_found()

    def show_passages(self, passages: Sequence[Passage]) -> None:
        """Show these, and what is looked for in them."""
        super().show_passages(passages)
        if self._query:
            self._found = occurrences(passages, self._query)
            self._current = min(self._current, len(self._found) - 1)
            self._mark_found()

    def _show_found(self) -> None:
        self._mark_found()
        if self._current >= 0:
            one = self._found[self._current]
            self._point(Place(one.passage, one.first))
        self.post_message(self.Found(self._current + 1, len(self._found)))

    def _mark_found(self) -> None:
        self._marked = {
            Place(one.passage, word): "found-current" if n == self._current else "found"
            for n, one in enumerate(self._found)
            for word in range(one.first, one.last + 1)
        }
        self.refresh()

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
