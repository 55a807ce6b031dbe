"""Opens the workbench in two steps: a frame to type in at once, all the rest when it is loaded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from workbench.config import ConfigError
from workbench.frame import Frame
from workbench.screens.opening import OpeningScreen

if TYPE_CHECKING:
    from workbench.places import PlaceName
    from workbench.screens.covering import Covering
    from workbench.screens.workspace import Workspace
    from workbench.visits import RaceWanted, WaterfallWanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The rest: the workspace to begin with and what makes the others.

    ``begin`` is given what was typed before and whether it was meant to be sent. ``secret`` is the
    key, which no crash log may hold; ``warning`` is what the person should know.
    """

    begin: "Callable[[Callable[[], tuple[str, bool]]], Workspace]"
    make: "Callable[[PlaceName], Awaitable[Workspace]]"
    cover: "Callable[[RaceWanted | WaterfallWanted], Awaitable[Covering | None]]"
    secret: str | None = None
    warning: str = ""


class OpeningApp(Frame):
    """Groq Workbench from its first paint on.

    Args:
        load: makes the rest; runs while the person may already type.
        log: where a crash is written.

    """

    def __init__(self, load: Callable[[], Awaitable[Loaded]], *, log: Path) -> None:
        super().__init__(log=log, secret=lambda: self._loaded.secret if self._loaded else None)
        self._load = load
        self._loaded: Loaded | None = None
        self._opening = OpeningScreen()
        self.problem: ConfigError | None = None
        """Why it could not be opened."""

    def get_default_screen(self) -> Screen[None]:
        """Begin with the frame."""
        return self._opening

    def on_ready(self) -> None:
        """The first paint is out: load."""
        self.run_worker(self._open(), name="open")

    async def _open(self) -> None:
        try:
            loaded = await self._load()
        except ConfigError as error:
            self.problem = error
            self.exit()
            return
        self._loaded = loaded
        await self.open_with(loaded.begin(lambda: self._opening.draft), loaded.make, loaded.cover)
        if loaded.warning:
            self.notify(loaded.warning, severity="warning", markup=False, timeout=20)
        self.prepare()
