"""Decides when the next frame may be drawn. Pure: it is told the time."""

FASTEST = 1 / 60
SLOWEST = 1 / 8
SHARE = 3.0
"""A frame is followed by a pause this many times its cost: drawing takes at most a quarter."""


class FrameBudget:
    """The pace of drawing: up to 60 frames a second, fewer when each of them costs more."""

    __slots__ = ("_cost", "_next")

    def __init__(self) -> None:
        self._cost = 0.0
        self._next = 0.0

    def delay(self, now: float) -> float:
        """Give the seconds until the next frame may begin; 0: at once."""
        return max(0.0, self._next - now)

    def begin(self, now: float) -> None:
        """A frame begins."""
        self._cost = 0.0
        self._next = now + FASTEST

    def spend(self, now: float, seconds: float) -> None:
        """A part of the frame, laying out or painting, took so long and ends now."""
        self._cost += seconds
        self._next = max(self._next, now + min(SLOWEST, self._cost * SHARE))
