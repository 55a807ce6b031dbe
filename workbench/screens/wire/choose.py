"""A short list to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.neutralise import neutralise_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosable:
    """One of them: its name, a few words on it, the key that takes it at once."""

    name: str
    title: str
    words: str = ""
    key: str = ""


class ChooseScreen(ModalScreen[str | None]):
    """Gives the name of what was chosen, ``None`` when nothing was."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, choices: Sequence[Choosable]) -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._choices = tuple(choices)
        for choice in self._choices:
            if choice.key:
                self._bindings.bind(choice.key, f"take('{choice.name}')")

    def compose(self) -> ComposeResult:
        """The title and the list."""
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (self._title, "bold"),
                    ("   Enter or its letter · Esc cancels", "$foreground 60%"),
                )
            )
            yield OptionList(
                *(Option(_row(choice), id=choice.name) for choice in self._choices),
                id="choices",
                markup=False,
                compact=True,
            )

    def on_mount(self) -> None:
        """Begin with the first."""
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()

    def action_take(self, name: str) -> None:
        """Choose by a key."""
        self.dismiss(name)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)


def _row(choice: Choosable) -> Content:
    return Content.assemble(
        (f" {choice.key:<2}", "bold $primary"),
        f" {neutralise_line(choice.title):<20}",
        (neutralise_line(choice.words), "$foreground 60%"),
    )
