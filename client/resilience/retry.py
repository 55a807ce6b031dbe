"""Whether, and after how long, a failed request is sent again. No I/O."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from client.errors import (
    APIError,
    CapacityExceededError,
    ConnectionError,  # noqa: A004 - ours: the design's name
    GroqError,
    RateLimitError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    ValidationError,
)
from client.resilience.refusal import Refusal

GiveUpReason: TypeAlias = Literal[
    "not retryable", "not replayable", "attempts", "patience", "deadline", "budget"
]
"""Why a request is not sent again; the last four are bounds that were reached."""

# Accounts that are closed or at their spending cap; the code is matched by its beginning.
_CLOSED_ACCOUNTS: Final = ("organization_restricted", "blocked_api_access", "spend_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Send it again after ``delay`` seconds; ``cost`` is what that takes from the budget."""

    delay: float
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Do not send it again: the error is the caller's."""

    reason: GiveUpReason


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When to send again, and how long to wait before (hardening 2.4).

    Attributes:
        attempts: sendings in all, the first one included; 1 never sends again.
        base: upper bound of the first wait in seconds; it doubles with each attempt.
        cap: upper bound of every wait that the service did not ask for.
        patience: how long a call may wait in all; ``None`` for ever. A service that asks for more
            is not waited for.
        budget: how much all calls together may spend on retries, ``None`` without bound.
        jitter: a source of numbers from 0 to 1, uniformly spread.

    Raises:
        ValidationError: a number makes no sense.

    """

    attempts: int = 3
    base: float = 0.5
    cap: float = 8.0
    patience: float | None = 60.0
    budget: float | None = 100.0
    jitter: Callable[[], float] = field(default=random.random, repr=False, compare=False)

    def __post_init__(self) -> None:
        numbers = (self.base, self.cap, self.patience or 0, self.budget or 0)
        if self.attempts < 1 or not all(number >= 0 for number in numbers):
            raise ValidationError("RetryPolicy: `attempts` begins at 1, no number is negative.")

    def delay_before(self, attempt: int, retry_after: float | None = None) -> float:
        """Seconds to wait before an attempt; the first repetition is attempt 2.

        At least ``retry_after`` where the service named it, and up to a quarter more, but no more
        than 2 s; else anything up to a bound that doubles (full jitter).
        """
        if retry_after is not None:
            return retry_after + self.jitter() * min(0.25 * retry_after, 2.0)
        doublings = min(max(attempt - 2, 0), 64)
        return self.jitter() * min(self.cap, self.base * 2.0**doublings)

    def decide(
        self,
        error: GroqError,
        *,
        attempt: int,
        waited: float = 0.0,
        patience: float | None = None,
        time_left: float | None = None,
        replayable: bool = True,
    ) -> Retry | GiveUp:
        """What to do about an error of the given attempt, counted from 1.

        ``waited`` is what the call has waited so far, ``patience`` what it may, by default the
        policy's; ``time_left`` is until the whole call's deadline. All in seconds.
        """
        if not worth_retrying(error):
            return GiveUp(reason="not retryable")
        if not replayable:
            return GiveUp(reason="not replayable")
        if attempt >= self.attempts:
            return GiveUp(reason="attempts")
        delay = self.delay_before(attempt + 1, retry_after_of(error))
        patience = self.patience if patience is None else patience
        if patience is not None and waited + delay > patience:
            return GiveUp(reason="patience")
        if time_left is not None and delay >= time_left:
            return GiveUp(reason="deadline")
        return Retry(delay=delay, cost=cost_of(error))


class RetryBudget:
    """What all calls together may still spend on retries; successes earn a little back.

    When a service is down, this bounds what the retries of many callers add to its load.
    """

    def __init__(self, capacity: float = 100.0) -> None:
        self.capacity = capacity
        self.level = capacity

    def spend(self, cost: float) -> bool:
        """Pay for a retry; False, and nothing is taken, when there is not enough."""
        if cost > self.level:
            return False
        self.level -= cost
        return True

    def earn(self) -> None:
        """Book a success."""
        self.level = min(self.capacity, self.level + 1.0)


def worth_retrying(error: GroqError) -> bool:
    """Whether the same request may succeed when it is sent again.

    True for 408, 409, 429, 498, 5xx but 501 and 505, connections that failed or broke, and
    timeouts of the service; ``x-should-retry`` overrides. Never for a request that is larger than
    a limit, a closed account, an exhausted pool or a certificate that does not hold.
    """
    match error:
        case APIError():
            if error.headers.get("x-should-retry", "").strip().lower() == "true":
                return True
            return error.retryable and not _hopeless(error)
        case TimeoutError() | ConnectionError():
            return error.retryable
        case _:
            return False


def _hopeless(error: APIError) -> bool:
    refusal = Refusal.parse(error.message)
    too_large = refusal is not None and refusal.requested > refusal.limit
    return too_large or (error.code or "").startswith(_CLOSED_ACCOUNTS)


def retry_after_of(error: GroqError) -> float | None:
    """How long the service asks to wait, ``None`` where it does not."""
    return error.retry_after if isinstance(error, APIError) else None


def cost_of(error: GroqError) -> float:
    """What a retry after this error takes from the budget: less where the service is well."""
    return 5.0 if isinstance(error, RateLimitError | CapacityExceededError) else 10.0
