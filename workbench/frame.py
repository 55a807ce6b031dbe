"""The application's frame: its looks, and how it fails. It imports nothing that takes long."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, ClassVar

from textual import constants, on
from textual.app import App
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.worker import WorkerFailed
from typing_extensions import override

from workbench import collector
from workbench.crash import crash_line, write_crash_log
from workbench.neutralise import neutralise
from workbench.places import PlaceName
from workbench.screens.palette import WorkbenchCommands
from workbench.strip_guard import install_strip_guard
from workbench.themes import DARK, THEMES
from workbench.visits import DraftOffered, RaceWanted, WaterfallWanted, WorkspaceWanted
from workbench.widgets.alt_keys import install_alt_keys

if TYPE_CHECKING:
    from workbench.screens.covering import Covering
    from workbench.screens.workspace import Workspace


class Frame(App[None]):
    """Groq Workbench, whatever screen it shows.

    Args:
        log: where a crash is written.
        secret: gives the key, which no crash log may hold; ``None`` while there is none.

    """

    TITLE = "Groq Workbench"
    CSS_PATH: ClassVar = [Path(__file__).with_name("frame.tcss")]
    COMMANDS: ClassVar = {WorkbenchCommands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, *, log: Path, secret: Callable[[], str | None]) -> None:
        super().__init__()
        self._crash_log = log
        self._crash_line = ""
        self._secret = secret
        self._make: Callable[[PlaceName], Awaitable[Workspace]] | None = None
        self._workspaces: dict[PlaceName, Workspace] = {}
        self._shown: Workspace | None = None
        self._cover: Callable[[RaceWanted | WaterfallWanted], Awaitable[Covering | None]] | None
        self._cover = None
        self._covers: list[Covering] = []
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        install_strip_guard()
        install_alt_keys()

    def get_driver_class(self) -> type[Driver]:
        """Wait for keys without waking up, where the toolkit's driver would not."""
        if constants.DRIVER or sys.platform == "win32":
            return super().get_driver_class()
        from workbench.patient_driver import PatientDriver

        return PatientDriver

    def post_display_hook(self) -> None:
        """A frame has gone to the terminal."""
        for shown in (self._shown, *self._covers):
            if shown is not None and shown.is_mounted:
                shown.displayed()

    # -- workspaces -------------------------------------------------------------------------

    async def open_with(
        self,
        workspace: "Workspace",
        make: "Callable[[PlaceName], Awaitable[Workspace]]",
        cover: "Callable[[RaceWanted | WaterfallWanted], Awaitable[Covering | None]]",
    ) -> None:
        """Begin with a workspace; ``make`` makes the others, each when it is first wanted.

        ``cover`` makes what covers one for a while, ``None`` where there is nothing to show.
        """
        self._make = make
        self._cover = cover
        self._keep(workspace)
        await self.push_screen(workspace)

    def _keep(self, workspace: "Workspace") -> None:
        self.install_screen(workspace, workspace.PLACE)
        self._workspaces[workspace.PLACE] = self._shown = workspace

    async def visit(self, place: PlaceName) -> "Workspace | None":
        """Show a workspace; ``None`` while something else covers the one in view."""
        if self._make is None or self.screen is not self._shown:
            return None
        if place not in self._workspaces:
            self._keep(await self._make(place))
        self._shown = self._workspaces[place]
        await self.switch_screen(self._shown)
        return self._shown

    @on(WorkspaceWanted)
    async def _workspace_wanted(self, event: WorkspaceWanted) -> None:
        event.stop()
        workspace = await self.visit(event.place)
        if workspace is not None and event.then:
            await workspace.run_action(event.then)

    @on(DraftOffered)
    async def _draft_offered(self, event: DraftOffered) -> None:
        event.stop()
        chat = await self.visit("chat")
        if chat is not None:
            chat.post_message(DraftOffered(event.text))

    @on(RaceWanted)
    @on(WaterfallWanted)
    async def _cover_wanted(self, event: RaceWanted | WaterfallWanted) -> None:
        event.stop()
        if self._cover is None:
            return
        cover = await self._cover(event)
        if cover is None:
            self.notify("There is no request to show yet: ask something first.", markup=False)
            return
        if self._covers and type(self._covers[-1]) is type(cover):
            return  # the key was pressed twice while the first one was being made
        self._covers.append(cover)
        await self.push_screen(cover, lambda _: self._covers.remove(cover))

    @override
    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell the person something for a few seconds; whatever it quotes is only text."""
        super().notify(
            neutralise(message),
            title=neutralise(title),
            severity=severity,
            timeout=timeout,
            markup=False,
        )

    # -- the rest ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """Get ready for answers while nothing is asked yet."""
        Thread(target=_prepare, daemon=True).start()

    def _fatal_error(self) -> None:
        """Leave one line where the toolkit would print a traceback with every local variable."""
        error: BaseException = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error
        log = write_crash_log(error, self._crash_log, secret=self._secret())
        self._crash_line = crash_line(error, log)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._crash_line:
            self.error_console.print(
                self._crash_line, markup=False, highlight=False, soft_wrap=True
            )
        else:
            super()._print_error_renderables()


def _prepare() -> None:
    from workbench.markdown.ready import get_ready

    get_ready()
    collector.let_go()
