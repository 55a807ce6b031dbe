"""Asks before something is lost."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.neutralise import neutralise


class ConfirmScreen(ModalScreen[bool]):
    """A question with a way on and a way back; the same key that led here is the way on too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Yes"),
        Binding("escape", "dismiss(False)", "No"),
    ]

    def __init__(self, title: str, body: str, *, yes: str, no: str, key: str = "") -> None:
        super().__init__()
        self._title = neutralise(title)
        self._body = neutralise(body)
        self._yes = neutralise(yes)
        self._no = neutralise(no)
        if key:
            self._bindings.bind(key, "dismiss(True)")

    def compose(self) -> ComposeResult:
        """What would happen, and two keys."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._title, "bold"))
            yield Static(Content(self._body), classes="dialog-body")
            yield Static(
                Content.assemble(
                    ("Enter", "bold"), f" {self._yes}   ", ("Esc", "bold"), f" {self._no}"
                ),
                classes="dialog-keys",
            )
