"""A time axis of some cells: where moments lie on it, and which of them bear a number. Pure."""

import math
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1.0, 2.0, 5.0)
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """``length`` seconds over ``cells`` cells."""

    length: float
    cells: int

    def place(self, at: float) -> float:
        """A moment's distance from the left end, in cells and their fractions."""
        if self.length <= 0:
            return 0.0
        return min(max(at / self.length, 0.0), 1.0) * self.cells

    def bar(self, start: float, end: float) -> tuple[int, str]:
        """Blocks from ``start`` to ``end``, and how many empty cells come before them.

        What took any time at all shows: by an eighth of a cell at least. Whole cells begin where
        the time begins, because a terminal draws parts of a cell from its left edge alone.
        """
        first, last = self.place(start), self.place(end)
        cell = min(int(first), max(0, self.cells - 1))
        eighths = max(1, round((last - cell) * 8)) if last > first else 1
        full, rest = divmod(min(eighths, (self.cells - cell) * 8), 8)
        return cell, "█" * full + (_EIGHTHS[rest] if rest else "")

    def spread(self, start: float, end: float) -> tuple[int, str]:
        """A broken line from ``start`` to ``end``, and how many empty cells come before it."""
        cell = min(int(self.place(start)), max(0, self.cells - 1))
        return cell, "╌" * max(1, round(self.place(end)) - cell)

    def ticks(self, room: int) -> tuple[float, ...]:
        """Round moments for numbers that take ``room`` cells each, from 0 on."""
        if self.length <= 0 or self.cells < room:
            return (0.0,)
        step = self._step(max(1, self.cells // room))
        return tuple(step * number for number in range(int(self.length / step * (1 + 1e-9)) + 1))

    def _step(self, most: int) -> float:
        """The smallest of 1, 2, 5, 10, ... of a unit that needs no more than so many."""
        rough = self.length / most
        unit = 10.0 ** math.floor(math.log10(rough))
        return next((unit * step for step in _STEPS if unit * step >= rough), unit * 10)


def moment(seconds: float, length: float) -> str:
    """A moment on an axis of this length: in milliseconds while it is shorter than 10 s."""
    if length < 10:
        return f"{seconds * 1000:,.0f}" if length >= 0.02 else f"{seconds * 1000:.1f}"
    return f"{seconds:.0f} s"
