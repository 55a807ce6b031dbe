"""One line to look for words in the conversation: what, which of how many, and the keys."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

_KEYS = Content.assemble(
    ("Enter ↓", "bold"), " next  ", ("↑", "bold"), " previous  ", ("Esc", "bold"), " close"
)


class FindBar(HorizontalGroup):
    """Posts ``Changed`` while one types, ``Wanted`` for the next one or the one before, ``Left``.

    Enter and the arrow keys go on; Escape leaves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,ctrl+g", "go(1)", "Next", show=False, priority=True),
        Binding("up,shift+enter", "go(-1)", "Previous", show=False, priority=True),
        Binding("escape", "leave", "Close", show=False, priority=True),
    ]

    class Changed(Message):
        """Look for other words."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Wanted(Message):
        """Go on by a step."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Left(Message):
        """The reader is done."""

    def compose(self) -> ComposeResult:
        """What to look for, how often it is there."""
        yield Label("Find ", id="find-label")
        yield Input(id="find-query", compact=True, select_on_focus=True)
        yield Static(id="find-count")
        yield Static(_KEYS, id="find-keys")

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.query_one(Input).value

    def take_focus(self) -> None:
        """Let the person type; what was looked for before is selected."""
        self.query_one(Input).focus()

    def show_found(self, current: int, total: int) -> None:
        """Say which of how many; ``current`` counts from 1."""
        if not self.words:
            said = ""
        elif not total:
            said = "not found"
        else:
            said = f"{current:,} of {total:,}" if current else f"{total:,}"
        self.query_one("#find-count", Static).update(Content(said))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def action_go(self, step: int) -> None:
        """Go to the next one, or the one before."""
        self.post_message(self.Wanted(step))

    def action_leave(self) -> None:
        """Close."""
        self.post_message(self.Left())
