"""Where lanes stand beside each other: a rail with names on the left, equal columns. Pure."""

from dataclasses import dataclass
from typing import Final

RAIL: Final = 13
"""Cells of the rail: twelve for a name, one to keep away from the lanes."""
MARGIN: Final = 1
_ROOMY: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Columns in cells: the first lane begins at ``start``; each is ``lane`` wide, then ``gap``."""

    start: int
    lane: int
    gap: int
    lanes: int

    @property
    def step(self) -> int:
        """From one lane's first cell to the next one's."""
        return self.lane + self.gap

    def lane_at(self, x: int) -> int | None:
        """The lane under a cell, ``None`` on the rail, between lanes and beyond them."""
        lane, within = divmod(x - self.start, self.step)
        return lane if 0 <= lane < self.lanes and within < self.lane else None


def grid(width: int, lanes: int) -> Grid:
    """Share ``width`` cells out among so many lanes; a lane has at least one cell."""
    start = MARGIN + RAIL
    room = max(lanes, width - start - MARGIN)
    gap = 3 if room // lanes >= _ROOMY else 1
    return Grid(start=start, lane=max(1, (room + gap) // lanes - gap), gap=gap, lanes=lanes)
