"""What the workspaces are made of: made once, shared by all of them."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from client import GroqClient
from workbench.config import Paths
from workbench.ports import Clipboard, PromptHistory
from workbench.screens.workspace import Surroundings
from workbench.session.chat import ChatSession
from workbench.session.choices import Choices
from workbench.session.measurements import Measurements
from workbench.session.models import ModelCatalogue
from workbench.session.observers import Observers
from workbench.session.ongoing import Ongoing
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.session.stopwatch import Stopwatch
from workbench.session.waits import Waits
from workbench.session.wire.log import WireLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The shared parts.

    Attributes:
        observers: hears every event of ``groq``; whoever wants to hear them joins.
        wire: the last exchanges, byte by byte.
        stopwatch: when each part of them happened.
        closing: closes at the very end what was entered into it.
        clipboard: the desktop's; without one, text is only sent to the terminal's.
    """

    groq: GroqClient
    service: Service
    observers: Observers
    chat: ChatSession
    models: ModelCatalogue
    measurements: Measurements
    status: ServiceStatus
    waits: Waits
    history: PromptHistory
    stopwatch: Stopwatch
    paths: Paths
    closing: AsyncExitStack
    wire: WireLog = field(default_factory=WireLog)
    clipboard: Clipboard | None = None
    ongoing: Ongoing = field(default_factory=Ongoing)
    choices: Choices = field(default_factory=Choices)

    @property
    def surroundings(self) -> Surroundings:
        """What every workspace shows around its own body."""
        return Surroundings(
            service=self.service,
            status=self.status,
            ongoing=self.ongoing,
            now=self.groq.now,
            model=lambda: self.chat.model,
            latency=lambda: self.chat.latency,
            clipboard=self.clipboard,
        )


def secret_of(groq: GroqClient) -> str | None:
    """The key, for whoever keeps it out of what is written; ``None`` without one."""
    key = groq.config.key
    return key.get_secret_value() if key is not None else None
