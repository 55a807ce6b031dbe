"""Whether and when a request is sent again (scenarios 31 to 37), decided without waiting."""

import math
from collections.abc import Callable

import pytest

from client import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CapacityExceededError,
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    GroqError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004 - the client's
    UnprocessableEntityError,
    ValidationError,
)
from client.codec import decode_error
from client.resilience.rate_limit import RateLimitPolicy
from client.resilience.retry import (
    GiveUp,
    Retry,
    RetryBudget,
    RetryPolicy,
    cost_of,
    worth_retrying,
)

TPM = "on tokens per minute (TPM): Limit 8000, Used 6577, Requested 2112."


def always(number: float) -> Callable[[], float]:
    return lambda: number


def refused_certificate() -> ConnectionError:
    error = ConnectionError("The host does not prove who it is.", phase="connect")
    error.retryable = False
    return error


RETRIED: list[GroqError] = [
    *(APIError("x", status=status) for status in (408, 409)),
    RateLimitError("x", status=429),
    RateLimitError(f"Rate limit reached {TPM}", status=429),
    CapacityExceededError("x", status=498),
    *(ServerError("x", status=status) for status in (500, 502, 503, 504, 507, 520, 529)),
    ConnectionError("x"),
    ConnectionError("x", phase="connect"),
    *(TimeoutError("x", phase=phase) for phase in ("connect", "first byte", "idle", "write")),
]
NEVER: list[GroqError] = [
    BadRequestError("x", status=400),
    AuthenticationError("x", status=401),
    PermissionDeniedError("x", status=403),
    NotFoundError("x", status=404),
    RequestTooLargeError("x", status=413),
    UnprocessableEntityError("x", status=422),
    APIError("x", status=424),
    ServerError("x", status=501),
    ServerError("x", status=505),
    RateLimitError("(TPM): Limit 8000, Requested 32979", status=429),
    RateLimitError("x", status=429, code="spend_limit_reached"),
    RateLimitError("x", status=429, code="organization_restricted"),
    ServerError("x", status=500, code="blocked_api_access"),
    TimeoutError("x", phase="pool"),
    TimeoutError("x", phase="total"),
    refused_certificate(),
    ProtocolError("x"),
    ValidationError("x"),
    CircuitOpenError("x"),
    StreamInterruptedError("x"),
]


@pytest.mark.parametrize("error", RETRIED, ids=lambda e: f"{type(e).__name__} {e}")
def test_what_may_pass_is_sent_again(error: GroqError) -> None:
    assert isinstance(RetryPolicy().decide(error, attempt=1), Retry)


@pytest.mark.parametrize("error", NEVER, ids=lambda e: f"{type(e).__name__} {e}")
def test_what_cannot_pass_is_never_sent_again(error: GroqError) -> None:
    assert RetryPolicy().decide(error, attempt=1) == GiveUp(reason="not retryable")


@pytest.mark.parametrize("status", [400, 401, 404, 413, 422, 501])
def test_x_should_retry_true_is_obeyed(status: int) -> None:
    error = decode_error(status, {"x-should-retry": "true"}, b"", wall_time=0)
    assert worth_retrying(error)


@pytest.mark.parametrize("status", [408, 409, 429, 498, 500, 503])
def test_x_should_retry_false_is_obeyed(status: int) -> None:
    error = decode_error(status, {"x-should-retry": "false"}, b"", wall_time=0)
    assert not worth_retrying(error)


def test_x_should_retry_of_another_word_says_nothing() -> None:
    assert worth_retrying(decode_error(503, {"x-should-retry": "maybe"}, b"", wall_time=0))
    assert not worth_retrying(decode_error(400, {"x-should-retry": "maybe"}, b"", wall_time=0))


@pytest.mark.parametrize(
    ("attempt", "bound"), [(2, 0.5), (3, 1.0), (4, 2.0), (5, 4.0), (6, 8.0), (7, 8.0), (5000, 8.0)]
)
def test_the_bound_of_the_wait_doubles_up_to_a_cap(attempt: int, bound: float) -> None:
    assert RetryPolicy(jitter=always(1.0)).delay_before(attempt) == bound
    assert RetryPolicy(jitter=always(0.25)).delay_before(attempt) == bound / 4
    assert RetryPolicy(jitter=always(0.0)).delay_before(attempt) == 0


@pytest.mark.parametrize(
    ("asked", "longest"), [(1.0, 1.25), (4.0, 5.0), (8.0, 10.0), (40.0, 42.0), (0.0, 0.0)]
)
def test_retry_after_is_waited_for_and_a_little_more(asked: float, longest: float) -> None:
    assert RetryPolicy(jitter=always(0.0)).delay_before(2, asked) == asked
    assert RetryPolicy(jitter=always(1.0)).delay_before(2, asked) == pytest.approx(longest)
    assert RetryPolicy(jitter=always(1.0)).delay_before(9, asked) == pytest.approx(longest)


def test_the_last_attempt_is_the_last() -> None:
    error, policy = ServerError("x", status=503), RetryPolicy(attempts=3)
    assert isinstance(policy.decide(error, attempt=2), Retry)
    assert policy.decide(error, attempt=3) == GiveUp(reason="attempts")
    assert RetryPolicy(attempts=1).decide(error, attempt=1) == GiveUp(reason="attempts")


def test_a_wait_beyond_the_patience_is_not_begun() -> None:
    error = RateLimitError("x", status=429, retry_after=600)
    assert RetryPolicy().decide(error, attempt=1) == GiveUp(reason="patience")


def test_patience_counts_all_waits_of_a_call() -> None:
    error = RateLimitError("x", status=429, retry_after=20)
    policy = RetryPolicy(jitter=always(0.0))
    assert isinstance(policy.decide(error, attempt=1, waited=40), Retry)
    assert policy.decide(error, attempt=1, waited=40.1) == GiveUp(reason="patience")


def test_a_call_may_bring_its_own_patience() -> None:
    error = RateLimitError("x", status=429, retry_after=600)
    policy = RetryPolicy(jitter=always(0.0))
    assert isinstance(policy.decide(error, attempt=1, patience=600), Retry)
    assert policy.decide(error, attempt=1, patience=0) == GiveUp(reason="patience")
    forever = RetryPolicy(jitter=always(0.0), patience=None)
    assert isinstance(forever.decide(error, attempt=1), Retry)
    assert isinstance(policy.decide(error, attempt=1, patience=math.inf), Retry)


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    error = RateLimitError("x", status=429, retry_after=5)
    policy = RetryPolicy(jitter=always(0.0))
    assert policy.decide(error, attempt=1, time_left=5) == GiveUp(reason="deadline")
    assert isinstance(policy.decide(error, attempt=1, time_left=5.1), Retry)


def test_a_body_that_cannot_be_sent_twice_is_not() -> None:
    decision = RetryPolicy().decide(ConnectionError("x"), attempt=1, replayable=False)
    assert decision == GiveUp(reason="not replayable")


RETRY_AFTER = [
    ({"retry-after": "2"}, 2.0),
    ({"retry-after": "0.25"}, 0.25),
    ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
    ({"retry-after": "1m26.4s"}, 86.4),
    ({"retry-after": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10.0),
    ({"retry-after": "Tue, 14 Nov 2000 22:13:20 GMT"}, 0.0),
    ({"retry-after": "nan"}, None),
    ({"retry-after": "inf"}, None),
    ({"retry-after": "-1"}, None),
    ({"retry-after": "9" * 35}, None),
    ({"retry-after": "soon"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), RETRY_AFTER, ids=str)
def test_37_every_form_of_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    error = decode_error(503, headers, b"", wall_time=1_700_000_000)
    policy = RetryPolicy(jitter=always(0.0), base=0.125, cap=0.125, patience=None)
    decision = policy.decide(error, attempt=1)
    assert isinstance(decision, Retry)
    assert decision.delay == (0.0 if seconds is None else pytest.approx(seconds))
    bounded = RetryPolicy(jitter=always(1.0), patience=None).decide(error, attempt=1)
    assert isinstance(bounded, Retry)
    assert bounded.delay <= (0.5 if seconds is None else seconds + 2)


def test_the_text_says_when_to_try_again_where_no_header_does() -> None:
    body = b'{"error":{"message":"Rate limit reached. Please try again in 5.1675s."}}'
    decision = RetryPolicy(jitter=always(0.0)).decide(
        decode_error(429, {}, body, wall_time=0), attempt=1
    )
    assert decision == Retry(delay=5.1675, cost=5.0)


def test_a_throttled_retry_costs_less_than_one_after_a_failure() -> None:
    assert cost_of(RateLimitError("x", status=429)) == 5
    assert cost_of(CapacityExceededError("x", status=498)) == 5
    assert cost_of(ServerError("x", status=503)) == 10
    assert cost_of(ConnectionError("x")) == 10


def test_the_budget_pays_for_ten_retries_and_then_no_more() -> None:
    budget = RetryBudget()
    assert [budget.spend(10) for _ in range(12)] == [True] * 10 + [False] * 2
    assert budget.level == 0


def test_successes_earn_retries_but_never_more_than_the_budget_holds() -> None:
    budget = RetryBudget(20)
    budget.earn()
    assert budget.level == 20
    budget.spend(20)
    for _ in range(9):
        budget.earn()
    assert not budget.spend(10)
    budget.earn()
    assert budget.spend(10)


@pytest.mark.parametrize(
    "field", [{"attempts": 0}, {"base": -1.0}, {"cap": -1.0}, {"patience": -1.0}, {"budget": -1.0}]
)
def test_a_policy_that_makes_no_sense_is_refused(field: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        RetryPolicy(**field)  # type: ignore[arg-type]


def test_neither_is_waiting_for_limits_less_than_no_time() -> None:
    with pytest.raises(ValidationError):
        RateLimitPolicy(patience=-1)
