"""Medians, spreads, and whether two samples differ by more than chance. Pure, standard library.

Speeds and latencies are skewed and have outliers: medians and ranks, never means and deviations.
"""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Self

_EXACT_UP_TO: Final = 20
"""Values of both samples together up to which every way to deal them out is counted."""
_RESAMPLES: Final = 2000
_SEED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A sample in a few numbers. Quartiles lie between values as in spreadsheets (type 7).

    ``mad`` is the median distance from the median, not scaled to a normal distribution.
    """

    n: int
    median: float
    q1: float
    q3: float
    mad: float
    least: float
    greatest: float

    @property
    def iqr(self) -> float:
        """The width of the middle half."""
        return self.q3 - self.q1

    @classmethod
    def of(cls, values: Sequence[float]) -> Self | None:
        """The spread of some values, ``None`` when there are none."""
        if not values:
            return None
        middle = statistics.median(values)
        q1, q3 = middle, middle
        if len(values) > 1:
            q1, _, q3 = statistics.quantiles(values, n=4, method="inclusive")
        return cls(
            n=len(values),
            median=middle,
            q1=q1,
            q3=q3,
            mad=statistics.median(abs(value - middle) for value in values),
            least=min(values),
            greatest=max(values),
        )


def overlap(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether some value of one sample lies within the range of the other."""
    return max(first) >= min(second) and max(second) >= min(first)


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """How likely ranks differ at least so much by chance alone: the two-sided p of the U test.

    Small samples are counted out exactly, ties included: over all ways to deal the same values
    out. Larger ones use the normal approximation with corrections for ties and continuity.

    Raises:
        ValueError: a sample is empty.

    """
    if not first or not second:
        raise ValueError("both samples need a value")
    ranks = _double_ranks([*first, *second])
    observed = sum(ranks[: len(first)])
    if len(ranks) <= _EXACT_UP_TO:
        return _exact_p(ranks, len(first), observed)
    return _normal_p(ranks, len(first), observed)


def smallest_p(n: int) -> float:
    """The least p that two samples of ``n`` values can have: when they do not overlap."""
    return min(1.0, 2 / math.comb(2 * n, n))


def holm(ps: Sequence[float]) -> list[float]:
    """The p values corrected for being several (Holm's step-down), in the same order."""
    corrected = [0.0] * len(ps)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        highest = max(highest, min(1.0, ps[index] * (len(ps) - place)))
        corrected[index] = highest
    return corrected


def ratio_interval(
    first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95
) -> tuple[float, float] | None:
    """Between which values the ratio of the medians lies: a percentile bootstrap.

    The same samples always give the same interval. ``None`` for fewer than three values on a side,
    where resampling says nothing, and where a median of the second is not positive.
    """
    if min(len(first), len(second)) < 3:
        return None
    random = Random(_SEED)  # noqa: S311 - resampling, no secret
    ratios = []
    for _ in range(_RESAMPLES):
        below = statistics.median(random.choices(second, k=len(second)))
        if below <= 0:
            return None
        ratios.append(statistics.median(random.choices(first, k=len(first))) / below)
    ratios.sort()
    outside = round(_RESAMPLES * (1 - confidence) / 2)
    return ratios[outside], ratios[-1 - outside]


def _double_ranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value; ties share the middle of theirs, which doubling makes whole."""
    ordered = sorted(values)
    first: dict[float, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    counts = Counter(ordered)
    return [2 * first[value] + counts[value] - 1 for value in values]


def _exact_p(ranks: Sequence[int], size: int, observed: int) -> float:
    """Count the ways to choose ``size`` of the ranks by their sum."""
    ways: list[Counter[int]] = [Counter({0: 1})] + [Counter() for _ in range(size)]
    for rank in ranks:
        for chosen in range(size, 0, -1):
            for total, count in ways[chosen - 1].items():
                ways[chosen][total + rank] += count
    sums = ways[size]
    below = sum(count for total, count in sums.items() if total <= observed)
    above = sum(count for total, count in sums.items() if total >= observed)
    return min(1.0, 2 * min(below, above) / sums.total())


def _normal_p(ranks: Sequence[int], size: int, observed: int) -> float:
    count = len(ranks)
    other = count - size
    expected = size * (count + 1)  # of the doubled sum
    ties = sum(many**3 - many for many in Counter(ranks).values())
    variance = size * other / 12 * (count + 1 - ties / (count * (count - 1)))
    if variance <= 0:
        return 1.0
    distance = max(0.0, abs(observed - expected) / 2 - 0.5)
    return math.erfc(distance / math.sqrt(2 * variance))
