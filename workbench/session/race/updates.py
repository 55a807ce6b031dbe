"""What a race tells while it runs. Values only."""

from dataclasses import dataclass
from typing import TypeAlias

from workbench.session.race.results import LaneResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LinedUp:
    """Every lane has a connection of its own, or had its chance; the first round is next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundDelayed:
    """A round waits until ``until``, on the client's clock, for the limits of ``model``."""

    round: int
    until: float
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundBegan:
    """The lanes in ``order`` are sent now."""

    round: int
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTextArrived:
    """A piece of a lane's answer, or of its reasoning; ``at`` is when its bytes arrived."""

    lane: int
    text: str
    reasoning: bool
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFinished:
    """A lane is done for this round."""

    result: LaneResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLeft:
    """A lane takes part in no further round; ``reason`` says why in a few words."""

    lane: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundFinished:
    """All lanes of a round are done.

    ``starts_within`` is seconds from the first request to the last; ``None`` with fewer than two.
    """

    round: int
    starts_within: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceFinished:
    """There is no round any more; ``stopped`` when the person ended it before its time."""

    stopped: bool


RaceUpdate: TypeAlias = (
    LinedUp
    | RoundDelayed
    | RoundBegan
    | LaneTextArrived
    | LaneFinished
    | LaneLeft
    | RoundFinished
    | RaceFinished
)
