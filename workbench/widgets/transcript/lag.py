"""How long text takes from its arrival here to the terminal: our own part of the latency. Pure."""

from array import array
from dataclasses import dataclass, field
from typing import Final

_SLOWEST: Final = 1000
"""Milliseconds told apart; beyond, only the greatest is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLag:
    """Seconds from the arrival of a piece of text to the frame that shows it; ``p99`` of all.

    ``first`` and ``last`` are of the first and the last piece that was shown.
    """

    median: float
    p99: float
    first: float | None = field(default=None, compare=False)
    last: float | None = field(default=None, compare=False)


class LagMeter:
    """Follows the pieces of one answer from arrival over layout and painting to the terminal.

    Whatever no frame shows, because the reader looks elsewhere, is not counted.
    """

    __slots__ = (
        "_arrived",
        "_count",
        "_counts",
        "_first",
        "_greatest",
        "_laid_out",
        "_last",
        "_painted",
    )

    def __init__(self) -> None:
        self._arrived: list[float] = []
        self._laid_out: list[float] = []
        self._painted: list[float] = []
        self._counts = array("L", [0]) * (_SLOWEST + 1)  # of each millisecond
        self._count = 0
        self._greatest = 0.0
        self._first: float | None = None
        self._last: float | None = None

    def clear(self) -> None:
        """Begin with another answer."""
        for pieces in (self._arrived, self._laid_out, self._painted):
            pieces.clear()
        self._counts = array("L", [0]) * (_SLOWEST + 1)
        self._count, self._greatest = 0, 0.0
        self._first = self._last = None

    def arrived(self, at: float) -> None:
        """A piece arrived at this time of the client's clock."""
        self._arrived.append(at)

    def laid_out(self, *, visible: bool) -> None:
        """What arrived is in the layout now, and the next painting will show it, or will not."""
        if visible:
            self._laid_out += self._arrived
        self._arrived.clear()

    def painted(self) -> None:
        """The lines were painted."""
        self._painted += self._laid_out
        self._laid_out.clear()

    def displayed(self, now: float) -> bool:
        """What was painted has gone to the terminal; says whether that tells anything new."""
        if not self._painted:
            return False
        for at in self._painted:
            lag = max(0.0, now - at)
            self._counts[min(int(lag * 1000), _SLOWEST)] += 1
            self._greatest = max(self._greatest, lag)
        if self._first is None:
            self._first = max(0.0, now - self._painted[0])
        self._last = max(0.0, now - self._painted[-1])
        self._count += len(self._painted)
        self._painted.clear()
        return True

    @property
    def lag(self) -> ScreenLag | None:
        """The figures so far, rounded up to milliseconds; None before anything was shown."""
        if not self._count:
            return None
        return ScreenLag(
            median=self._below(0.5), p99=self._below(0.99), first=self._first, last=self._last
        )

    def _below(self, share: float) -> float:
        """Give the lag that so much of all is not above."""
        left = share * self._count
        for place, count in enumerate(self._counts[:-1]):
            left -= count
            if left <= 0:
                return (place + 1) / 1000
        return self._greatest
