"""The terminal application on what was composed outside, with nothing left to load."""

from functools import partial
from pathlib import Path
from typing import ClassVar

from workbench.assembly.covers import make_cover
from workbench.assembly.parts import Parts, secret_of
from workbench.assembly.workspaces import chat_screen, make_workspace
from workbench.frame import Frame
from workbench.places import PlaceName
from workbench.screens.chat import ChatScreen
from workbench.screens.workspace import Workspace


class WorkbenchApp(Frame):
    """Groq Workbench, with everything at hand.

    Args:
        parts: what the workspaces are made of.
        log: where a crash is written.

    """

    CSS_PATH: ClassVar = [*Frame.CSS_PATH, Path(__file__).with_name("workbench.tcss")]

    def __init__(self, parts: Parts, *, log: Path) -> None:
        super().__init__(log=log, secret=lambda: secret_of(parts.groq))
        self._parts = parts
        self.chat_screen: ChatScreen = chat_screen(parts)

    async def on_mount(self) -> None:
        """Begin with the chat."""
        await self.open_with(
            self.chat_screen, self._make_workspace, partial(make_cover, parts=self._parts)
        )

    async def _make_workspace(self, place: PlaceName) -> Workspace:
        return await make_workspace(place, self._parts)

    def action_help_quit(self) -> None:
        """Say which key quits: Ctrl+C copies, and reached this because nothing is selected."""
        self.notify("Ctrl+Q quits.", markup=False)

    def on_ready(self) -> None:
        """The first paint is out."""
        self.prepare()
