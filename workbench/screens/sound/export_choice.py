"""Chooses the form and the file of an export; nothing is ever overwritten."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from workbench.neutralise import neutralise_line
from workbench.screens.sound.pasted import pasted_path
from workbench.session.transcription.export import FORMS, ExportForm
from workbench.widgets.choice import Choice

_FORMS: Final = tuple(FORMS)
_TOLD: Final = {
    "txt": "The text alone.",
    "srt": "Subtitles for players: SubRip.",
    "vtt": "Subtitles for the web: WebVTT.",
    "json": "Everything: words, times, confidence, the service's answers.",
}
_MUTED: Final = "$foreground 60%"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWanted:
    """What to write where; a file that is there stays, and this one is given a number."""

    form: ExportForm
    path: Path


class ExportScreen(ModalScreen[ExportWanted | None]):
    """Form and file. Enter writes; a name that is taken is told before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True),
        Binding("up", "form(-1)", "Previous form", priority=True),
        Binding("down", "form(1)", "Next form", priority=True),
    ]

    def __init__(self, folder: Path, stem: str) -> None:
        super().__init__()
        self._proposed = folder / _safe(stem)

    def compose(self) -> ComposeResult:
        """The forms, the file, what would be lost."""
        with Vertical(classes="dialog", id="export"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    ("Export the transcript", "bold"),
                    ("   ↑↓ form · Enter writes · Esc", _MUTED),
                )
            )
            yield Choice([form.upper() for form in _FORMS], id="export-form")
            yield Static(id="export-told")
            yield Input(str(self._proposed.with_suffix(".txt")), id="export-path", compact=True)
            yield Static(id="export-note")

    def on_mount(self) -> None:
        """Begin at the name."""
        box = self.query_one(Input)
        box.cursor_blink = False
        box.focus()
        self._tell_form()

    @property
    def form(self) -> ExportForm:
        """The form that is chosen."""
        return _FORMS[self.query_one(Choice).chosen]

    def action_form(self, step: int) -> None:
        """Choose another form; the file's ending goes along."""
        self.query_one(Choice).action_move(step)

    @on(Choice.Changed)
    def _form_changed(self, event: Choice.Changed) -> None:
        event.stop()
        box = self.query_one(Input)
        path = Path(box.value)
        if path.suffix.removeprefix(".") in _FORMS:
            box.value = str(path.with_suffix(f".{self.form}"))
        self._tell_form()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        path = pasted_path(event.value)
        taken = path is not None and path.is_file()
        self._note("There is one of this name: the new one is given a number." if taken else "")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        path = pasted_path(event.value)
        if path is None:
            self._note("✗ That is no path.", "$text-error")
            return
        if path.is_dir():
            path = path / self._proposed.with_suffix(f".{self.form}").name
        if not path.parent.is_dir():
            missing = neutralise_line(str(path.parent))
            self._note(f"✗ There is no folder {missing}", "$text-error")
        else:
            self.dismiss(ExportWanted(form=self.form, path=path))

    def _tell_form(self) -> None:
        self.query_one("#export-told", Static).update(Content.styled(_TOLD[self.form], _MUTED))

    def _note(self, text: str, colour: str = _MUTED) -> None:
        self.query_one("#export-note", Static).update(Content.styled(text, colour))


def _safe(stem: str) -> str:
    """A title as a file name that leads nowhere else."""
    kept = "".join(
        char if char.isalnum() or char in " -_.,()" else "-" for char in neutralise_line(stem)
    )
    return " ".join(kept.split()).strip(". ")[:80] or "transcript"
