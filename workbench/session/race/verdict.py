"""Says in plain words who was faster, and when nobody can tell. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from workbench.session.race.results import LaneResult, Metric, samples
from workbench.session.race.statistics import (
    Spread,
    holm,
    mann_whitney,
    overlap,
    ratio_interval,
    smallest_p,
)

Finding: TypeAlias = Literal["better", "noise", "too few"]

CERTAIN: Final = 0.05
"""A difference counts when chance alone makes it less often than this."""
_ENOUGH: Final = range(2, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The leading lane against one of the others.

    Attributes:
        lane: the other one.
        ratio: how many times better the leader is: of speeds, or of times turned round.
        interval: where the true ratio lies with 95 %; ``None`` with fewer than three rounds, or
            where nobody asked for it.
        p: how likely chance alone makes such a difference, corrected for all comparisons.
        overlap: whether some figure of one lies within the range of the other.
        finding: "too few" when the rounds do not overlap and yet are not enough to be sure.

    """

    lane: int
    ratio: float
    interval: tuple[float, float] | None
    p: float
    overlap: bool
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Who leads by a metric, and over whom for certain.

    ``leader`` is the lane with the best median, ``None`` when no lane has a figure; ``spreads``
    belongs to the lanes in their order.
    """

    metric: Metric
    leader: int | None
    comparisons: tuple[Comparison, ...]
    spreads: tuple[Spread | None, ...]

    @property
    def clear(self) -> bool:
        """Whether the leader beats every other lane beyond the noise."""
        return bool(self.comparisons) and all(one.finding == "better" for one in self.comparisons)


def verdict(
    results: Iterable[LaneResult], metric: Metric, lanes: int, *, intervals: bool = False
) -> Verdict:
    """Compare the lane with the best median with each of the others.

    The test takes rounds for independent. They share the line and the hour, which makes it more
    cautious, not less. ``intervals`` take some 10 ms per comparison.
    """
    figures = samples(results, metric, lanes)
    of_lanes = tuple(Spread.of(values) for values in figures)
    raced = [lane for lane in range(lanes) if figures[lane]]
    if not raced:
        return Verdict(metric=metric, leader=None, comparisons=(), spreads=of_lanes)
    leader, *others = sorted(raced, key=lambda lane: _merit(of_lanes[lane], metric))
    ps = holm([mann_whitney(figures[leader], figures[lane]) for lane in others])
    return Verdict(
        metric=metric,
        leader=leader,
        comparisons=tuple(
            _compare(
                figures[leader],
                figures[lane],
                lane,
                p,
                metric,
                among=len(others),
                intervals=intervals,
            )
            for lane, p in zip(others, ps, strict=True)
        ),
        spreads=of_lanes,
    )


def rounds_to_tell(others: int) -> int:
    """How many rounds it takes at least until lanes that never overlap count as different."""
    return next((n for n in _ENOUGH if smallest_p(n) * others < CERTAIN), _ENOUGH[-1])


def _merit(spread: Spread | None, metric: Metric) -> float:
    middle = spread.median if spread else 0.0
    return -middle if metric.higher_is_better else middle


def _compare(
    best: Sequence[float],
    other: Sequence[float],
    lane: int,
    p: float,
    metric: Metric,
    *,
    among: int,
    intervals: bool,
) -> Comparison:
    above, below = (best, other) if metric.higher_is_better else (other, best)
    top, bottom = Spread.of(above), Spread.of(below)
    ratio = top.median / bottom.median if top and bottom and bottom.median > 0 else 1.0
    overlapping = overlap(best, other)
    finding: Finding = "better" if p < CERTAIN else "noise"
    few = min(len(best), len(other)) < rounds_to_tell(among)
    if finding == "noise" and few and not overlapping and ratio > 1:
        finding = "too few"
    return Comparison(
        lane=lane,
        ratio=ratio,
        interval=ratio_interval(above, below) if intervals else None,
        p=p,
        overlap=overlapping,
        finding=finding,
    )
