"""The whole answer of a lane, to read and to copy."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from client import AssistantMessage
from workbench.neutralise import neutralise_line
from workbench.ports import Clipboard
from workbench.screens.copying import Copied, copy
from workbench.widgets.transcript import AnswerEntry, Transcript


class AnswerScreen(ModalScreen[None]):
    """An answer as the chat shows it: reasoning folded, code and tables laid out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close"),
        Binding("f3", "copy_all", "Copy"),
    ]

    def __init__(
        self, model: str, answer: AssistantMessage, *, clipboard: Clipboard | None
    ) -> None:
        super().__init__()
        self._model = model
        self._answer = answer
        self._clipboard = clipboard

    def compose(self) -> ComposeResult:
        """Whose it is, and the answer."""
        with Vertical(classes="dialog", id="race-answer"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (neutralise_line(self._model), "bold"),
                    ("   y copies · r reasoning · Esc closes", "$foreground 60%"),
                )
            )
            yield Transcript(id="race-answer-text")

    def on_mount(self) -> None:
        """Lay it out, from its beginning."""
        entry = AnswerEntry(self._model)
        entry.add_reasoning(self._answer.reasoning or "")
        entry.add_text(self._answer.text)
        entry.finish()
        transcript = self.query_one(Transcript)
        transcript.add(entry)
        transcript.focus()
        self.call_after_refresh(transcript.action_scroll_home)

    def action_copy_all(self) -> None:
        """Copy the answer as it came."""
        copy(self, self._clipboard, self._answer.text, "answer")

    @on(Transcript.CopyRequested)
    def _copy_requested(self, event: Transcript.CopyRequested) -> None:
        event.stop()
        if event.text:
            copy(self, self._clipboard, event.text, event.what)

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        event.stop()
        self.app.notify(event.told, markup=False, timeout=4)
