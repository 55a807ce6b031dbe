"""The timeline: every request, reply, call and result of a branch, and which one is looked at."""

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.panes.inspector.timeline_rows import TimelineRows, branch_line
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.session import Phase
from workbench.session.inspector.timeline import Point
from workbench.widgets.ground import GroundVertical
from workbench.widgets.wire.rows_view import RowsView


class Timeline(GroundVertical):
    """Rows with a cursor. Posts ``Pointed`` when it moves, ``Opened`` for Enter."""

    class Pointed(Message):
        """Another place is looked at."""

        def __init__(self, point: Point) -> None:
            super().__init__()
            self.point = point

    class Opened(Message):
        """Something is to be done with the place."""

        def __init__(self, point: Point) -> None:
            super().__init__()
            self.point = point

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._line: Callable[[int], Content] = lambda _: Content()

    def compose(self) -> ComposeResult:
        """Which branch it is, and its rows."""
        yield Static(id="branch-line")
        yield RowsView(id="timeline-rows")

    def show(self, selection: Selection, *, place: int, of: int, phase: Phase) -> None:
        """Show a branch, the ``place``-th of so many, with the cursor on what is selected."""
        branch = selection.branch
        self._line = lambda width: branch_line(branch, place=place, of=of, phase=phase, width=width)
        self.on_resize()
        rows = TimelineRows(selection.branch)
        view = self._view
        view.show(rows, keep_place=True)
        if selection.point in rows.points:
            view.point_at(rows.points.index(selection.point), tell=False)

    def on_resize(self) -> None:
        """Use the room there is."""
        width = self.content_size.width
        if width:
            self.query_one("#branch-line", Static).update(self._line(width))

    def take_focus(self) -> None:
        """Let the arrows move the cursor."""
        self._view.focus()

    @property
    def focused(self) -> bool:
        """Whether keys go here."""
        return self._view.has_focus

    @property
    def _view(self) -> RowsView:
        return self.query_one("#timeline-rows", RowsView)

    def _point(self, index: int) -> Point | None:
        rows = self._view.rows
        found = isinstance(rows, TimelineRows) and index < len(rows.points)
        return rows.points[index] if found and isinstance(rows, TimelineRows) else None

    @on(RowsView.Pointed)
    def _pointed(self, event: RowsView.Pointed) -> None:
        event.stop()
        if (point := self._point(event.index)) is not None:
            self.post_message(self.Pointed(point))

    @on(RowsView.Chosen)
    def _chosen(self, event: RowsView.Chosen) -> None:
        event.stop()
        if (point := self._point(event.index)) is not None:
            self.post_message(self.Opened(point))
