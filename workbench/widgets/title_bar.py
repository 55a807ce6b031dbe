"""The first line: whose workbench, which model, and which service answers."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.session.service import Service
from workbench.widgets.figures import plural
from workbench.widgets.fit import Readout, fit


class TitleBar(Widget):
    """Name on the left, model and service on the right; what is no live service is unmistakable."""

    def __init__(self, service: Service, *, model: str, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._service = service
        self._model = model
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

    def render(self) -> RenderResult:
        """Give what fits; the service is the last to go."""
        width = self.content_size.width
        name = Readout(
            forms=(
                Content.assemble(("▍", "$primary"), ("Groq Workbench", "bold")),
                Content.assemble(("▍", "$primary"), ("Groq", "bold")),
            ),
            losses=(1, 2),
        )
        model = Readout(
            forms=(Content.assemble((neutralise_line(self._model), "$foreground")),), losses=(8,)
        )
        readouts = [name, model, self._badge()]
        said = []
        if self._parameters_set:
            said.append(f"{plural(self._parameters_set, 'parameter')} set")
        if self._tools:
            said.append(plural(self._tools, "tool"))
        if said:
            changed = Content.styled(" · ".join(said), "$foreground 60%")
            readouts.insert(1, Readout(forms=(changed,), losses=(0,)))
        shown = fit(readouts, width=width, gap=2)
        if len(shown) < 2 or shown[0].plain[:1] != "▍":
            return Content("  ").join(shown)
        left, *right = shown
        tail = Content("  ").join(right)
        room = width - left.cell_length - tail.cell_length
        return Content.assemble(left, " " * room, tail)

    def _badge(self) -> Readout:
        name = neutralise_line(self._service.name)
        if self._service.live:
            badge = Content.assemble(("● ", "$text-success"), (name, "$foreground 60%"))
        else:
            badge = Content.assemble((f" {name} ", "bold $background on $warning"))
        return Readout(forms=(badge,), losses=(9,))
