"""What came of a race, lane by lane and round by round, and what may be compared. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from workbench.session.latency import Latency
from workbench.session.problems import Problem
from workbench.session.race.statistics import Spread

End: TypeAlias = Literal["completed", "failed", "stopped"]
MetricName: TypeAlias = Literal[
    "speed", "first_token", "total", "server_speed", "queue", "prompt", "completion"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneResult:
    """How one lane did in one round.

    Attributes:
        round: counts from 1.
        lane: its place in the setup, from 0.
        end: how it ended; only completed answers are compared.
        exchange: the number under which the client told of it, ``None`` when nothing was sent.
        sent_after: seconds from the round's first request to this one.
        finish_reason: why the service stopped; "length" means that the bound cut the answer.
        problem: what went wrong in a failed one.

    """

    round: int
    lane: int
    model: str
    end: End
    latency: Latency
    exchange: int | None = None
    sent_after: float | None = None
    finish_reason: str | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Something to compare lanes by.

    ``measured`` tells what was measured here from what the service says of itself. ``noun`` is how
    a sentence names it.
    """

    name: MetricName
    title: str
    noun: str
    unit: Literal["tok/s", "s"]
    measured: bool

    @property
    def higher_is_better(self) -> bool:
        """Speeds are; times are not."""
        return self.unit == "tok/s"

    def of(self, latency: Latency) -> float | None:
        """The figure of one answer, ``None`` where it is unknown."""
        match self.name:
            case "speed":
                return latency.tokens_per_second
            case "first_token":
                return latency.time_to_first_token
            case "total":
                return latency.duration
            case "server_speed":
                return latency.server_tokens_per_second
            case "queue":
                return latency.queue_time
            case "prompt":
                return latency.prompt_time
            case "completion":
                return latency.completion_time


SPEED: Final = Metric(name="speed", title="tok/s here", noun="speed", unit="tok/s", measured=True)
FIRST_TOKEN: Final = Metric(
    name="first_token", title="first token", noun="first token", unit="s", measured=True
)
TOTAL: Final = Metric(name="total", title="whole answer", noun="answer", unit="s", measured=True)
METRICS: Final = (
    FIRST_TOKEN,
    SPEED,
    Metric(
        name="server_speed",
        title="tok/s server",
        noun="speed by its own clock",
        unit="tok/s",
        measured=False,
    ),
    Metric(name="queue", title="queue", noun="queue", unit="s", measured=False),
    Metric(name="prompt", title="prompt", noun="prompt", unit="s", measured=False),
    Metric(name="completion", title="completion", noun="completion", unit="s", measured=False),
    TOTAL,
)
"""Everything a lane shows, in the order in which it happens."""
DECISIVE: Final = (SPEED, FIRST_TOKEN, TOTAL)
"""What a race can be decided by."""


def samples(results: Iterable[LaneResult], metric: Metric, lanes: int) -> tuple[list[float], ...]:
    """The figures of each lane's completed answers; speeds that were only estimated are left out.

    An answer that the service sent without usage has a speed in pieces of text, not in tokens.
    """
    found: tuple[list[float], ...] = tuple([] for _ in range(lanes))
    for result in results:
        value = metric.of(result.latency)
        if result.end != "completed" or value is None:
            continue
        if metric.name == "speed" and result.latency.tokens_estimated:
            continue
        found[result.lane].append(value)
    return found


def spreads(results: Iterable[LaneResult], metric: Metric, lanes: int) -> tuple[Spread | None, ...]:
    """The spread of each lane's figures."""
    return tuple(Spread.of(values) for values in samples(results, metric, lanes))


def places(figures: Sequence[float | None], metric: Metric) -> tuple[int | None, ...]:
    """The place of each figure, from 1; equal ones share a place, unknown ones have none."""
    known = [value for value in figures if value is not None]

    def place(value: float) -> int:
        better = sum(other > value if metric.higher_is_better else other < value for other in known)
        return better + 1

    return tuple(None if value is None else place(value) for value in figures)
