"""The terminal application on what was composed outside, with nothing left to load."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.screen import Screen

from client import GroqClient
from workbench.frame import Frame
from workbench.ports import Clipboard, PromptHistory
from workbench.screens.main import MainScreen
from workbench.session.chat import ChatSession
from workbench.session.models import ModelCatalogue
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.waits import Waits


class WorkbenchApp(Frame):
    """Groq Workbench, with everything at hand.

    Args:
        groq: the client; its key is what no crash log may hold.
        now: the client's monotonic clock, in seconds.
        log: where a crash is written.
        clipboard: the desktop's; without one, text is only sent to the terminal's.

    """

    CSS_PATH: ClassVar = [*Frame.CSS_PATH, Path(__file__).with_name("workbench.tcss")]

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
        super().__init__(log=log, secret=lambda: _secret_of(groq))
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
        self._screen = self._main

    def get_default_screen(self) -> Screen[None]:
        """Begin with the workbench itself."""
        return self._screen

    def action_help_quit(self) -> None:
        """Say which key quits: Ctrl+C copies, and reached this because nothing is selected."""
        self.notify("Ctrl+Q quits.", markup=False)

    def on_ready(self) -> None:
        """The first paint is out."""
        self.prepare()


def _secret_of(groq: GroqClient) -> str | None:
    key = groq.config.key
    return key.get_secret_value() if key is not None else None
