"""Asks for a file, and says what is wrong with it until it is right."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from workbench.neutralise import neutralise_line


class AskPathScreen(ModalScreen[Path | None]):
    """Gives the path that ``do`` took, ``None`` when the person went back.

    Args:
        do: uses the path; gives "" or what is wrong with it, for the person to correct.

    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", priority=True)
    ]

    def __init__(
        self, title: str, hint: str, *, path: str, do: Callable[[Path], Awaitable[str]]
    ) -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._hint = neutralise_line(hint)
        self._path = path
        self._do = do

    def compose(self) -> ComposeResult:
        """What it is for, the path, what is wrong with it."""
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (self._title, "bold"),
                    ("   Enter goes on · Esc cancels", "$foreground 60%"),
                )
            )
            yield Input(self._path, id="path", compact=True)
            yield Static(Content.styled(self._hint, "$foreground 60%"), id="path-note")

    def on_mount(self) -> None:
        """Let the person type."""
        box = self.query_one(Input)
        box.cursor_blink = False
        box.focus()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            path = Path(event.value.strip())
            self.run_worker(self._use(path), exclusive=True)

    async def _use(self, path: Path) -> None:
        problem = await self._do(path)
        if not problem:
            self.dismiss(path)
            return
        note = Content.assemble(("✗ ", "$text-error"), (neutralise_line(problem), "$text-error"))
        self.query_one("#path-note", Static).update(note)
