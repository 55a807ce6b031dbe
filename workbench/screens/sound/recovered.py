"""Tells of recordings that were cut short, and that nothing of them is lost."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.audio.recordings import Recording
from workbench.neutralise import neutralise_line
from workbench.panes.microphone.recordings import entry_of
from workbench.widgets.figures import plural
from workbench.widgets.sound.clock import clock

_MUTED = "$foreground 60%"
_MOST = 8


class RecoveredScreen(ModalScreen[bool]):
    """Whether they are to be kept as they are; otherwise they are offered again another time."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "Keep"),
        Binding("escape", "dismiss(False)", "Later"),
    ]

    def __init__(self, recordings: tuple[Recording, ...]) -> None:
        super().__init__()
        self._recordings = recordings

    def compose(self) -> ComposeResult:
        """Which, how long, two keys."""
        count = len(self._recordings)
        were = "was" if count == 1 else "were"
        with Vertical(classes="dialog", id="recovered"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"), (f"{plural(count, 'recording')} {were} cut short", "bold")
                )
            )
            today = datetime.now().astimezone()
            entries = [entry_of(one, today=today) for one in self._recordings[:_MOST]]
            rows = [
                Content.assemble(
                    (f"{clock(entry.seconds or 0.0):>8}  ", "bold"),
                    neutralise_line(entry.title),
                    (f"  {entry.when}", _MUTED),
                )
                for entry in entries
            ]
            if count > _MOST:
                rows.append(Content.styled(f"          and {count - _MOST} more", _MUTED))
            yield Static(Content("\n").join(rows), classes="dialog-body")
            told = "What was said until then is on disk, and plays."
            yield Static(Content.styled(told, _MUTED))
            yield Static(
                Content.assemble(
                    ("Enter", "bold"), " keep   ", ("Esc", "bold"), " ask me another time"
                ),
                classes="dialog-body dialog-keys",
            )
