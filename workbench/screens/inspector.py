"""The inspector: the only place where what its session tells changes its widgets."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from workbench.commands.command import Command, bindings
from workbench.commands.everywhere import EVERYWHERE
from workbench.commands.inspector import INSPECTOR
from workbench.commands.wire import WIRE
from workbench.panes.inspector.view import InspectorView, ViewPlace
from workbench.places import PlaceName
from workbench.screens.workspace import Surroundings, Workspace
from workbench.session.inspector.selection import Selection
from workbench.session.inspector.timeline import Branch
from workbench.widgets.ground import GroundContainer, GroundHorizontal, GroundVertical
from workbench.widgets.inspector.view_tabs import ViewTabs


class InspectorScreen(Workspace):
    """A timeline on the left, a view of what is selected there on the right.

    Args:
        views: in the order of their tabs; each is made when it is first looked at.

    """

    PLACE: ClassVar[PlaceName] = "inspector"
    OFFERS: ClassVar[tuple[Command, ...]] = (*INSPECTOR, *WIRE, *EVERYWHERE)
    CSS_PATH: ClassVar = ["../inspector.tcss", "../wire.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(INSPECTOR))

    def __init__(self, surroundings: Surroundings, *, views: Sequence[ViewPlace]) -> None:
        super().__init__(surroundings)
        self._places = tuple(views)
        self._made: dict[str, InspectorView] = {}
        self._place = self._places[0]
        self._selection = Selection(branch=Branch(number=1))

    def compose_body(self) -> ComposeResult:
        """The timeline beside the views."""
        with GroundVertical(id="inspector"), GroundHorizontal(id="inspector-columns"):
            yield GroundContainer(id="timeline")
            with GroundVertical(id="inspector-right"):
                yield ViewTabs([place.title for place in self._places], id="view-tabs")
                yield GroundContainer(id="views")

    def on_mount(self) -> None:
        """Begin with the first view."""
        self.call_next(self.open_view, self._place.name)

    # -- views ------------------------------------------------------------------------------

    async def open_view(self, name: str) -> InspectorView:
        """Bring a view into sight, and make it first if it was never there."""
        self._place = next(place for place in self._places if place.name == name)
        view = self._made.get(name)
        if view is None:
            view = self._made[name] = self._place.make()
            await self.query_one("#views").mount(view)
        for other in self._made.values():
            other.display = other is view
        self.query_one("#timeline").display = not self._place.wide
        self.query_one(ViewTabs).current = self._places.index(self._place)
        self.offer({"view_on(1)", *self._place.offers})
        view.show(self._selection)
        view.call_after_refresh(view.take_focus)
        return view

    async def action_in_view(self, name: str, action: str) -> None:
        """Do something that a view does, in its sight."""
        view = await self.open_view(name)
        await view.doer.run_action(action)

    def select(self, selection: Selection) -> None:
        """Show another place, or the same one as it is now."""
        self._selection = selection
        if (view := self._made.get(self._place.name)) is not None:
            view.show(selection)

    async def action_view_on(self, step: int) -> None:
        """Go to the next view, or the previous one, round the ends."""
        index = (self._places.index(self._place) + step) % len(self._places)
        await self.open_view(self._places[index].name)

    @on(ViewTabs.Chosen)
    async def _tab_chosen(self, event: ViewTabs.Chosen) -> None:
        event.stop()
        await self.open_view(self._places[event.index].name)
