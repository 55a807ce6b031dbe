"""When a service that fails is left alone (scenarios 40 to 44), in virtual time."""

import pytest

from client import ValidationError
from client.resilience.circuit_breaker import (
    CircuitBreaker,
    CircuitBreakerPolicy,
    Outcome,
    Permit,
    Rejection,
)


def permit_of(circuit: CircuitBreaker, now: float) -> Permit:
    permit = circuit.acquire(now)
    assert isinstance(permit, Permit)
    return permit


def call(circuit: CircuitBreaker, outcome: Outcome, now: float) -> None:
    circuit.record(permit_of(circuit, now), outcome, now)


def opened(now: float = 0.0, policy: CircuitBreakerPolicy | None = None) -> CircuitBreaker:
    circuit = CircuitBreaker(policy)
    for _ in range(10):
        call(circuit, "failure", now)
    assert circuit.state == "open"
    return circuit


def test_it_opens_when_half_of_ten_calls_failed() -> None:
    circuit = CircuitBreaker()
    for index in range(9):
        call(circuit, "failure" if index % 2 else "success", float(index))
    assert circuit.state == "closed"
    call(circuit, "failure", 9.0)
    assert circuit.state == "open"


def test_fewer_than_ten_calls_prove_nothing() -> None:
    circuit = CircuitBreaker()
    for index in range(9):
        call(circuit, "failure", float(index))
    assert circuit.state == "closed"


def test_fewer_failures_than_half_do_not_open_it() -> None:
    circuit = CircuitBreaker()
    for index in range(200):
        call(circuit, "success" if index % 9 < 5 else "failure", index / 10)
    assert circuit.state == "closed"


def test_outcomes_count_for_thirty_seconds() -> None:
    circuit = CircuitBreaker()
    for _ in range(9):
        call(circuit, "failure", 0.0)
    call(circuit, "failure", 30.0)
    assert circuit.state == "closed"
    circuit = CircuitBreaker()
    for _ in range(9):
        call(circuit, "failure", 0.0)
    call(circuit, "failure", 29.9)
    assert circuit.state == "open"


def test_five_connections_that_fail_in_a_row_open_it() -> None:
    circuit = CircuitBreaker()
    for index in range(4):
        call(circuit, "connect failure", float(index))
    assert circuit.state == "closed"
    call(circuit, "connect failure", 4.0)
    assert circuit.state == "open"


@pytest.mark.parametrize("between", ["success", "failure"])
def test_an_answer_in_between_interrupts_the_row(between: Outcome) -> None:
    circuit = CircuitBreaker()
    for _ in range(4):
        call(circuit, "connect failure", 0.0)
    call(circuit, between, 0.0)
    call(circuit, "connect failure", 0.0)
    assert circuit.state == "closed"


def test_a_caller_who_leaves_does_not_interrupt_the_row() -> None:
    circuit = CircuitBreaker()
    for _ in range(4):
        call(circuit, "connect failure", 0.0)
        call(circuit, "neutral", 0.0)
    call(circuit, "connect failure", 0.0)
    assert circuit.state == "open"


def test_43_neutral_outcomes_leave_it_closed() -> None:
    circuit = CircuitBreaker()
    for index in range(100):
        call(circuit, "neutral", index / 10)
    assert circuit.state == "closed"


def test_open_it_rejects_and_says_for_how_long() -> None:
    circuit = opened(now=100.0)
    assert circuit.acquire(100.0) == Rejection(retry_after=5.0)
    assert circuit.acquire(103.0) == Rejection(retry_after=2.0)
    assert circuit.retry_after(103.0) == 2.0
    assert permit_of(circuit, 105.0).probe
    assert circuit.state == "half-open"
    assert circuit.retry_after(105.0) == 0.0


def test_40_half_open_lets_exactly_one_of_twenty_through() -> None:
    circuit = opened()
    answers = [circuit.acquire(5.0) for _ in range(20)]
    assert [isinstance(answer, Permit) for answer in answers] == [True] + [False] * 19


def test_one_good_probe_closes_it() -> None:
    circuit = opened()
    call(circuit, "success", 5.0)
    assert circuit.state == "closed"
    assert not permit_of(circuit, 5.0).probe


def test_41_a_cancelled_probe_lets_the_next_caller_probe_at_once() -> None:
    circuit = opened()
    call(circuit, "neutral", 5.0)
    assert circuit.state == "half-open"
    assert permit_of(circuit, 5.0).probe


def test_42_the_lease_of_a_lost_probe_expires() -> None:
    circuit = opened()
    lost = permit_of(circuit, 5.0)
    assert circuit.acquire(64.9) == Rejection(retry_after=pytest.approx(0.1))
    assert circuit.acquire(6.0) == Rejection(retry_after=5.0)
    second = permit_of(circuit, 65.0)
    assert second.probe
    circuit.record(lost, "failure", 65.0)
    assert circuit.state == "half-open", "the lost probe says nothing any more"
    circuit.record(second, "success", 66.0)
    assert circuit.state == "closed"


def test_a_failing_probe_doubles_the_time_up_to_a_minute() -> None:
    circuit, now, times = opened(), 0.0, []
    for _ in range(7):
        rejection = circuit.acquire(now)
        assert isinstance(rejection, Rejection)
        times.append(rejection.retry_after)
        now += rejection.retry_after
        call(circuit, "failure", now)
    assert times == [5, 10, 20, 40, 60, 60, 60]


def test_after_closing_it_opens_for_the_shortest_time_again() -> None:
    circuit = opened()
    call(circuit, "connect failure", 5.0)
    assert circuit.acquire(5.0) == Rejection(retry_after=10.0)
    call(circuit, "success", 15.0)
    for _ in range(10):
        call(circuit, "failure", 16.0)
    assert circuit.acquire(16.0) == Rejection(retry_after=5.0)


def test_what_failed_before_it_closed_is_forgotten() -> None:
    circuit = opened()
    call(circuit, "success", 5.0)
    for _ in range(9):
        call(circuit, "failure", 5.0)
    assert circuit.state == "closed"


def test_44_a_slow_success_from_before_it_opened_leaves_it_open() -> None:
    circuit = CircuitBreaker()
    slow = permit_of(circuit, 0.0)
    for _ in range(10):
        call(circuit, "failure", 1.0)
    circuit.record(slow, "success", 2.0)
    assert circuit.state == "open"
    assert circuit.acquire(2.0) == Rejection(retry_after=4.0)
    permit_of(circuit, 6.0)
    circuit.record(slow, "success", 6.0)
    assert circuit.state == "half-open"


def test_55_a_clock_set_back_does_not_keep_it_open() -> None:
    circuit = opened(now=10_000.0)
    assert circuit.retry_after(6_400.0) <= 5.0
    assert circuit.acquire(6_400.0) == Rejection(retry_after=5.0)
    permit_of(circuit, 6_405.0)
    assert isinstance(circuit.acquire(2_805.0), Rejection)
    assert permit_of(circuit, 2_865.0).probe


def test_55_a_clock_set_back_makes_earlier_outcomes_unknown() -> None:
    circuit = CircuitBreaker()
    for _ in range(9):
        call(circuit, "failure", 5_000.0)
    call(circuit, "failure", 1_400.0)
    assert circuit.state == "closed"


@pytest.mark.parametrize(
    "field",
    [
        {"window": 0},
        {"minimum_calls": 0},
        {"failure_share": 0},
        {"failure_share": 1.1},
        {"connect_failures": 0},
        {"open_for": 0},
        {"open_for_at_most": -1},
        {"lease": 0},
    ],
)
def test_a_breaker_that_makes_no_sense_is_refused(field: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        CircuitBreakerPolicy(**field)  # type: ignore[arg-type]


def test_after_a_probe_that_went_well_it_opens_for_as_long_as_at_first() -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(connect_failures=1))
    now = 0.0
    for expected in (5.0, 10.0):
        permit = breaker.acquire(now)
        assert isinstance(permit, Permit)
        breaker.record(permit, "connect failure", now)
        assert breaker.retry_after(now) == expected
        now += expected
    permit = breaker.acquire(now)
    assert isinstance(permit, Permit)
    breaker.record(permit, "success", now)
    permit = breaker.acquire(now)
    assert isinstance(permit, Permit)
    breaker.record(permit, "connect failure", now)

    assert breaker.retry_after(now) == 5.0
    assert breaker.retry_after(now + 4.75) == 0.25
    assert breaker.retry_after(now + 60) == 0.0


def test_every_change_of_state_begins_another_generation_with_nothing_counted() -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(connect_failures=2, minimum_calls=2))
    for _ in range(2):
        permit = breaker.acquire(0.0)
        assert isinstance(permit, Permit)
        breaker.record(permit, "connect failure", 0.0)
    assert (breaker.state, breaker.generation) == ("open", 1)
    probe = breaker.acquire(5.0)
    assert probe == Permit(generation=2, probe=True)
    breaker.record(probe, "success", 5.0)
    assert (breaker.state, breaker.generation) == ("closed", 3)

    for outcome in ("success", "success", "connect failure"):  # one in three, and one in a row
        permit = breaker.acquire(6.0)
        assert isinstance(permit, Permit)
        breaker.record(permit, outcome, 6.0)
        assert breaker.state == "closed"


def test_what_leaves_the_window_no_longer_counts_as_a_failure() -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(window=10.0, minimum_calls=3))

    def call(now: float, outcome: Outcome) -> None:
        permit = breaker.acquire(now)
        assert isinstance(permit, Permit)
        breaker.record(permit, outcome, now)

    for now, outcome in ((0.0, "failure"), (0.5, "failure")):
        call(now, outcome)  # type: ignore[arg-type]
    for now in (10.6, 10.7, 10.8):
        call(now, "success")
    call(10.9, "failure")  # one in four

    assert breaker.state == "closed"
    call(11.0, "failure")
    assert breaker.state == "closed"  # two in five
    call(11.1, "failure")
    assert breaker.state == "open"


@pytest.mark.parametrize("begun", [0.0, 0.5, 1000.0])
def test_a_fresh_circuit_is_of_generation_zero_and_counts_from_nothing(begun: float) -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(connect_failures=1, open_for=5.0))
    permit = breaker.acquire(begun)

    assert permit == Permit(generation=0)
    breaker.record(permit, "connect failure", begun)
    left = breaker.acquire(begun + 4.5)
    assert isinstance(left, Rejection)
    assert left.retry_after == 0.5


def test_a_row_of_connections_that_failed_does_not_outlive_a_change_of_state() -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(connect_failures=2))

    def fail(now: float) -> None:
        permit = breaker.acquire(now)
        assert isinstance(permit, Permit)
        breaker.record(permit, "connect failure", now)

    fail(0.0)
    fail(0.0)
    probe = breaker.acquire(5.0)
    assert isinstance(probe, Permit)
    breaker.record(probe, "success", 5.0)
    fail(6.0)
    assert breaker.state == "closed"
    fail(6.0)
    assert breaker.state == "open"


def test_a_clock_set_back_forgets_every_failure() -> None:
    breaker = CircuitBreaker(CircuitBreakerPolicy(minimum_calls=2, failure_share=1.0))
    for now, outcome in ((100.0, "failure"), (50.0, "success"), (50.0, "failure")):
        permit = breaker.acquire(now)
        assert isinstance(permit, Permit)
        breaker.record(permit, outcome, now)  # type: ignore[arg-type]

        assert breaker.state == "closed"
