"""Paints moments of sound as bars on a common ground, eight steps to the cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Bar:
    """A moment of sound: ``share`` of the height, 0 to 1, and the name of its look."""

    share: float
    look: str


def paint_bars(bars: Sequence[Bar], rows: int, styles: Mapping[str, Style]) -> list[Strip]:
    """Draw a bar in each column; silence is a thin line, for it was heard too."""
    heights = [max(1, round(bar.share * rows * 8)) for bar in bars]
    looks = [bar.look for bar in bars]
    return [_row(heights, looks, 8 * (rows - 1 - row), styles) for row in range(rows)]


def _row(
    heights: Sequence[int], looks: Sequence[str], below: int, styles: Mapping[str, Style]
) -> Strip:
    """One row; ``below`` is how much of each bar lies under it."""
    segments: list[Segment] = []
    text, shown = "", ""
    for height, look in zip(heights, looks, strict=True):
        if look != shown and text:
            segments.append(Segment(text, styles[shown]))
            text = ""
        text, shown = text + _BLOCKS[min(max(height - below, 0), 8)], look
    if text:
        segments.append(Segment(text, styles[shown]))
    return Strip(segments, len(heights))
