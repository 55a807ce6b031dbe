"""Everything about the model under the cursor."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from workbench.panes.models.facts import documented, limits, measured, said, timed, title
from workbench.session.models.browser import ModelDetails
from workbench.widgets.models.fact_list import FactList


class DetailsPane(Vertical):
    """Title, and below it who says what. ``show`` it the details of a model."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._details: ModelDetails | None = None

    def compose(self) -> ComposeResult:
        """Columns side by side, which scroll together."""
        yield Static(id="details-title")
        with VerticalScroll(id="details-body"), Horizontal(id="details-columns"):
            yield FactList(id="details-said")
            yield FactList(id="details-written")
            yield FactList(id="details-measured")

    def on_resize(self) -> None:
        """Use the room there is."""
        self.show(self._details)

    def show(self, details: ModelDetails | None) -> None:
        """Show a model, or that there is none."""
        self._details = details
        self.query_one("#details-columns").display = details is not None
        self.query_one("#details-title", Static).update(title(details) if details else "")
        if details is None:
            return
        narrow = self.app.size.width < _THREE_COLUMNS
        written = (documented(details), limits(details))
        here = (measured(details), *timed(details))
        self.query_one("#details-said", FactList).show([said(details)])
        self.query_one("#details-written", FactList).show([*written, *here] if narrow else written)
        last = self.query_one("#details-measured", FactList)
        last.display = not narrow
        last.show(() if narrow else here)


_THREE_COLUMNS = 110
