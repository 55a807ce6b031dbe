"""The first thing painted: the workbench's frame, in which one can type while the rest loads."""

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Static

from workbench.screens.early_keys import EarlyKeys
from workbench.widgets.ground import Ground, GroundContainer, GroundHorizontal, GroundVertical
from workbench.widgets.prompt import Prompt


class OpeningScreen(EarlyKeys, Ground):
    """Looks like the main screen before its first question, with nothing known yet."""

    HORIZONTAL_BREAKPOINTS = []  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = []  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._prompt = Prompt(_NoHistory(), id="prompt")
        self._prompt.ready = False
        self._sent = False

    @property
    def draft(self) -> tuple[str, bool]:
        """What was typed so far, and whether it was meant to be sent."""
        return self._prompt.text, self._sent

    def compose(self) -> ComposeResult:
        """Give every part its place."""
        yield Static(Content.styled("▍Groq Workbench", "bold"), id="title-bar")
        with GroundHorizontal(id="panes"), GroundVertical(id="chat-pane"):
            yield GroundContainer(id="conversation")
            with VerticalGroup(id="prompt-box"):
                yield self._prompt
        yield Static(id="status-bar")
        yield Static(id="key-bar")

    @on(Prompt.Refused)
    def _refused(self, event: Prompt.Refused) -> None:
        event.stop()
        self._sent = True


class _NoHistory:
    """What was asked before is not read yet."""

    def entries(self) -> tuple[str, ...]:
        return ()

    def add(self, prompt: str) -> None:
        del prompt
