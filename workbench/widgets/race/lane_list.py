"""The models that can race, to be marked."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.neutralise import neutralise_line
from workbench.session.race.setup import MOST
from workbench.widgets.figures import UNKNOWN, speed

_SPEED_CELLS = 7
_PADDING = 2


class LaneList(OptionList):
    """Every model on a line, with the number of its lane if it has one. Posts ``Marked``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", "Mark", show=False)]

    class Marked(Message):
        """Other models are marked now, in the order of their lanes."""

        def __init__(self, models: tuple[str, ...]) -> None:
            super().__init__()
            self.models = models

    class Refused(Message):
        """One more is more than can race."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False, compact=True)
        self._models: tuple[str, ...] = ()
        self._marked: list[str] = []
        self._speeds: Mapping[str, float] = {}

    def show(
        self, models: Sequence[str], *, marked: Sequence[str], speeds: Mapping[str, float]
    ) -> None:
        """Show these models; ``speeds`` are tokens per second as measured here."""
        unlisted = tuple(model for model in marked if model not in models)
        self._models = (*models, *unlisted)
        self._marked, self._speeds = list(marked), speeds
        self._list()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._list()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        model = self._models[event.option_index]
        if model in self._marked:
            self._marked.remove(model)
        elif len(self._marked) >= MOST:
            self.post_message(self.Refused())
            return
        else:
            self._marked.append(model)
        self._list()
        self.post_message(self.Marked(tuple(self._marked)))

    def _list(self) -> None:
        place = self.highlighted
        width = self.scrollable_content_region.width - _PADDING
        self.set_options([Option(self._row(model, width)) for model in self._models])
        if self._models:
            self.highlighted = min(place or 0, len(self._models) - 1)

    def _row(self, model: str, width: int) -> Content:
        marked = model in self._marked
        number = f"{self._marked.index(model) + 1}" if marked else "·"
        name = Content.styled(neutralise_line(model), "bold" if marked else "$foreground 70%")
        room = max(4, width - 3 - _SPEED_CELLS)
        measured = speed(self._speeds.get(model))
        return Content.assemble(
            (f"{number}  ", "bold $primary" if marked else "$foreground 38%"),
            name.truncate(room, ellipsis=True, pad=True),
            (
                f"{measured:>{_SPEED_CELLS}}",
                "$foreground 38%" if measured == UNKNOWN else "$foreground 70%",
            ),
        )
