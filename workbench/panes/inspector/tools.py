"""The toolbox: every tool, whether it is offered, and what the doctor says of it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from workbench.panes.inspector.tools_rows import ToolRows, heading_line, tool_page
from workbench.session.tools.doctor import Finding
from workbench.session.tools.toolbox import Held
from workbench.widgets.ground import GroundHorizontal, GroundVertical
from workbench.widgets.wire.rows_view import RowsView


class ToolsPane(GroundVertical):
    """A list beside a page. Posts ``Wanted`` with what is to be done, and with which tool."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "want('toggle')", "Offer it or not", show=False, priority=True),
        Binding("a", "want('approve')", "Approve", show=False),
        Binding("o", "want('open')", "Open a file", show=False),
        Binding("m", "want('servers')", "Connect MCP servers", show=False),
        Binding("n", "want('write')", "Write a tool", show=False),
        Binding("e", "want('edit')", "Edit", show=False),
        Binding("s", "want('strict')", "Make strict", show=False),
        Binding("u", "want('reload')", "Read again", show=False),
        Binding("x", "want('remove')", "Remove", show=False),
        Binding("y", "want('copy')", "Copy", show=False),
    ]

    class Wanted(Message):
        """Something is to be done; ``name`` is the tool's, "" where there is none."""

        def __init__(self, what: str, name: str) -> None:
            super().__init__()
            self.what = what
            self.name = name

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._held: tuple[Held, ...] = ()
        self._findings: tuple[Finding, ...] = ()

    def compose(self) -> ComposeResult:
        """How many are offered; the list; the tool that is pointed at."""
        yield Static(id="tools-heading")
        with GroundHorizontal(id="tools-columns"):
            yield RowsView(id="tool-list")
            yield RowsView(pointing=False, id="tool-page")

    def show(self, held: Sequence[Held], findings: Sequence[Finding], *, tokens: int) -> None:
        """Show the toolbox as it is."""
        before = self.pointed
        self._held, self._findings = tuple(held), tuple(findings)
        self.query_one("#tools-heading", Static).update(heading_line(held, tokens))
        names = [each.tool.name for each in held]
        self._list.show(ToolRows(held, findings), keep_place=True)
        if before in names:
            self._list.point_at(names.index(before), tell=False)
        self._show_page()

    @property
    def pointed(self) -> str:
        """The name of the tool that is pointed at, "" where there is none."""
        held = self._pointed
        return held.tool.name if held is not None else ""

    def point_at(self, name: str) -> None:
        """Point at another tool."""
        names = [each.tool.name for each in self._held]
        if name in names:
            self._list.point_at(names.index(name), tell=False)
            self._show_page()

    def take_focus(self) -> None:
        """Let the arrows move the cursor."""
        (self._list if self._held else self.query_one("#tool-page")).focus()

    @property
    def _list(self) -> RowsView:
        return self.query_one("#tool-list", RowsView)

    @property
    def _pointed(self) -> Held | None:
        place = self._list.cursor
        return self._held[place] if place < len(self._held) else None

    def _show_page(self) -> None:
        self._list.display = bool(self._held)
        page = tool_page(self._pointed, self._findings)
        self.query_one("#tool-page", RowsView).show(page)

    @on(RowsView.Pointed, "#tool-list")
    def _moved(self, event: RowsView.Pointed) -> None:
        event.stop()
        self._show_page()

    @on(RowsView.Chosen, "#tool-list")
    def _chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        self.action_want("approve")

    def action_want(self, what: str) -> None:
        """Have something done with the tool that is pointed at."""
        self.post_message(self.Wanted(what, self.pointed))
