"""Containers that only lend their background: painting one costs one strip at any size."""

from textual.containers import Container, Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override


class Ground(Widget):
    """A widget without border, padding or content of its own: one line stands for all.

    The toolkit asks every container under a changed line for all of its lines, in each frame.
    It comes last among the bases: styles follow the first one.
    """

    @override
    def render_lines(self, crop: Region) -> list[Strip]:
        strip = Strip.blank(crop.width, self.visual_style.rich_style)
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, background)
        return [strip] * crop.height


class GroundContainer(Container, Ground):
    """A container."""


class GroundHorizontal(Horizontal, Ground):
    """A row."""


class GroundVertical(Vertical, Ground):
    """A column."""
