"""Names and values under headings; a long value goes on below itself, never below its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from typing_extensions import override

from workbench.widgets.models.sources import FAINT, MUTED

NAME_CELLS: Final = 14
"""Cells of a name at least, so that sections below each other stand in line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSection:
    """What one source says.

    Attributes:
        colour: of the source.
        note: a few words beside the heading.
        facts: names with values; a value without a name belongs to the one above.
        nothing: what stands there when there are none.

    """

    heading: str
    colour: str
    note: str = ""
    facts: tuple[tuple[str, Content], ...] = ()
    nothing: str = "nothing"


class FactList(Widget):
    """Sections below each other, as high as they need."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._sections: tuple[FactSection, ...] = ()

    def show(self, sections: Sequence[FactSection]) -> None:
        """Show these."""
        if self._sections != tuple(sections):
            self._sections = tuple(sections)
            self.refresh(layout=True)

    def render(self) -> Content:
        """Give all lines."""
        return Content("\n").join(self._lines(self.content_size.width))

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for section in self._sections:
            if lines:
                lines.append(Content())
            lines += section_lines(section, width)
        return lines


def section_lines(section: FactSection, width: int) -> list[Content]:
    """A section in so many cells."""
    note = f"  {section.note}" if section.note else ""
    lines = [
        Content.assemble((section.heading, f"bold {section.colour}"), (note, FAINT)).truncate(
            width, ellipsis=True
        )
    ]
    longest = max((len(name) for name, _ in section.facts), default=0)
    named = min(max(longest, NAME_CELLS), max(NAME_CELLS, width // 2))
    room = max(8, width - named - 1)
    for name, value in section.facts:
        title = Content.styled(name, MUTED).truncate(named, ellipsis=True, pad=True)
        for number, part in enumerate(value.wrap(room) or [Content()]):
            head = Content(" " * named) if number else title
            lines.append(Content.assemble(head, " ", part))
    if not section.facts:
        lines.append(Content.styled(section.nothing, FAINT))
    return lines
