"""One sending of a request: what it holds while it lasts, and hands back at its end."""

from collections.abc import Callable

from client.errors import APIError, RateLimitError, RequestTooLargeError
from client.ports import Clock
from client.resilience.admission import Admission
from client.resilience.circuit_breaker import CircuitBreaker, Outcome, Permit
from client.resilience.outcomes import nothing_was_sent, outcome_of
from client.resilience.rate_limit import Ticket
from client.resilience.refusal import Refusal
from client.resilience.retry import RetryBudget
from client.types.rate_limits import RateLimits
from client.types.usage import Usage


class Attempt:
    """The reservation and the permit of one sending, each handed back exactly once.

    Any part is absent whose policy is switched off.
    """

    def __init__(self, clock: Clock, budget: RetryBudget | None) -> None:
        self._clock = clock
        self._budget = budget
        self._admission: Admission | None = None
        self._ticket: Ticket | None = None
        self._circuit: CircuitBreaker | None = None
        self._permit: Permit | None = None
        self._changed: Callable[[], None] | None = None
        self._over = False

    def hold_ticket(self, admission: Admission, ticket: Ticket) -> None:
        """Hold a reservation."""
        self._admission, self._ticket = admission, ticket

    def hold_permit(
        self, circuit: CircuitBreaker, permit: Permit, changed: Callable[[], None]
    ) -> None:
        """Hold a permit; ``changed`` is called when the outcome changes the circuit."""
        self._circuit, self._permit, self._changed = circuit, permit, changed

    def answered(self, limits: RateLimits | None) -> None:
        """The headers of a good answer are there."""
        if self._admission is not None and self._ticket is not None:
            self._admission.limiter.observe(self._ticket, limits, self._clock.now())
            self._admission.changed()

    def began(self) -> None:
        """The body's first bytes are there: a probe has found what it was sent to find."""
        if self._permit is not None and self._permit.probe:
            self._record("success")

    def refused(self, error: APIError, limits: RateLimits | None) -> Refusal | None:
        """The answer is an error, which ends it; gives the limit that the error names."""
        refusal = None
        if self._admission is not None and self._ticket is not None:
            limiter, now = self._admission.limiter, self._clock.now()
            if isinstance(error, RateLimitError | RequestTooLargeError):
                refusal = Refusal.parse(error.message)
                limiter.refuse(self._ticket, refusal, error.retry_after, now)
            limiter.observe(self._ticket, limits, now)
        self.end(error)
        return refusal

    def end(self, end: Usage | BaseException | None) -> None:
        """It is over: whole, with its usage if that is known, or with an error."""
        if self._over:
            return
        self._over = True
        if isinstance(end, BaseException):
            self._record(outcome_of(end))
            self._leave_limits(None, unsent=nothing_was_sent(end))
            return
        if self._budget is not None:
            self._budget.earn()
        self._record("success")
        self._leave_limits(end)

    def leave(self, *, unsent: bool = False) -> None:
        """Nobody waits for it any more, or it was not sent at all: no sign of the service."""
        if not self._over:
            self._over = True
            self._record("neutral")
            self._leave_limits(None, unsent=unsent)

    def _record(self, outcome: Outcome) -> None:
        circuit, permit, self._permit = self._circuit, self._permit, None
        if circuit is not None and permit is not None:
            before = circuit.state
            circuit.record(permit, outcome, self._clock.now())
            if self._changed is not None and circuit.state != before:
                self._changed()

    def _leave_limits(self, usage: Usage | None, *, unsent: bool = False) -> None:
        admission, ticket, self._ticket = self._admission, self._ticket, None
        if admission is None or ticket is None:
            return
        if unsent:
            admission.limiter.refund(ticket, self._clock.now())
        else:
            admission.limiter.settle(ticket, usage, self._clock.now())
        admission.changed()
