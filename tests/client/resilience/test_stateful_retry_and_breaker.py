"""Budget and breaker against models of themselves, step by step in virtual time."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from client import APIError, ConnectionError, GroqError  # noqa: A004
from client.resilience.circuit_breaker import CircuitBreaker, Outcome, Permit, Rejection
from client.resilience.retry import GiveUp, Retry, RetryBudget, RetryPolicy
from tests.client.resilience.machines import Counted, seconds, walk

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


def test_the_budget_holds_its_rules_at_every_step() -> None:
    walk(RetryMachine)


def test_the_breaker_holds_its_rules_at_every_step() -> None:
    walk(BreakerMachine)
