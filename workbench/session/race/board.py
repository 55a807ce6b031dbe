"""The state of a race as a table of lanes, at any moment. Pure but for reading the race."""

from dataclasses import dataclass

from workbench.session.latency import Latency
from workbench.session.race.lane import State
from workbench.session.race.race import Race
from workbench.session.race.results import FIRST_TOKEN, SPEED, Metric, places, spreads
from workbench.session.race.statistics import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """One lane.

    Attributes:
        latency: the figures of its running or last answer.
        place: among the lanes so far, by the deciding metric; ``None`` without a figure.
        share: how good that figure is against the best lane's, from 0 to 1.
        first_token: over the rounds that are over; ``speed`` likewise.
        failures: how many of those rounds failed.

    """

    model: str
    state: State
    latency: Latency
    place: int | None
    share: float | None
    first_token: Spread | None
    speed: Spread | None
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All lanes; ``round`` is the running or the last one, 0 before the first."""

    round: int
    rounds: int
    metric: Metric
    lanes: tuple[LaneRow, ...]


def board(race: Race, metric: Metric) -> Board:
    """The table at this moment.

    Places go by the median of the completed rounds; a lane without one goes by its running answer,
    by speed as it is, by times once they are known. What failed has no place.
    """
    models = race.setup.models
    count = len(models)
    medians = spreads(race.results, metric, count)
    running = [race.latency(lane) for lane in range(count)]
    figures = [
        _figure(medians[lane], running[lane], race.state(lane), metric) for lane in range(count)
    ]
    ranks = places(figures, metric)
    known = [figure for figure in figures if figure]
    best = (max if metric.higher_is_better else min)(known, default=None)
    first_tokens = spreads(race.results, FIRST_TOKEN, count)
    speeds = spreads(race.results, SPEED, count)
    return Board(
        round=race.round,
        rounds=race.setup.rounds,
        metric=metric,
        lanes=tuple(
            LaneRow(
                model=models[lane],
                state=race.state(lane),
                latency=running[lane],
                place=ranks[lane],
                share=_share(figures[lane], best, metric),
                first_token=first_tokens[lane],
                speed=speeds[lane],
                failures=sum(one.lane == lane and one.end == "failed" for one in race.results),
            )
            for lane in range(count)
        ),
    )


def _figure(spread: Spread | None, running: Latency, state: State, metric: Metric) -> float | None:
    if spread is not None:
        return spread.median
    return None if state in ("failed", "out") else metric.of(running)


def _share(figure: float | None, best: float | None, metric: Metric) -> float | None:
    if not figure or not best:
        return None
    return figure / best if metric.higher_is_better else best / figure
