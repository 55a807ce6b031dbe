"""One line with something at its left end and something at its right."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from workbench.widgets.fit import Readout, fit


class TwoEnds(Widget):
    """What fits of the left and of the right; whole readouts or none."""

    DEFAULT_CSS = "TwoEnds { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._left: tuple[Readout, ...] = ()
        self._right: tuple[Readout, ...] = ()

    def show_ends(self, left: Sequence[Readout], right: Sequence[Readout] = ()) -> None:
        """Show these; what loses least is given up first, on either side."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.refresh()

    def render(self) -> RenderResult:
        """Give the line, with all the room in the middle."""
        width = self.content_size.width
        # the sides are told apart by what they are, as equal readouts may stand on both
        shown = fit([*self._left, *self._right], width=width, gap=2)
        forms = {id(form) for readout in self._right for form in readout.forms}
        left = [part for part in shown if id(part) not in forms]
        right = [part for part in shown if id(part) in forms]
        head, tail = Content("  ").join(left), Content("  ").join(right)
        return Content.assemble(
            head, " " * max(0, width - head.cell_length - tail.cell_length), tail
        )


def readout(*forms: Content | str | tuple[str, str], loss: int) -> Readout:
    """A readout from its forms, generous to terse, that all lose about as much."""
    contents = tuple(
        form
        if isinstance(form, Content)
        else Content(form)
        if isinstance(form, str)
        else Content.styled(*form)
        for form in forms
    )
    given_up = tuple(range(len(contents) - 1))
    return Readout(forms=contents, losses=(*given_up, loss) if contents else ())
