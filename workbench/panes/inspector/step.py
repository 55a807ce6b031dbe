"""The place that is selected on the timeline, in full."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from workbench.panes.inspector.view import InspectorView
from workbench.session.inspector.selection import Selection


class StepView(InspectorView):
    """A request, a reply, a call or a result."""

    def compose(self) -> ComposeResult:
        """What there is to say."""
        yield Static(id="step-body")

    def show(self, selection: Selection) -> None:
        """Show the place."""
        if selection.point is None:
            text = "Nothing was asked yet."
            self.query_one("#step-body", Static).update(Content.styled(text, "$foreground 60%"))
