"""A rate limit as a bucket that refills continuously. No I/O."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from client.types.rate_limits import DAY, HOUR, MINUTE, RateLimit

Dimension: TypeAlias = Literal["RPM", "RPD", "TPM", "TPD", "ITPM", "OTPM", "ASH", "ASD"]
"""What a limit counts, in the service's own abbreviation."""

DIMENSIONS: Final[tuple[Dimension, ...]] = (
    "RPM",
    "RPD",
    "TPM",
    "TPD",
    "ITPM",
    "OTPM",
    "ASH",
    "ASD",
)
WINDOWS: Final[Mapping[Dimension, float]] = {
    "RPM": MINUTE,
    "RPD": DAY,
    "TPM": MINUTE,
    "TPD": DAY,
    "ITPM": MINUTE,
    "OTPM": MINUTE,
    "ASH": HOUR,
    "ASD": DAY,
}
LABELS: Final[Mapping[Dimension, str]] = {
    "RPM": "requests per minute",
    "RPD": "requests per day",
    "TPM": "tokens per minute",
    "TPD": "tokens per day",
    "ITPM": "input tokens per minute",
    "OTPM": "output tokens per minute",
    "ASH": "seconds of audio per hour",
    "ASD": "seconds of audio per day",
}

_RESIDUE: Final = 1e-6  # of floating point: a level so close is enough


class Block:
    """A time during which nothing may be taken; over at the latest after its own length.

    That holds even if the clock is set back in between.
    """

    __slots__ = ("_seconds", "_until")

    def __init__(self) -> None:
        self._until = 0.0
        self._seconds = 0.0

    def extend(self, seconds: float, now: float) -> None:
        """Block for so long from now, unless it is blocked for longer already."""
        if seconds > self.left(now):
            self._until = now + seconds
            self._seconds = seconds

    def left(self, now: float) -> float:
        """Seconds until it is over, 0 when it is."""
        if self._until - now > self._seconds:
            self._until = now + self._seconds
        # A block too short to move the clock is none.
        return max(0.0, self._until - now)


class Bucket:
    """One limit: how much it holds, how much is in it now, and whether it is blocked.

    ``level`` is below zero while more was used than it held: a debt that the refill pays first.
    """

    __slots__ = ("_at", "block", "capacity", "level", "window")

    def __init__(self, capacity: float, window: float, now: float) -> None:
        self.capacity = capacity
        self.window = window
        self.level = capacity
        self.block = Block()
        self._at = now

    def refill(self, now: float) -> None:
        """Let in what has flowed since the last time; a clock set back lets in nothing."""
        if now > self._at:
            inflow = (now - self._at) * self.capacity / self.window
            self.level = min(self.capacity, self.level + inflow)
        self._at = now

    def give(self, amount: float) -> None:
        """Put back, never beyond full; a negative amount takes."""
        self.level = min(self.capacity, self.level + amount)

    def resize(self, capacity: float) -> None:
        """Change how much it holds."""
        self.capacity = capacity
        self.level = min(self.level, capacity)

    def wait_for(self, amount: float, now: float) -> float:
        """Seconds until it holds so much and is not blocked; 0 when that is now.

        ``amount`` may be more than it can hold at once: what several requests take in turn.
        """
        self.refill(now)
        missing = amount - self.level
        residue = _RESIDUE * max(1.0, self.capacity / 1000)
        seconds = missing * self.window / self.capacity if missing > residue else 0.0
        return max(seconds, self.block.left(now))


def reported_level(limit: RateLimit) -> float:
    """The level that headers report: exactly, from the time until the bucket is full.

    A service whose reset means something else is taken at its rounded word.
    """
    exact = limit.limit - limit.reset * limit.limit / limit.window
    if limit.remaining - 0.01 <= exact < limit.remaining + 1.01:
        return exact
    if limit.remaining == 0 and exact < 0:
        return exact
    return float(limit.remaining)
