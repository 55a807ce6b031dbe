"""Policies take numbers that make sense, and refuse the others in words."""

from typing import Any

import pytest

from client import (
    CircuitBreakerPolicy,
    RateLimitError,
    RateLimitPolicy,
    RetryPolicy,
    ValidationError,
)
from client.resilience.retry import worth_retrying


@pytest.mark.parametrize(
    "fields",
    [
        {"attempts": 1, "base": 0, "cap": 0, "patience": 0, "budget": 0},
        {"patience": None, "budget": None},
        {"base": 0.25, "patience": 0.5, "budget": 0.5},
    ],
)
def test_a_retry_policy_may_forbid_or_leave_unbounded(fields: dict[str, Any]) -> None:
    policy = RetryPolicy(**fields)

    assert {name: getattr(policy, name) for name in fields} == fields


@pytest.mark.parametrize(
    "fields", [{"attempts": 0}, {"base": -0.1}, {"cap": -1}, {"patience": -1}, {"budget": -0.5}]
)
def test_a_retry_policy_without_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        RetryPolicy(**fields)

    assert str(caught.value) == "RetryPolicy: `attempts` begins at 1, no number is negative."


@pytest.mark.parametrize("attempt", [66, 1000])
def test_the_bound_of_a_wait_is_finite_however_many_attempts_there_are(attempt: int) -> None:
    policy = RetryPolicy(base=1.0, cap=float("inf"), jitter=lambda: 1.0)

    assert policy.delay_before(attempt) == 2.0**64


@pytest.mark.parametrize(
    "fields",
    [
        {"window": 0.5, "open_for": 0.25, "open_for_at_most": 0.5, "lease": 0.5},
        {"minimum_calls": 1, "connect_failures": 1, "failure_share": 1.0},
    ],
)
def test_a_circuit_breaker_may_be_as_quick_as_one_likes(fields: dict[str, Any]) -> None:
    policy = CircuitBreakerPolicy(**fields)

    assert {name: getattr(policy, name) for name in fields} == fields


@pytest.mark.parametrize(
    "fields",
    [
        {"window": 0},
        {"minimum_calls": 0},
        {"connect_failures": 0},
        {"open_for": 0},
        {"open_for_at_most": -1},
        {"lease": 0},
        {"failure_share": 0},
        {"failure_share": 1.01},
    ],
)
def test_a_circuit_breaker_without_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        CircuitBreakerPolicy(**fields)

    expected = "CircuitBreakerPolicy: every number is positive, shares up to 1."
    assert str(caught.value) == expected


@pytest.mark.parametrize("patience", [None, 0, 0.5, float("inf")])
def test_patience_with_limits_is_any_time_or_for_ever(patience: float | None) -> None:
    assert RateLimitPolicy(patience=patience).patience == patience


@pytest.mark.parametrize("patience", [-0.5, float("nan")])
def test_patience_with_limits_is_not_negative(patience: float) -> None:
    with pytest.raises(ValidationError) as caught:
        RateLimitPolicy(patience=patience)

    assert str(caught.value) == "RateLimitPolicy: `patience` is seconds, or None."


TOO_LARGE = "Rate limit reached (TPM): Limit 6000, Used 0, Requested {}. Please try again in 1s."


@pytest.mark.parametrize(
    ("requested", "header", "worth"),
    [
        (5000, None, True),
        (6000, None, True),
        (6001, None, False),
        (6001, "true", True),
        (6001, " TRUE ", True),
        (6001, "yes", False),
        (5000, "false", False),
    ],
)
def test_the_service_may_overrule_what_seems_hopeless(
    requested: int, header: str | None, worth: bool
) -> None:
    error = RateLimitError(
        TOO_LARGE.format(requested),
        status=429,
        headers={} if header is None else {"x-should-retry": header},
    )

    assert worth_retrying(error) is worth


@pytest.mark.parametrize(
    ("code", "worth"),
    [(None, True), ("rate_limit_exceeded", True), ("spend_limit_reached", False)],
)
def test_an_account_that_is_closed_is_not_asked_again(code: str | None, worth: bool) -> None:
    assert worth_retrying(RateLimitError("No.", status=429, code=code)) is worth
