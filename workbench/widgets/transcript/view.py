"""The transcript: a conversation that is added to, and what a reader can do with it."""

from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.markdown.flow import Path
from workbench.widgets.transcript.answer import AnswerEntry
from workbench.widgets.transcript.entries import Entry
from workbench.widgets.transcript.palette import COMPONENT_CLASSES, STYLES
from workbench.widgets.transcript.search import Search, row_of_occurrence
from workbench.widgets.transcript.viewport import Viewport


class Transcript(Viewport, can_focus=True):
    """A conversation. Entries are added at the end and may grow; the reader scrolls and copies."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(COMPONENT_CLASSES)
    DEFAULT_CSS = STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Up", show=False),
        Binding("down", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "Top", show=False),
        Binding("end,G", "follow", "Follow the end", show=False),
        Binding("k,alt+up", "point(-1)", "Previous block", show=False),
        Binding("j,alt+down", "point(1)", "Next block", show=False),
        Binding("r", "toggle_reasoning", "Reasoning"),
        Binding("y", "copy_answer", "Copy answer"),
        Binding("c", "copy_code", "Copy code"),
        Binding("ctrl+c,super+c", "copy_selection", "Copy selection", show=False),
    ]

    class CopyRequested(Message):
        """Something should go to the clipboard; `what` names it for the person."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text = text
            self.what = what

    class LinkRequested(Message):
        """A link was clicked. Whoever handles this shows its target before opening it."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class Found(Message):
        """The words looked for occur `total` times; the reader looks at number `current` of them.

        `current` counts from 1; 0 is none of them.
        """

        def __init__(self, current: int, total: int) -> None:
            super().__init__()
            self.current = current
            self.total = total

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - the name that Textual gives it
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._entries: list[Entry] = []
        self._sought_from: Path = ()  # where the reader was before looking for anything

    # -- the conversation -------------------------------------------------------------------

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, oldest first."""
        return tuple(self._entries)

    def add(self, entry: Entry) -> None:
        """Put an entry at the end."""
        entry.index = len(self._entries)
        entry.touched = self._touched
        self._entries.append(entry)
        self._stack.append(entry)
        self._touched(entry)

    def drop_from(self, entry: Entry) -> None:
        """Take away this entry and everything after it."""
        if not 0 <= entry.index < len(self._entries) or self._entries[entry.index] is not entry:
            return
        first = entry.index
        for dropped in self._entries[first:]:
            dropped.index, dropped.touched = -1, None
            self._dirty.discard(dropped)
        del self._entries[first:]
        self._stack.truncate(first)
        self._found = None
        if self._search is not None:
            self._search.drop_from(first)
            self._tell_found()
        self._cursor.leave()
        self._canvas.clear()
        self._ask_for_frame()

    def clear(self) -> None:
        """Take everything away."""
        if self._entries:
            self.drop_from(self._entries[0])
        self.following = True

    def _settled(self, entry: Entry) -> None:
        if self._search is not None and self._search.changed(entry):
            self._tell_found()

    # -- finding ----------------------------------------------------------------------------

    def find(self, query: str) -> None:
        """Look for words and mark them; the first one at or below what is in view is shown.

        Nothing to look for ends it.
        """
        if self._search is None:
            self._sought_from = self._anchor
        self._found = None
        self._search = Search(query, self._entries) if query else None
        if self._search is not None and self._entries:
            row = self._stack.row_of(self._column, self._sought_from)
            index, inner = self._stack.place(self._column, row)
            entry = self._entries[min(index, len(self._entries) - 1)]
            self._search.begin(entry, inner / max(1, entry.height(self._column)))
            self.find_next(1)
        self._repaint()

    def find_next(self, step: int) -> None:
        """Go to the next occurrence, or with a negative step to the one before; round the ends."""
        if self._search is None:
            return
        place = self._search.step(step)
        self._tell_found()
        if place is None:
            return
        width = self._column
        entry = self._entries[place[0]]
        inner = row_of_occurrence(entry, self._search.query, place[1], width)
        self._stack.remeasure(entry.index)
        row = self._stack.above(width, entry.index) + inner
        self._found = self._stack.locate(width, row)
        top = self.scroll_offset.y
        if not top <= row < top + self._rows:
            self.following = False
            self._anchor = self._stack.locate(width, max(0, row - self._rows // 3))
            self._arrange()
        self._repaint()

    def _tell_found(self) -> None:
        if self._search is not None:
            self.post_message(self.Found(self._search.current + 1, self._search.total))

    # -- what the reader does ---------------------------------------------------------------

    def action_follow(self) -> None:
        """Go to the end and stay there."""
        self.following = True
        self._arrange()

    def action_scroll_home(self) -> None:
        """Go to the beginning."""
        self.scroll_to(y=0, animate=False)

    def action_page_up(self) -> None:
        """Go up by a page, keeping two lines."""
        self.scroll_to(y=self.scroll_offset.y - max(1, self._rows - 2), animate=False)

    def action_page_down(self) -> None:
        """Go down by a page, keeping two lines."""
        self.scroll_to(y=self.scroll_offset.y + max(1, self._rows - 2), animate=False)

    def action_scroll_up(self) -> None:
        """Go up by a line."""
        self.scroll_to(y=self.scroll_offset.y - 1, animate=False)

    def action_scroll_down(self) -> None:
        """Go down by a line."""
        self.scroll_to(y=self.scroll_offset.y + 1, animate=False)

    def action_point(self, step: int) -> None:
        """Point at the next or the previous block, and bring it into view."""
        self._cursor.move(self._entries, self._column, step)
        pointed = self._pointed_rows()
        if not pointed:
            return
        top = self.scroll_offset.y
        if pointed.start < top or pointed.start >= top + self._rows:
            self.scroll_to(y=max(0, pointed.start - 1), animate=False)
        elif pointed.stop > top + self._rows:
            fitting = min(pointed.start, pointed.stop - self._rows)
            self.scroll_to(y=fitting, animate=False)
        self._repaint()

    def action_unpoint(self) -> None:
        """Point at nothing."""
        self._cursor.leave()
        self._repaint()

    def action_toggle_reasoning(self) -> None:
        """Open or fold the reasoning of the answer pointed at, else of the last one."""
        if answer := self._answer(lambda answer: bool(answer.reasoning)):
            answer.toggle_reasoning()

    def action_copy_selection(self) -> None:
        """Ask for what is selected to be copied; with nothing selected the key is another's."""
        selection = self.text_selection
        found = None if selection is None else self.get_selection(selection)
        if found is None or not found[0]:
            raise SkipAction
        self.post_message(self.CopyRequested(found[0], "selection"))

    def action_copy_answer(self) -> None:
        """Ask for the answer pointed at, else the last one, to be copied as it came."""
        entry = self._cursor.entry or self._answer(lambda answer: bool(answer.text))
        if entry is not None:
            what = "answer" if isinstance(entry, AnswerEntry) else "message"
            self.post_message(self.CopyRequested(entry.raw(), what))

    def action_copy_code(self) -> None:
        """Ask for the code block pointed at, else the last one, to be copied as it came."""
        entry, place = self._cursor.entry, self._cursor.code
        if entry is None:
            entry, place = self._answer(lambda answer: bool(answer.code_blocks)), None
        blocks = entry.code_blocks if entry is not None else ()
        if not blocks:
            self.post_message(self.CopyRequested("", "code"))
            return
        code = blocks[place] if place is not None and place < len(blocks) else blocks[-1]
        self.post_message(self.CopyRequested(code, "code block"))

    def _answer(self, wanted: Callable[[AnswerEntry], bool]) -> AnswerEntry | None:
        """Find the answer pointed at, else the last one of which `wanted` holds."""
        if isinstance(self._cursor.entry, AnswerEntry):
            return self._cursor.entry
        for entry in reversed(self._entries):
            if isinstance(entry, AnswerEntry) and wanted(entry):
                return entry
        return None

    def on_click(self, event: events.Click) -> None:
        """Ask for a link to be opened, or fold the reasoning whose headline was clicked."""
        at = event.get_content_offset(self)
        if at is None or self.text_selection is not None:
            return
        row = at.y + self.scroll_offset.y
        line = self._stack.line(self._column, row)
        cell = 0
        for text, look in line.spans:
            cell += cell_len(text)
            if at.x < cell:
                if look.url is not None:
                    self.post_message(self.LinkRequested(look.url))
                elif look.role == "reasoning-head":
                    self._click_reasoning(row)
                return

    def _click_reasoning(self, row: int) -> None:
        index, *_ = self._stack.locate(self._column, row)
        entry = self._entries[index]
        if isinstance(entry, AnswerEntry):
            entry.toggle_reasoning()
