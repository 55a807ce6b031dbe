"""The rate limiter against a model of its queue, step by step in virtual time."""

import math

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
)

from client import RateLimit, RateLimits, Usage
from client.ports import Cost
from client.resilience.buckets import Dimension
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
from tests.client.resilience.machines import Counted, seconds, walk

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
        # a day's bucket, and what earlier calls took beyond their estimates
        assert due is None or due - self.now <= 86_400 * 5

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


def test_the_limiter_holds_its_rules_at_every_step() -> None:
    walk(LimiterMachine)
