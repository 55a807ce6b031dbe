"""The first line of what covers a workspace: what it is, and which service answers."""

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from workbench.neutralise import neutralise_line
from workbench.session.service import Service
from workbench.widgets.fit import Readout, fit


class Headline(Widget):
    """A name, a few words, and the service; what is no live service is unmistakable."""

    def __init__(self, name: str, service: Service, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._name_shown = name
        self._service = service
        self._said = ""

    def say(self, text: str) -> None:
        """Say what it is about; untrusted."""
        self._said = neutralise_line(text)
        self.refresh()

    def render(self) -> RenderResult:
        """Give what fits; the words are cut first, the service goes last."""
        width = self.content_size.width
        name = Content.assemble(("▍", "$primary"), (self._name_shown, "bold"))
        badge = self._badge()
        shown = fit(
            [
                Readout(forms=(name,), losses=(1,)),
                Readout(forms=(badge,), losses=(2,)),
            ],
            width=width,
            gap=2,
        )
        if len(shown) < 2:
            return shown[0] if shown else Content()
        room = width - name.cell_length - badge.cell_length
        said = Content.styled(f"  {self._said}", "$foreground 60%")
        said = said.truncate(max(0, room - 2), ellipsis=True)
        return Content.assemble(name, said, " " * (room - said.cell_length), badge)

    def _badge(self) -> Content:
        name = neutralise_line(self._service.name)
        if self._service.live:
            return Content.assemble(("● ", "$text-success"), (name, "$foreground 60%"))
        return Content.assemble((f" {name} ", "bold $background on $warning"))
