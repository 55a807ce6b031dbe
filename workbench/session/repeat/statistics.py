"""How sure one can be of a share that was counted. Pure."""

from dataclasses import dataclass
from math import sqrt
from typing import Final

_Z: Final = 1.959963984540054
"""Of the normal distribution, for 95 % on both sides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many; ``low`` and ``high`` bound the true share with 95 % confidence."""

    passed: int
    total: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """The share as counted, ``None`` of nothing."""
        return self.passed / self.total if self.total else None


def share(passed: int, total: int) -> Share:
    """The share with its Wilson score interval, which is right for few trials too.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if total <= 0:
        return Share(passed=0, total=0, low=0.0, high=1.0)
    rate, square = passed / total, _Z * _Z
    centre = rate + square / (2 * total)
    spread = _Z * sqrt(rate * (1 - rate) / total + square / (4 * total * total))
    below, above = (
        (centre - spread) / (1 + square / total),
        (centre + spread) / (1 + square / total),
    )
    low = 0.0 if passed == 0 else max(0.0, below)
    high = 1.0 if passed == total else min(1.0, above)
    return Share(passed=passed, total=total, low=low, high=high)


def apart(one: Share, other: Share) -> bool:
    """Whether two shares differ beyond chance: their intervals do not touch."""
    return one.low > other.high or other.low > one.high
