"""What every view on the inspector's right side is, and how one is named."""

from collections.abc import Callable
from dataclasses import dataclass

from textual.widget import Widget

from workbench.session.inspector.selection import Selection
from workbench.widgets.ground import GroundVertical


class InspectorView(GroundVertical):
    """A way to look at the selection. It is made when it is first wanted, and told every change.

    Its messages bubble to the inspector's screen, the only place that changes widgets.
    """

    @property
    def doer(self) -> Widget:
        """Who does what the view's commands name."""
        return self

    def show(self, selection: Selection) -> None:
        """Show what is selected now; called only while the view is in sight."""
        raise NotImplementedError

    def take(self, thing: object) -> None:
        """Take what another view hands over; nothing unless a view says otherwise."""

    def take_focus(self) -> None:
        """Take the keys."""
        self.focus()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPlace:
    """A view's tab: its ``name`` is its id, ``make`` gives the view at its first visit.

    A ``wide`` view takes the timeline's room too; ``offers`` are the actions whose keys the key
    bar shows while it is in sight.
    """

    name: str
    title: str
    make: Callable[[], InspectorView]
    wide: bool = False
    offers: frozenset[str] = frozenset()
