"""A text to be changed, judged while one types."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from workbench.neutralise import neutralise_line

Judge = Callable[[str], Content]
"""What there is to say of the text as it is."""


class EditorScreen(ModalScreen[str | None]):
    """F5 keeps the text and Esc leaves it as it was; what is not valid can be kept too.

    Args:
        about: what is edited, and what for.
        keep: what F5 does.

    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "keep", "Keep", priority=True),
        Binding("escape", "dismiss(None)", "Leave", priority=True),
    ]

    def __init__(
        self, title: str, text: str, *, about: str, judge: Judge, keep: str = "keep"
    ) -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._text = text
        self._about = neutralise_line(about)
        self._judge = judge
        self._keep = keep

    def compose(self) -> ComposeResult:
        """The text between what it is about and what there is to say of it."""
        with Vertical(classes="dialog", id="editor"):
            yield Static(
                Content.assemble(
                    ("▍", "$primary"),
                    (self._title, "bold"),
                    (f"   {self._about}", "$foreground 60%"),
                )
            )
            yield TextArea(
                self._text,
                id="editor-text",
                compact=True,
                soft_wrap=True,
                tab_behavior="indent",
                highlight_cursor_line=False,
            )
            yield Static(self._judge(self._text), id="editor-verdict")
            yield Static(
                Content.assemble(
                    *(("F5", "bold"), f" {self._keep}   ", ("Esc", "bold"), " leave it as it was")
                ),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Begin in the text."""
        text = self.query_one(TextArea)
        text.cursor_blink = False
        text.focus()

    @on(TextArea.Changed)
    def _typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.query_one("#editor-verdict", Static).update(self._judge(event.text_area.text))

    def action_keep(self) -> None:
        """Keep the text as it is now."""
        self.dismiss(self.query_one(TextArea).text)
