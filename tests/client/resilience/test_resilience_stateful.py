"""Budget, breaker and limiter against models of themselves, step by step in virtual time.

``RESILIENCE_STEPS=100000`` asks for so many steps of them together; by default there are fewer.
"""

import math
import os
import random
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from client import APIError, ConnectionError, GroqError, RateLimit, RateLimits, Usage  # noqa: A004
from client.ports import Cost
from client.resilience.buckets import Dimension
from client.resilience.circuit_breaker import CircuitBreaker, Outcome, Permit, Rejection
from client.resilience.rate_limit import (
    Admitted,
    Decision,
    Queued,
    RateLimiter,
    Ticket,
    TooLarge,
    TooLong,
)
from client.resilience.refusal import Refusal
from client.resilience.retry import GiveUp, Retry, RetryBudget, RetryPolicy

STEPS = int(os.environ.get("RESILIENCE_STEPS", "6000"))
STEPS_OF_AN_EXAMPLE = 60

seconds = st.floats(0, 90, allow_nan=False)


class Counted(RuleBasedStateMachine):
    """Counts its steps, over all examples."""

    steps = 0

    def step(self) -> None:
        type(self).steps += 1


# Retries and their budget


@dataclass
class Failing:
    """A call under way: its attempts and waits so far."""

    attempt: int = 1
    waited: float = 0.0


class RetryMachine(Counted):
    """Many calls fail and are sent again on one budget."""

    def __init__(self) -> None:
        super().__init__()
        self.random = random.Random(1)
        self.policy = RetryPolicy(jitter=self.random.random)
        self.budget = RetryBudget()
        self.calls: list[Failing] = []
        self.spent = 0.0
        self.earned = 0

    @rule()
    def begin(self) -> None:
        self.step()
        self.calls.append(Failing())

    @precondition(lambda self: self.calls)
    @rule(
        data=st.data(),
        status=st.sampled_from([400, 408, 413, 429, 498, 500, 501, 503, 0]),
        retry_after=st.none() | st.floats(0, 100),
        patience=st.none() | st.floats(0, 120),
        time_left=st.none() | st.floats(0, 60),
    )
    def fail(
        self,
        data: st.DataObject,
        status: int,
        retry_after: float | None,
        patience: float | None,
        time_left: float | None,
    ) -> None:
        self.step()
        call = data.draw(st.sampled_from(self.calls))
        error = _error(status, retry_after)
        decision = self.policy.decide(
            error,
            attempt=call.attempt,
            waited=call.waited,
            patience=patience,
            time_left=time_left,
        )
        may = status in (408, 429, 498, 500, 503, 0)
        allowed = 60.0 if patience is None else patience
        if isinstance(decision, GiveUp):
            assert (
                not may
                or call.attempt >= 3
                or retry_after is not None
                or (allowed < call.waited + 8 or (time_left is not None and time_left < 8))
            )
            self.calls.remove(call)
            return
        assert may
        assert call.attempt < 3
        self._check_delay(decision, call, None if status == 0 else retry_after)
        assert call.waited + decision.delay <= allowed
        assert time_left is None or decision.delay < time_left
        before = self.budget.level
        if self.budget.spend(decision.cost):
            self.spent += decision.cost
            call.attempt += 1
            call.waited += decision.delay
        else:
            assert before < decision.cost
            assert self.budget.level == before
            self.calls.remove(call)

    def _check_delay(self, decision: Retry, call: Failing, retry_after: float | None) -> None:
        if retry_after is None:
            assert 0 <= decision.delay <= 0.5 * 2 ** (call.attempt - 1)
        else:
            assert retry_after <= decision.delay <= retry_after + min(retry_after / 4, 2)

    @precondition(lambda self: self.calls)
    @rule()
    def succeed(self) -> None:
        self.step()
        self.calls.pop()
        self.budget.earn()
        self.earned += 1

    @invariant()
    def the_budget_bounds_all_retries(self) -> None:
        assert 0 <= self.budget.level <= 100
        assert self.spent <= 100 + self.earned


def _error(status: int, retry_after: float | None) -> GroqError:
    if status == 0:
        return ConnectionError("x")
    kinds: dict[int, str] = {429: "RateLimitError", 498: "CapacityExceededError"}
    name = kinds.get(status, "ServerError" if status >= 500 else "APIError")
    from client import errors

    kind: type[APIError] = getattr(errors, name)
    return kind("x", status=status, retry_after=retry_after)


# The circuit breaker


class BreakerMachine(Counted):
    """Calls overlap, end in any order and way; a second account of the rules is kept here."""

    def __init__(self) -> None:
        super().__init__()
        self.circuit = CircuitBreaker()
        self.now = 0.0
        self.flying: list[Permit] = []
        self.state = "closed"
        self.history: list[tuple[float, Outcome]] = []
        self.opened_at = 0.0
        self.open_for = 5.0
        self.probe: tuple[Permit, float] | None = None
        self.current: set[int] = set()  # ids of permits of this period

    @rule(by=seconds)
    def pass_time(self, by: float) -> None:
        self.step()
        self.now += by

    @rule()
    def call(self) -> None:
        self.step()
        answer = self.circuit.acquire(self.now)
        if self.state == "open" and self.now >= self.opened_at + self.open_for:
            self._enter("half-open")
        if self.state == "half-open" and self.probe and self.now >= self.probe[1] + 60:
            self._enter("half-open")
        if self.state == "closed":
            assert isinstance(answer, Permit)
            assert not answer.probe
        elif self.state == "open":
            assert isinstance(answer, Rejection)
            left = self.opened_at + self.open_for - self.now
            assert answer.retry_after == pytest.approx(left)
        elif self.probe is None:
            assert isinstance(answer, Permit)
            assert answer.probe
            self.probe = (answer, self.now)
        else:
            assert isinstance(answer, Rejection)
            assert 0 < answer.retry_after <= 5
        if isinstance(answer, Permit):
            self.flying.append(answer)
            self.current.add(id(answer))

    @precondition(lambda self: self.flying)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(["success", "failure", "connect failure", "neutral"]),
    )
    def finish(self, data: st.DataObject, outcome: Outcome) -> None:
        self.step()
        index = data.draw(st.integers(0, len(self.flying) - 1))
        permit = self.flying.pop(index)
        counts = id(permit) in self.current
        self.current.discard(id(permit))
        self.circuit.record(permit, outcome, self.now)
        if not counts:
            return
        if self.state == "half-open":
            self._finish_probe(outcome)
        elif outcome != "neutral":
            self.history.append((self.now, outcome))
            if self._sick():
                self.open_for, self.opened_at = 5.0, self.now
                self._enter("open")

    def _finish_probe(self, outcome: Outcome) -> None:
        self.probe = None
        if outcome == "success":
            self._enter("closed")
        elif outcome != "neutral":
            self.open_for, self.opened_at = min(60.0, self.open_for * 2), self.now
            self._enter("open")

    def _sick(self) -> bool:
        recent = [outcome for at, outcome in self.history if self.now - at < 30]
        failures = len([outcome for outcome in recent if outcome != "success"])
        in_a_row = [outcome for _, outcome in self.history][-5:]
        return (len(recent) >= 10 and failures * 2 >= len(recent)) or (
            in_a_row == ["connect failure"] * 5
        )

    def _enter(self, state: str) -> None:
        self.state = state
        self.history, self.probe, self.current = [], None, set()

    @invariant()
    def both_accounts_agree(self) -> None:
        assert self.circuit.state == self.state

    @invariant()
    def the_wait_is_never_longer_than_a_minute(self) -> None:
        assert 0 <= self.circuit.retry_after(self.now) <= 60


# The rate limiter


class LimiterMachine(Counted):
    """Requests come, wait, leave and are answered; others use the quota; the clock may jump."""

    def __init__(self) -> None:
        super().__init__()
        self.limiter = RateLimiter()
        self.now = 1000.0
        self.waiting: list[Ticket] = []  # in the order of their coming
        self.flying: list[Ticket] = []

    def _take(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            assert decision.ticket in self.waiting
            if isinstance(decision, Admitted):
                patient = [t for t in self.waiting if t is not decision.ticket]
                came_before = self.waiting[: self.waiting.index(decision.ticket)]
                refused = {d.ticket for d in decisions if not isinstance(d, Admitted)}
                assert set(came_before) <= refused, "first come, first served"
                self.waiting = patient
                self.flying.append(decision.ticket)
            else:
                self.waiting.remove(decision.ticket)

    @rule(by=seconds)
    def pass_time(self, by: float) -> None:
        self.step()
        self.now += by
        self._take(self.limiter.advance(self.now))

    @rule()
    def wait_for_the_head(self) -> None:
        self.step()
        due = self.limiter.next_at(self.now)
        if due is None:
            assert not self.waiting
            return
        head = self.waiting[0]
        assert due > self.now, "nobody waits who could go"
        self.now = due
        self._take(self.limiter.advance(self.now))
        assert head not in self.waiting, "the timer of the head is exact"

    @rule(by=st.floats(0, 7200))
    def set_the_clock_back(self, by: float) -> None:
        self.step()
        self.now -= by
        self._take(self.limiter.advance(self.now))
        due = self.limiter.next_at(self.now)
        assert due is None or due - self.now <= 86_400 * 2

    @rule(
        size=st.integers(0, 7000),
        bound=st.none() | st.integers(0, 2000),
        patience=st.none() | st.floats(0, 120),
    )
    def come(self, size: int, bound: int | None, patience: float | None) -> None:
        self.step()
        self._take(self.limiter.advance(self.now))
        cost = Cost(input_tokens=size, max_completion_tokens=bound)
        decision = self.limiter.admit(cost, now=self.now, patience=patience)
        match decision:
            case Admitted(ticket=ticket):
                assert not self.waiting, "nobody is overtaken"
                self.flying.append(ticket)
            case Queued(ticket=ticket):
                assert decision.seconds > 0 or self.waiting
                assert patience is None or decision.seconds <= patience
                self.waiting.append(ticket)
                assert decision.position == len(self.waiting)
            case TooLong():
                assert patience is not None
                assert decision.seconds > patience
            case TooLarge():
                assert decision.needed > decision.limit

    @precondition(lambda self: self.waiting or self.flying)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        self.step()
        ticket = data.draw(st.sampled_from(self.waiting + self.flying))
        before = self._levels()
        self.limiter.refund(ticket, self.now)
        if ticket in self.flying:
            self.flying.remove(ticket)
            for dimension, bucket in self.limiter.buckets.items():
                full = min(bucket.capacity, before[dimension] + ticket.need[dimension])
                assert bucket.level == pytest.approx(full)
        else:
            self.waiting.remove(ticket)
            assert self._levels() == before
        self.limiter.refund(ticket, self.now)
        self._take(self.limiter.advance(self.now))

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), total=st.none() | st.integers(0, 9000), cached=st.integers(0, 500))
    def end(self, data: st.DataObject, total: int | None, cached: int) -> None:
        self.step()
        ticket = data.draw(st.sampled_from(self.flying))
        self.flying.remove(ticket)
        before = self._levels()
        usage = None
        if total is not None:
            usage = Usage.model_validate(
                {"total_tokens": total, "prompt_tokens_details": {"cached_tokens": cached}}
            )
        self.limiter.settle(ticket, usage, self.now)
        for dimension, bucket in self.limiter.buckets.items():
            back = 0.0
            if total is not None and dimension in ("TPM", "TPD"):
                back = ticket.need[dimension] - total + cached
            expected = min(bucket.capacity, before[dimension] + back)
            assert bucket.level == pytest.approx(expected)
        self._take(self.limiter.advance(self.now))

    @precondition(lambda self: self.flying)
    @rule(data=st.data(), limit=st.sampled_from([1000, 6000, 8000]), used=st.floats(-1, 1))
    def answer(self, data: st.DataObject, limit: int, used: float) -> None:
        self.step()
        ticket = data.draw(st.sampled_from(self.flying))
        left = limit * (1 - abs(used)) if used >= 0 else -limit * abs(used) / 2
        before = self._levels()
        self.limiter.observe(ticket, _limits(limit, left), self.now)
        bucket = self.limiter.buckets["TPM"]
        assert bucket.capacity in (1000, 6000, 8000)
        if len(self.flying) > 1 and "TPM" in before:
            assert bucket.level <= before["TPM"] + 1e-6, "no raise while something is in flight"
        self._take(self.limiter.advance(self.now))

    @precondition(lambda self: self.flying)
    @rule(
        data=st.data(),
        dimension=st.sampled_from(["TPM", "TPD", "RPM", "RPD", None]),
        wait=st.none() | st.floats(0, 200),
    )
    def refuse(self, data: st.DataObject, dimension: Dimension | None, wait: float | None) -> None:
        self.step()
        ticket = data.draw(st.sampled_from(self.flying))
        self.flying.remove(ticket)
        named = None
        if dimension is not None:
            limit = 30 if dimension == "RPM" else 6000
            named = Refusal(dimension=dimension, limit=limit, used=limit, requested=1)
        self.limiter.refuse(ticket, named, wait, self.now)
        self._take(self.limiter.advance(self.now))
        if wait and self.waiting:
            due = self.limiter.next_at(self.now)
            assert due is not None
            uses = named is None or self.waiting[0].need[named.dimension] > 0
            assert not uses or due >= self.now + wait - 1e-6

    def _levels(self) -> dict[Dimension, float]:
        for bucket in self.limiter.buckets.values():
            bucket.refill(self.now)
        return {dimension: bucket.level for dimension, bucket in self.limiter.buckets.items()}

    @invariant()
    def nobody_is_lost(self) -> None:
        assert self.limiter.queued == len(self.waiting)
        assert self.limiter.in_flight == len(self.flying)
        assert (self.limiter.head is self.waiting[0]) if self.waiting else not self.limiter.head

    @invariant()
    def no_bucket_holds_more_than_it_can(self) -> None:
        for bucket in self.limiter.buckets.values():
            assert bucket.level <= bucket.capacity + 1e-9
            assert math.isfinite(bucket.level)

    @invariant()
    def the_sum_of_the_queue_is_right(self) -> None:
        for dimension, total in self.limiter._queued.items():
            expected = sum(ticket.need[dimension] for ticket in self.waiting)
            assert total == pytest.approx(expected, abs=1e-6)

    def teardown(self) -> None:
        """Everything that ends leaves full buckets, an empty queue, and nothing in flight."""
        for ticket in self.waiting + self.flying:
            self.limiter.refund(ticket, self.now)
        self.now += 10 * 86_400
        for dimension, level in self._levels().items():
            assert level == self.limiter.buckets[dimension].capacity
        assert (self.limiter.queued, self.limiter.in_flight) == (0, 0)


def _limits(limit: int, left: float) -> RateLimits:
    return RateLimits(
        tokens=RateLimit(
            limit=limit,
            remaining=max(0, math.floor(left)),
            reset=(limit - left) * 60 / limit,
            window=60.0,
        )
    )


@pytest.mark.parametrize("machine", [RetryMachine, BreakerMachine, LimiterMachine])
def test_the_rules_hold_at_every_step(machine: type[Counted]) -> None:
    machine.steps = 0
    wanted = STEPS // 3 + 1
    chosen = settings(
        max_examples=max(1, wanted // STEPS_OF_AN_EXAMPLE),
        stateful_step_count=STEPS_OF_AN_EXAMPLE,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    while machine.steps < wanted:
        run_state_machine_as_test(machine, settings=chosen)
    assert machine.steps >= wanted
