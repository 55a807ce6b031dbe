"""Whether the rate limits carry a race, told before it is run. Pure: it is told the time.

What is known of the limits is what the last response to a model said; they refill continuously.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from client import RateLimit, RateLimits
from workbench.session.race.setup import RaceSetup

Kind: TypeAlias = Literal["too large", "too few requests", "waits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Why a race will not run as it is, or not without pauses.

    Attributes:
        kind: "too large" never fits and "too few requests" stops the lane on its way; "waits"
            makes pauses between the rounds.
        needed: tokens of one request, requests of all rounds, or tokens of all rounds.
        allowed: what the limit holds when full, or what is left of it now.
        seconds: how long the pauses take in all, at most; 0 for the other kinds.

    """

    kind: Kind
    model: str
    needed: int
    allowed: int
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """What a person should know."""
        match self.kind:
            case "too large":
                return (
                    f"One request takes {self.needed:,} tokens at admission, and {self.allowed:,} "
                    "a minute are allowed: lower the longest answer."
                )
            case "too few requests":
                return (
                    f"{self.needed:,} requests are needed, and {self.allowed:,} are left today: "
                    "run fewer rounds."
                )
            case "waits":
                return (
                    f"The rounds take up to {self.needed:,} tokens, and {self.allowed:,} are left "
                    f"of this minute: pauses of up to {self.seconds:.0f} s in all."
                )


def shortages(
    setup: RaceSetup, limits: Mapping[str, RateLimits | None], now: float
) -> tuple[Shortage, ...]:
    """What is short, model by model; a model whose limits are unknown has nothing to say."""
    found = (_shortage(setup, model, limits.get(model), now) for model in setup.models)
    return tuple(one for one in found if one is not None)


def pause(setup: RaceSetup, limits: RateLimits | None, now: float) -> float:
    """Seconds until these limits of a model admit one more request of the race.

    A request that the limit cannot hold even when full is not waited for: the service says so.
    """
    if limits is None:
        return 0.0
    elapsed = now - limits.received_at
    return max(
        _wait_for(setup.admission_tokens, limits.tokens, elapsed),
        _wait_for(1, limits.requests, elapsed),
    )


def _shortage(
    setup: RaceSetup, model: str, limits: RateLimits | None, now: float
) -> Shortage | None:
    if limits is None:
        return None
    elapsed = now - limits.received_at
    tokens, requests = limits.tokens, limits.requests
    if tokens is not None and setup.admission_tokens > tokens.limit:
        return Shortage(
            kind="too large", model=model, needed=setup.admission_tokens, allowed=tokens.limit
        )
    if requests is not None and setup.rounds > (left := int(requests.level(elapsed))):
        return Shortage(kind="too few requests", model=model, needed=setup.rounds, allowed=left)
    if tokens is None:
        return None
    needed = setup.rounds * setup.admission_tokens
    level = tokens.level(elapsed)
    if needed <= level:
        return None
    return Shortage(
        kind="waits",
        model=model,
        needed=needed,
        allowed=int(level),
        seconds=(needed - level) * tokens.window / tokens.limit,
    )


def _wait_for(amount: int, bucket: RateLimit | None, elapsed: float) -> float:
    if bucket is None or amount > bucket.limit:
        return 0.0
    missing = amount - bucket.level(elapsed)
    return max(0.0, missing * bucket.window / bucket.limit)
