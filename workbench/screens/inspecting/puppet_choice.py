"""Chooses a result that is given in a tool's place."""

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
from workbench.session.inspector.puppets import Puppet

_PREVIEW = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PuppetChosen:
    """A result, to be given as it is or to be edited first."""

    puppet: Puppet
    edit: bool


class PuppetScreen(ModalScreen[PuppetChosen | None]):
    """Results of every kind, with what the model would be told."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("e", "edit", "Edit it first"),
    ]

    def __init__(self, tool: str, puppets: Sequence[Puppet]) -> None:
        super().__init__()
        self._tool = tool
        self._puppets = tuple(puppets)

    def compose(self) -> ComposeResult:
        """The list, and what is chosen in it."""
        with Vertical(classes="dialog", id="puppets"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (f"What {neutralise_line(self._tool)} is to return", "bold"),
                )
            )
            yield OptionList(
                *(Option(_row(puppet)) for puppet in self._puppets),
                id="puppet-list",
                markup=False,
                compact=True,
            )
            yield Static(id="puppet-preview")
            yield Static(
                Content.assemble(
                    *(("Enter", "bold"), " give it   ", ("e", "bold"), " edit it first   "),
                    *(("Esc", "bold"), " cancel"),
                ),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0

    @on(OptionList.OptionHighlighted)
    def _pointed(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        text = self._puppets[event.option_index].text
        shown = neutralise_line(text[:_PREVIEW]) or "nothing at all"
        more = f" … {len(text):,} characters" if len(text) > _PREVIEW else ""
        self.query_one("#puppet-preview", Static).update(
            Content.assemble((shown, "$foreground 75%"), (more, "$foreground 60%"))
        )

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(PuppetChosen(puppet=self._puppets[event.option_index], edit=False))

    def action_edit(self) -> None:
        """Edit what is chosen before it is given."""
        place = self.query_one(OptionList).highlighted or 0
        self.dismiss(PuppetChosen(puppet=self._puppets[place], edit=True))


def _row(puppet: Puppet) -> Content:
    style = "$text-error" if puppet.failed else ""
    return Content.assemble((f" {puppet.name:<12}", style), (puppet.about, "$foreground 60%"))
