"""The place that is selected on the timeline, in full."""

from textual.app import ComposeResult

from workbench.panes.inspector.step_page import step_page
from workbench.panes.inspector.view import InspectorView
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.timeline import Point
from workbench.widgets.wire.rows_view import RowsView


class StepView(InspectorView):
    """A request, a reply, a call or a result."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._shown: tuple[int, Point | None] | None = None

    def compose(self) -> ComposeResult:
        """A page."""
        yield RowsView(pointing=False, id="step-page")

    def show(self, selection: Selection) -> None:
        """Show the place; the same one as it is now keeps what is in view."""
        place = (selection.branch.number, selection.point)
        page = self.query_one("#step-page", RowsView)
        page.show(step_page(selection), keep_place=place == self._shown)
        self._shown = place

    def take_focus(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#step-page").focus()
