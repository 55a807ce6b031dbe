"""The line one types in: it grows to eight, remembers what was asked and never loses a draft."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from workbench.widgets.prompt_history import HistoryWalk

if TYPE_CHECKING:
    from workbench.ports import PromptHistory

_NEWLINE: Final = frozenset({"ctrl+j", "shift+enter", "alt+enter"})


class Prompt(TextArea):
    """A multi-line prompt. Enter posts ``Submitted``, or ``Refused`` while not ``ready``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "up", "Up, or an earlier prompt", show=False),
        Binding("down", "down", "Down, or a later prompt", show=False),
        Binding("alt+a", "select_all", "Select all", show=False),
    ]

    ready: bool = True
    """Whether Enter sends. While it does not, the text stays where it is."""

    class Submitted(Message):
        """Enter sent a text; the prompt is empty again, and not ready until told so."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Refused(Message):
        """Enter was pressed while the prompt was not ready; the text is still there."""

    class ScrollWanted(Message):
        """A page key was pressed: ``pages`` up (negative) or down."""

        def __init__(self, pages: int) -> None:
            super().__init__()
            self.pages = pages

    def __init__(self, history: "PromptHistory", *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            id=id,
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder="Ask something",
        )
        # A cursor that blinks would wake an idle workbench twice a second.
        self.cursor_blink = False
        self._history = history
        self._walk: HistoryWalk | None = None

    async def _on_key(self, event: events.Key) -> None:
        # Bindings are looked at after later keys may have been typed; these two cannot wait.
        if event.key == "enter":
            self.submit()
        elif event.key in _NEWLINE:
            self._replace_via_keyboard("\n", *self.selection)
        else:
            return
        event.prevent_default()
        event.stop()

    def submit(self) -> None:
        """Send the text, or say why not; what is blank is not sent."""
        if not self.text.strip():
            return
        if not self.ready:
            self.post_message(self.Refused())
            return
        self.ready = False
        text, self._walk = self.text, None
        self._history.add(text)
        self.load_text("")
        self.post_message(self.Submitted(text))

    def action_up(self) -> None:
        """Go up, and from the first line to the prompt before."""
        if not self.navigator.is_first_wrapped_line(self.cursor_location):
            self.action_cursor_up()
            return
        if self._walk is None or (self._walk.at_draft):
            self._walk = HistoryWalk(self._history.entries())
        self._show(self._walk.older(self.text))

    def action_down(self) -> None:
        """Go down, and from the last line to the prompt after."""
        if not self.navigator.is_last_wrapped_line(self.cursor_location):
            self.action_cursor_down()
        elif self._walk is not None:
            self._show(self._walk.newer(self.text))

    def action_cursor_page_up(self) -> None:
        """Leave paging to the conversation."""
        self.post_message(self.ScrollWanted(-1))

    def action_cursor_page_down(self) -> None:
        """Leave paging to the conversation."""
        self.post_message(self.ScrollWanted(1))

    def _show(self, text: str | None) -> None:
        if text is not None:
            self.load_text(text)
            self.move_cursor(self.document.end)
