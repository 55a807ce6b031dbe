"""The terminal application: puts the screen on what was composed outside, and fails tidily."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import ClassVar

from textual.app import App
from textual.screen import Screen
from textual.worker import WorkerFailed

from client import GroqClient
from workbench import collector
from workbench.crash import crash_line, write_crash_log
from workbench.markdown.ready import get_ready
from workbench.ports import Clipboard, PromptHistory
from workbench.screens.main import MainScreen
from workbench.screens.palette import WorkbenchCommands
from workbench.session.chat import ChatSession
from workbench.session.models import ModelCatalogue
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.waits import Waits
from workbench.strip_guard import install_strip_guard
from workbench.themes import DARK, THEMES
from workbench.widgets.alt_enter import install_alt_enter


class WorkbenchApp(App[None]):
    """Groq Workbench.

    Args:
        groq: the client; its key is what no crash log may hold.
        now: the client's monotonic clock, in seconds.
        log: where a crash is written.
        clipboard: the desktop's; without one, text is only sent to the terminal's.

    """

    TITLE = "Groq Workbench"
    CSS_PATH = "workbench.tcss"
    COMMANDS: ClassVar = {WorkbenchCommands}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        groq: GroqClient,
        *,
        service: Service,
        chat: ChatSession,
        models: ModelCatalogue,
        status: ServiceStatus,
        waits: Waits,
        now: Callable[[], float],
        history: PromptHistory,
        log: Path,
        clipboard: Clipboard | None = None,
    ) -> None:
        super().__init__()
        self._groq = groq
        self._crash_log = log
        self._crash_line = ""
        self._main = MainScreen(
            service=service,
            chat=chat,
            models=models,
            status=status,
            waits=waits,
            now=now,
            history=history,
            clipboard=clipboard,
        )
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        install_strip_guard()
        install_alt_enter()

    def get_default_screen(self) -> Screen[None]:
        """Begin with the workbench itself."""
        return self._main

    def action_help_quit(self) -> None:
        """Say which key quits: Ctrl+C copies, and reached this because nothing is selected."""
        self.notify("Ctrl+Q quits.", markup=False)

    def post_display_hook(self) -> None:
        """A frame has gone to the terminal."""
        if self._main.is_mounted:
            self._main.displayed()

    def on_ready(self) -> None:
        """The first paint is out: while nothing is asked yet, get ready for answers."""
        Thread(target=_get_ready, daemon=True).start()

    def _fatal_error(self) -> None:
        """Leave one line where the toolkit would print a traceback with every local variable."""
        error: BaseException = self._exception or RuntimeError("unknown")
        if isinstance(error, WorkerFailed):
            error = error.error
        key = self._groq.config.key
        secret = key.get_secret_value() if key is not None else None
        log = write_crash_log(error, self._crash_log, secret=secret)
        self._crash_line = crash_line(error, log)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        if self._crash_line:
            self.error_console.print(
                self._crash_line, markup=False, highlight=False, soft_wrap=True
            )
        else:
            super()._print_error_renderables()


def _get_ready() -> None:
    get_ready()
    collector.let_go()
