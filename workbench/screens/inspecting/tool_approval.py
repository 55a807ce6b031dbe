"""Asks before something of a stranger's is trusted: a definition, or a file that has to be run."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.neutralise import neutralise_line
from workbench.screens.inspecting.approval import fit_rows
from workbench.widgets.inspector.page import Line, Page
from workbench.widgets.wire.rows_view import RowsView


class ToolApprovalScreen(ModalScreen[bool]):
    """All there is to read, and two keys; neither Enter nor closing it agrees."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", "Yes"),
        Binding("n,escape", "dismiss(False)", "No"),
    ]

    def __init__(self, title: str, lines: Sequence[Line], *, yes: str, no: str) -> None:
        super().__init__()
        self._title = neutralise_line(title)
        self._lines = tuple(lines)
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """What is asked, what it is about, and two keys."""
        with Vertical(classes="dialog", id="tool-approval"):
            yield Static(Content.assemble(("▍", "$primary"), (self._title, "bold")))
            yield RowsView(Page(self._lines), pointing=False)
            yield Static(
                Content.assemble(
                    *(("y", "bold"), f" {self._yes}   ", ("Esc", "bold"), f" {self._no}")
                ),
                classes="dialog-keys",
            )

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one(RowsView).focus()

    def on_resize(self) -> None:
        """Keep the keys in view under what is read, in a window of any size."""
        self.call_after_refresh(fit_rows, self)
