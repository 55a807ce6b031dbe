"""A request's body to be edited before it is sent again."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from workbench.neutralise import neutralise_line


class EditScreen(ModalScreen[str | None]):
    """Gives the text as it was edited, ``None`` when the person went back.

    Args:
        check: gives a line on the text as it stands, and whether it may go on.

    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("f2,ctrl+r", "go_on", "Go on", priority=True),
    ]

    def __init__(self, title: str, text: str, *, check: Callable[[str], tuple[str, bool]]) -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._text = text
        self._check = check

    def compose(self) -> ComposeResult:
        """The text, and what is to be said of it."""
        with Vertical(classes="dialog -large"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (self._title, "bold"),
                    ("   F2 goes on · Esc cancels", "$foreground 60%"),
                )
            )
            yield TextArea(self._text, id="edited", tab_behavior="focus", compact=True)
            yield Static(id="edited-note")

    def on_mount(self) -> None:
        """Let the person type."""
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.focus()
        self._say()

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._say()

    def _say(self) -> None:
        text, good = self._check(self.query_one(TextArea).text)
        style = "$foreground 60%" if good else "$text-error"
        mark = "" if good else "✗ "
        note = Content.styled(f"{mark}{neutralise_line(text)}", style)
        self.query_one("#edited-note", Static).update(note)

    def action_go_on(self) -> None:
        """Take the text, unless something is wrong with it."""
        text = self.query_one(TextArea).text
        if self._check(text)[1]:
            self.dismiss(text)
