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
        self._shown: Selection | None = None
        self._end = 0

    def compose(self) -> ComposeResult:
        """A page."""
        yield RowsView(pointing=False, id="step-page")

    def show(self, selection: Selection) -> None:
        """Show the place; the same one as it is now keeps what is in view."""
        before, self._shown = self._shown, selection
        same = before is not None and _place(before) == _place(selection)
        if same and before is not None and before.round is selection.round:
            return  # values do not change: it is all there already
        page = self.query_one("#step-page", RowsView)
        follows = _grows(selection if before is None or not same else before)
        at_end = page.scroll_offset.y >= self._end or page.is_vertical_scroll_end
        page.show(step_page(selection), keep_place=same)
        if follows and (at_end or not same):
            # the scrollbar, which allows it, is only there after the next layout
            page.scroll_end(animate=False, immediate=True, force=True)
            self._end = page.scroll_offset.y

    def take_focus(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#step-page").focus()


def _place(selection: Selection) -> tuple[int, Point | None, bool]:
    """What is looked at; a step that is not the newest any more reads otherwise."""
    return selection.branch.number, selection.point, selection.round is selection.branch.last


def _grows(selection: Selection) -> bool:
    """Whether it is a reply that is still arriving: one reads at its end."""
    asked, point = selection.round, selection.point
    replying = asked is not None and not asked.reply.over
    return replying and point is not None and point.kind == "reply"
