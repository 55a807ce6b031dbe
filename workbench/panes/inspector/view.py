"""What every view on the inspector's right side is, and how one is named."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.session.inspector.selection import Selection
from workbench.widgets.ground import GroundVertical


class InspectorView(GroundVertical):
    """A way to look at the selection. It is made when it is first wanted, and told every change.

    Its messages bubble to the inspector's screen, the only place that changes widgets.
    """

    def show(self, selection: Selection) -> None:
        """Show what is selected now; called only while the view is in sight."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Take the keys."""
        self.focus()


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPlace:
    """A view's tab: its ``name`` is its id, ``make`` gives the view at its first visit."""

    name: str
    title: str
    make: Callable[[], InspectorView]
