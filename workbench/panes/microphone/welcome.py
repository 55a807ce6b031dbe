"""What the microphone says before anything was recorded."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalGroup
from textual.content import Content
from textual.widgets import Static

from workbench.session.service import Service

_MUTED: Final = "$foreground 60%"
_KEYS: Final = (
    ("Space", "records, and stops. It is on disk as you speak."),
    ("o", "opens a sound file of any length; or paste its path."),
    ("Enter", "plays from a word; s takes the text to the chat."),
    ("F2", "language, live text, stop on silence, translation."),
)


class MicrophoneWelcome(VerticalGroup):
    """Five calm lines: what this is for, and the keys to begin with."""

    def __init__(self, service: Service, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._service = service

    def compose(self) -> ComposeResult:
        """A sentence, then the keys."""
        yield Static(
            Content.assemble(("▍", "$primary"), ("Say it, and read it", "bold")),
            id="microphone-welcome-title",
        )
        lines = [Content.assemble((f"{key:<7}", "bold"), (what, _MUTED)) for key, what in _KEYS]
        yield Static(Content("\n").join(lines), id="microphone-welcome-keys")
        yield Static(Content.styled(self._heard_by(), _MUTED), id="microphone-welcome-service")

    def _heard_by(self) -> str:
        if self._service.replayed:
            return "Answers come from a recording: nothing is sent."
        if self._service.simulated:
            return "SIMULATED: sound stays on this machine."
        return f"Sound is sent to {self._service.name}, and only when you transcribe it."
