"""Whether a service that keeps failing is asked at all. No I/O.

Closed, every call passes and is counted. Open, none does. After a while it is half open: one call
at a time passes as a probe, and its outcome closes or opens it again.
"""

from collections import deque
from dataclasses import dataclass
from typing import Literal, TypeAlias

from client.errors import ValidationError

CircuitState: TypeAlias = Literal["closed", "open", "half-open"]
"""Whether calls go out: all of them, none, or one at a time to see."""

Outcome: TypeAlias = Literal["success", "failure", "connect failure", "neutral"]
"""What a finished call says of the service; ``neutral`` is no sign of its health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitBreakerPolicy:
    """When to stop asking, and for how long (hardening 2.4). Times in seconds.

    Attributes:
        window: how long an outcome counts.
        minimum_calls: fewer finished calls within the window prove nothing.
        failure_share: the share of failures among them that opens it.
        connect_failures: so many in a row open it, however few the calls.
        open_for: how long it stays open at first; it doubles while probes fail.
        open_for_at_most: the bound of that doubling.
        lease: how long a probe may take before another call may try.

    Raises:
        ValidationError: a number makes no sense.

    """

    window: float = 30.0
    minimum_calls: int = 10
    failure_share: float = 0.5
    connect_failures: int = 5
    open_for: float = 5.0
    open_for_at_most: float = 60.0
    lease: float = 60.0

    def __post_init__(self) -> None:
        times = (self.window, self.open_for, self.open_for_at_most, self.lease)
        counts = (self.minimum_calls, self.connect_failures)
        if not all(number > 0 for number in times + counts) or not 0 < self.failure_share <= 1:
            raise ValidationError("CircuitBreakerPolicy: every number is positive, shares up to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Leave to make one call, to be handed back with its outcome."""

    generation: int
    probe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """No call now; ``retry_after`` seconds until it is worth asking again."""

    retry_after: float


class CircuitBreaker:
    """The circuit of one endpoint family of one host.

    Every method takes ``now``, monotonic seconds. Outcomes of calls from before the last change
    of state are dropped: a slow success from before it opened does not close it.
    """

    def __init__(self, policy: CircuitBreakerPolicy | None = None) -> None:
        self.policy = policy or CircuitBreakerPolicy()
        self.state: CircuitState = "closed"
        self.generation = 0
        self._outcomes: deque[tuple[float, bool]] = deque()  # when, and whether it failed
        self._failures = 0
        self._connect_failures = 0
        self._since = 0.0  # when it opened
        self._open_for = self.policy.open_for
        self._probe_since: float | None = None

    def acquire(self, now: float) -> Permit | Rejection:
        """Ask for leave to make a call."""
        self._since = min(self._since, now)  # a clock set back must not keep it open
        if self.state == "closed":
            return Permit(generation=self.generation)
        if self.state == "open":
            left = self._since + self._open_for - now
            if left > 0:
                return Rejection(retry_after=left)
            self._change("half-open")
        if self._probe_since is not None:
            self._probe_since = min(self._probe_since, now)
            left = self._probe_since + self.policy.lease - now
            if left > 0:
                return Rejection(retry_after=min(left, self.policy.open_for))
            self._change("half-open")  # the lost probe's outcome no longer counts
        self._probe_since = now
        return Permit(generation=self.generation, probe=True)

    def retry_after(self, now: float) -> float:
        """Seconds until an open circuit lets a call try, 0 when it is not open."""
        if self.state != "open":
            return 0.0
        return min(max(0.0, self._since + self._open_for - now), self._open_for)

    def record(self, permit: Permit, outcome: Outcome, now: float) -> None:
        """Hand a permit back with what came of the call."""
        if permit.generation != self.generation:
            return
        if permit.probe:
            self._end_probe(outcome, now)
        elif outcome != "neutral":
            self._count(outcome, now)

    def _end_probe(self, outcome: Outcome, now: float) -> None:
        if outcome == "neutral":
            self._probe_since = None
        elif outcome == "success":
            self._open_for = self.policy.open_for
            self._change("closed")
        else:
            self._open_for = min(2 * self._open_for, self.policy.open_for_at_most)
            self._open(now)

    def _count(self, outcome: Outcome, now: float) -> None:
        failed = outcome != "success"
        self._expire(now)
        self._outcomes.append((now, failed))
        self._failures += failed
        if outcome == "connect failure":
            self._connect_failures += 1
        else:
            self._connect_failures = 0
        calls = len(self._outcomes)
        sick = (
            calls >= self.policy.minimum_calls
            and self._failures >= self.policy.failure_share * calls
        )
        if sick or self._connect_failures >= self.policy.connect_failures:
            self._open_for = min(self.policy.open_for, self.policy.open_for_at_most)
            self._open(now)

    def _expire(self, now: float) -> None:
        outcomes = self._outcomes
        if outcomes and now < outcomes[-1][0]:
            outcomes.clear()  # the clock was set back; nothing is known of these times
            self._failures = 0
        while outcomes and now - outcomes[0][0] >= self.policy.window:
            self._failures -= outcomes.popleft()[1]

    def _open(self, now: float) -> None:
        self._change("open")
        self._since = now

    def _change(self, state: CircuitState) -> None:
        self.state = state
        self.generation += 1
        self._probe_since = None
        self._outcomes.clear()
        self._failures = 0
        self._connect_failures = 0
