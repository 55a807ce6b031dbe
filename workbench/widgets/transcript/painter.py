"""Turns laid-out lines into strips: colours, the block cursor, the selection."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from workbench.markdown.line import Line, Look, Span
from workbench.markdown.wrap import cut
from workbench.widgets.transcript.palette import Palette

_CURSOR = Look("gutter-cursor")


def paint(line: Line, width: int, column: int, palette: Palette) -> Strip:
    """Draw a line `width` cells wide, of which the text may take `column`."""
    return _strip(
        [(text, palette[look]) for text, look in line.spans], line, width, column, palette
    )


def paint_selected(
    line: Line, width: int, column: int, palette: Palette, *, span: tuple[int, int], style: Style
) -> Strip:
    """Draw a line with the characters of `span` selected; an end of -1 is the end of the line."""
    size = len(line.text)
    start = min(span[0], size)
    stop = size if span[1] < 0 else min(span[1], size)
    parts = [(text, palette[look]) for text, look in cut(line.spans, 0, start)]
    parts += [(text, palette[look] + style) for text, look in cut(line.spans, start, stop)]
    parts += [(text, palette[look]) for text, look in cut(line.spans, stop, size)]
    return _strip(parts, line, width, column, palette)


def pointed_at(line: Line) -> Line:
    """Mark a line as belonging to the block under the cursor: its gutter is a heavy bar."""
    if not line.spans:
        return line
    first: Span = ("┃" + line.spans[0][0][1:], _CURSOR)
    return line._replace(spans=(first, *line.spans[1:]))


def _strip(
    parts: Sequence[tuple[str, Style]], line: Line, width: int, column: int, palette: Palette
) -> Strip:
    segments = [Segment(text, style) for text, style in parts]
    used = sum(cell_len(text) for text, _ in parts)
    if line.fill is not None and used < column:
        segments.append(Segment(" " * (column - used), palette[line.fill]))
        used = column
    if used < width:
        segments.append(Segment(" " * (width - used), palette[None]))
        used = width
    strip = Strip(segments, used)
    return strip.crop(0, width) if used > width else strip
