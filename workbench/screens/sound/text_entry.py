"""Asks for a line of text: another name, other words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from workbench.neutralise import neutralise, neutralise_line

_MUTED = "$foreground 60%"


class TextEntryScreen(ModalScreen[str | None]):
    """A text to change; Enter takes it, ``None`` leaves it as it was.

    ``original`` is what ctrl+o brings back; "" where there is nothing to bring back.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "Take", priority=True),
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("ctrl+o", "original", "As it was heard", priority=True),
    ]

    def __init__(self, title: str, text: str, *, original: str = "") -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._text = text
        self._original = original

    def compose(self) -> ComposeResult:
        """The text, what it was, the keys."""
        with Vertical(classes="dialog"):
            yield Static(Content.assemble(("▍", "$primary"), (self._title, "bold")))
            yield TextArea(
                neutralise(self._text),
                id="text-entry",
                compact=True,
                tab_behavior="focus",
                highlight_cursor_line=False,
            )
            keys: list[tuple[str, str]] = [("Enter", "bold"), (" takes it   ", _MUTED)]
            keys += [("Esc", "bold"), (" leaves it", _MUTED)]
            if self._original and self._original != self._text:
                keys += [("   ^O", "bold"), (" as it was heard", _MUTED)]
            yield Static(Content.assemble(*keys), classes="dialog-keys")

    def on_mount(self) -> None:
        """Begin at the end."""
        box = self.query_one(TextArea)
        box.cursor_blink = False
        box.move_cursor(box.document.end)
        box.focus()

    def action_take(self) -> None:
        """Take what is typed, as one line."""
        self.dismiss(" ".join(self.query_one(TextArea).text.split()))

    def action_original(self) -> None:
        """Bring back what was heard."""
        if self._original:
            self.query_one(TextArea).load_text(neutralise(self._original))
