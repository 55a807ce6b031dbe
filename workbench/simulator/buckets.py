"""A rate limit as a bucket that refills continuously, in the service's own arithmetic. No I/O."""

import math
from dataclasses import dataclass, replace

_NANOSECONDS = 1_000_000_000
# A level such as 11893.999999999998 is 11894 with floating-point residue.
_RESIDUE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A limit per window: its exact level (negative while in debt) at a monotonic time."""

    limit: int
    window: float
    level: float
    at: float

    @classmethod
    def full(cls, limit: int, window: float, now: float) -> "Bucket":
        """Nothing used yet."""
        return cls(limit=limit, window=window, level=float(limit), at=now)

    def refilled(self, now: float) -> "Bucket":
        """The bucket at a later time."""
        # Whole milliseconds, as the service counts; the rest of one is left for the next time.
        elapsed = max(0, math.floor((now - self.at) * 1000 + _RESIDUE)) / 1000
        level = min(float(self.limit), self.level + elapsed * (self.limit / self.window))
        return replace(self, level=level, at=self.at + elapsed)

    def less(self, amount: float) -> "Bucket":
        """The bucket after taking an amount; a negative amount gives back, never beyond full."""
        return replace(self, level=min(float(self.limit), self.level - amount))

    @property
    def remaining(self) -> int:
        """What the header says is left: the level rounded down, never below zero."""
        return max(0, math.floor(self.level + _RESIDUE))

    @property
    def used(self) -> int:
        """What a refusal says has been used."""
        return self.limit - math.floor(self.level + _RESIDUE)

    @property
    def reset(self) -> int:
        """Nanoseconds until the bucket is full, from the exact level."""
        return time_to_refill(self.limit, self.window, self.limit - self.level)

    def holds(self, amount: float) -> bool:
        """Whether the amount can be taken now."""
        return self.level + _RESIDUE >= amount


def time_to_refill(limit: int, window: float, amount: float) -> int:
    """Nanoseconds in which an amount flows in.

    Truncated, not rounded, and divided in this order: that is where the service's
    `172.799999ms` and `10.332999999s` come from.
    """
    return max(0, int(amount / (limit / window) * _NANOSECONDS))


def time_to_wait(limit: int, window: float, used: int, requested: int) -> int:
    """Nanoseconds until a refused request would fit, as the text of a 429 states it."""
    return max(0, round((used + requested - limit) * window * _NANOSECONDS / limit))


def whole_seconds(nanoseconds: int) -> int:
    """A `retry-after` header: rounded up, so that waiting that long is enough."""
    return -(-nanoseconds // _NANOSECONDS)


def go_duration(nanoseconds: int) -> str:
    """A duration as Go prints it: `7.44ms`, `530ms`, `1m26.4s`, `15m50.4s`, `1h2m3s`."""
    if nanoseconds == 0:
        return "0s"
    for unit, size in (("ns", 1), ("µs", 1_000), ("ms", 1_000_000)):
        if nanoseconds < size * 1_000:
            return f"{_decimal(nanoseconds, size)}{unit}"
    if nanoseconds < _NANOSECONDS:
        return f"{_decimal(nanoseconds, 1_000_000)}ms"
    minutes, rest = divmod(nanoseconds, 60 * _NANOSECONDS)
    hours, minutes = divmod(minutes, 60)
    text = f"{_decimal(rest, _NANOSECONDS)}s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def _decimal(value: int, unit: int) -> str:
    whole, fraction = divmod(value, unit)
    if not fraction:
        return str(whole)
    digits = len(str(unit)) - 1
    return f"{whole}.{fraction:0{digits}d}".rstrip("0")
