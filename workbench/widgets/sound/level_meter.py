"""How loud it is now, how loud it just was, and whether it is too loud."""

from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from workbench.widgets.figures import UNKNOWN
from workbench.widgets.sound.scale import FLOOR, PeakHold, level_share

_LOUD, _TOO_LOUD = -12.0, -3.0
_NUMBERS: Final = 18
"""Cells of the figures on the right."""


class LevelMeter(Widget):
    """A bar of loudness with a mark for the latest peak; it moves only when it is told to."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._hold = PeakHold()
        self._level: float | None = None
        self._at = 0.0

    def show_level(self, level: float, peak: float, *, at: float, clipped: bool) -> None:
        """Show a block: its mean and its peak in dBFS, ``at`` seconds of sound."""
        self._hold = self._hold.heard(peak, at=at, clipped=clipped)
        self._level, self._at = level, at
        self.refresh()

    def rest(self) -> None:
        """Nothing is heard: an empty bar, no peak."""
        self._level, self._at, self._hold = None, 0.0, PeakHold()
        self.refresh()

    def render(self) -> RenderResult:
        """Give the bar, and the figures where there is room for them."""
        width = self.content_size.width
        figures = self._figures() if width >= 2 * _NUMBERS else Content()
        return Content.assemble(self._bar(max(1, width - figures.cell_length)), figures)

    def _bar(self, cells: int) -> Content:
        halves = round(level_share(self._level if self._level is not None else FLOOR) * cells * 2)
        mark = self._mark(cells)
        parts: list[tuple[str, str]] = []
        for cell in range(cells):
            lit = halves - 2 * cell
            if cell == mark:
                parts.append(("┃", _colour(self._hold.shown(self._at), bright=True)))
            elif lit > 0:
                parts.append(("━" if lit > 1 else "╸", _colour(_decibels(cell, cells))))
            else:
                parts.append(("━", "$foreground 15%"))
        return Content.assemble(*_joined(parts))

    def _mark(self, cells: int) -> int | None:
        """The cell of the peak's mark, ``None`` while there is nothing to mark."""
        shown = self._hold.shown(self._at)
        if self._level is None or shown <= FLOOR:
            return None
        return min(round(level_share(shown) * cells), cells - 1)

    def _figures(self) -> Content:
        if self._level is None:
            return Content.styled(f"{UNKNOWN:>5} dB".ljust(_NUMBERS), "$foreground 38%")
        level = max(self._level, FLOOR)
        if self._hold.clips(self._at):
            tail = Content.assemble("  ", (" CLIP ", "bold $background on $error"), "  ")
        else:
            peak = max(self._hold.shown(self._at), FLOOR)
            tail = Content.styled(f"  peak {peak:>3.0f}", "$foreground 60%")
        return Content.assemble((f"{level:>5.0f} dB", "bold"), tail)


def _decibels(cell: int, cells: int) -> float:
    return FLOOR * (1 - (cell + 1) / cells)


def _colour(decibels: float, *, bright: bool = False) -> str:
    if decibels > _TOO_LOUD:
        return "$text-error"
    if decibels > _LOUD:
        return "$text-warning"
    return "$foreground" if bright else "$text-success"


def _joined(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same with runs of one colour as one piece."""
    runs: list[tuple[str, str]] = []
    for text, colour in parts:
        if runs and runs[-1][1] == colour:
            runs[-1] = (runs[-1][0] + text, colour)
        else:
            runs.append((text, colour))
    return runs
