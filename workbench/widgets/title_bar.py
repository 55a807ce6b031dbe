"""The first line: the workspaces, the model, what goes on elsewhere, and which service answers."""

from typing import Final

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.places import PLACES, Place, PlaceName
from workbench.session.ongoing import Ongoing, Sign
from workbench.session.service import Service
from workbench.widgets.figures import plural
from workbench.widgets.fit import Readout, fit

_MUTED: Final = "$foreground 60%"
_PLACE: Final = "place"
"""Marks a tab; the toolkit's own mark for what can be clicked would paint over its colours."""


class TitleBar(Widget):
    """Tabs on the left, model and service on the right; what is no live service is unmistakable."""

    def __init__(
        self,
        service: Service,
        *,
        place: PlaceName,
        model: str,
        ongoing: Ongoing,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._service = service
        self._place = place
        self._model = model
        self._ongoing = ongoing
        self._parameters_set = 0
        self._tools = 0

    def show_model(self, model: str) -> None:
        """Name the model that the next question goes to."""
        self._model = model
        self.refresh()

    def show_parameters(self, number: int, *, tools: int = 0) -> None:
        """Say how many parameters differ from the service's defaults, and how many tools go out."""
        self._parameters_set = number
        self._tools = tools
        self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """Go to the workspace whose tab was clicked."""
        place = event.style.meta.get(_PLACE)
        if place is not None:
            await self.run_action(f"screen.go('{place}')")

    def render(self) -> RenderResult:
        """Give what fits; what goes on elsewhere and the service are the last to go."""
        width = self.content_size.width
        left = [self._brand(), self._tabs()]
        right = [self._changed(), self._named_model(), *map(_sign, self._ongoing.signs)]
        shown = fit([*left, *right, self._badge()], width=width, gap=2)
        tabs = next((n for n, part in enumerate(shown) if _is_tabs(part)), -1)
        head, tail = Content("  ").join(shown[: tabs + 1]), Content("  ").join(shown[tabs + 1 :])
        room = max(0, width - head.cell_length - tail.cell_length)
        return Content.assemble(head, " " * room, tail)

    def _brand(self) -> Readout:
        return Readout(
            forms=(
                Content.assemble(("▍", "$primary"), ("Groq Workbench", "bold")),
                Content.assemble(("▍", "$primary"), ("Groq", "bold")),
            ),
            losses=(1, 3),
        )

    def _tabs(self) -> Readout:
        here = [place for place in PLACES if place.name == self._place]
        return Readout(
            forms=(
                Content("  ").join(self._tab(place) for place in PLACES),
                Content(" ").join(self._tab(place) for place in PLACES),
                Content("").join(self._tab(place) for place in here),
            ),
            losses=(2, 7, 10),
        )

    def _tab(self, place: Place) -> Content:
        chosen = place.name == self._place
        tab = Content.styled(place.title, "bold $primary" if chosen else _MUTED)
        return tab.stylize(Style.from_meta({_PLACE: place.name}))

    def _named_model(self) -> Readout:
        model = neutralise_line(self._model)
        short = model.rpartition("/")[2]
        forms = (Content(model), Content(short)) if short != model else (Content(model),)
        last = 6 if self._ongoing.signs else 8  # then the tabs say more
        return Readout(forms=forms, losses=(5, last) if len(forms) == 2 else (last,))

    def _changed(self) -> Readout:
        number, tools = self._parameters_set, self._tools
        if not number and not tools:
            return Readout(forms=(), losses=())
        offered = [plural(tools, "tool")] if tools else []
        long = [f"{plural(number, 'parameter')} set"] if number else []
        short = [f"{number} set"] if number else []
        forms = (
            Content.styled(" · ".join(long + offered), _MUTED),
            Content.styled(" · ".join(short + offered), _MUTED),
        )
        return Readout(forms=forms, losses=(0, 6))

    def _badge(self) -> Readout:
        name = neutralise_line(self._service.name)
        if self._service.live:
            badge = Content.assemble(("● ", "$text-success"), (name, _MUTED))
        else:
            badge = Content.assemble((f" {name} ", "bold $background on $warning"))
        return Readout(forms=(badge,), losses=(12,))


def _sign(sign: Sign) -> Readout:
    style = "bold $text-error" if sign.urgency == "alert" else "$text-success"
    return Readout(forms=(Content.styled(neutralise_line(sign.text), style),), losses=(11,))


def _is_tabs(part: Content) -> bool:
    return any(isinstance(span.style, Style) and span.style.meta.get(_PLACE) for span in part.spans)
