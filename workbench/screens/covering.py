"""What covers a workspace for a while: a screen of its own with the commands of everywhere."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from workbench.commands.command import Command, bindings
from workbench.commands.race import COVERING
from workbench.screens.help import HelpScreen, Section
from workbench.screens.workspace import Surroundings
from workbench.themes import DARK, LIGHT
from workbench.widgets.ground import Ground
from workbench.widgets.headline import Headline
from workbench.widgets.key_bar import KeyBar


class Covering(Screen[None], Ground):
    """A screen over a workspace; ``back`` leads there again."""

    OFFERS: ClassVar[tuple[Command, ...]] = COVERING
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(COVERING))

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self.surroundings = surroundings

    @property
    def help_sections(self) -> Sequence[Section]:
        """What the help explains beside the commands."""
        return ()

    @property
    def headline(self) -> Headline:
        """The first line."""
        return self.query_one(Headline)

    def displayed(self) -> None:
        """A frame has gone to the terminal."""

    def offer(self, actions: set[str]) -> None:
        """Show these commands' keys, and those of everywhere."""
        self.query_one(KeyBar).show(actions | {"help", "leave"})

    def say(self, text: str, *, problem: bool = False) -> None:
        """Tell the person something for a few seconds."""
        if problem:
            self.app.notify(text, markup=False, timeout=8, severity="warning")
        else:
            self.app.notify(text, markup=False, timeout=4)

    def action_back(self) -> None:
        """Go back to the workspace."""
        self.dismiss()

    def action_switch_theme(self) -> None:
        """Dark or light."""
        self.app.theme = LIGHT.name if self.app.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(
            HelpScreen(self.OFFERS, self.help_sections, service=self.surroundings.service)
        )

    def action_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def action_leave(self) -> None:
        """Close the workbench."""
        self.app.exit()
