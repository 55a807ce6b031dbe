"""Limits read from real headers, and the arithmetic of their refilling."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import RateLimit, RateLimits

WIRE = Path(__file__).parents[2].parent / "shared" / "wire"

# limit, remaining, reset of real answers; the window in seconds
REAL = [
    (1000, 989, "15m50.4s", 86_400),
    (14_400, 14_399, "6s", 86_400),
    (12_000, 11_894, "530ms", 60),
    (250_000, 249_969, "7.44ms", 60),
    (500_000, 499_999, "172.799999ms", 86_400),
    (2000, 1999, "43.2s", 86_400),
]


def read(kind: str, limit: int, remaining: int, reset: str | None) -> RateLimit:
    headers = {
        f"x-ratelimit-limit-{kind}": str(limit),
        f"x-ratelimit-remaining-{kind}": str(remaining),
    }
    if reset is not None:
        headers[f"x-ratelimit-reset-{kind}"] = reset
    limits = RateLimits.from_headers(headers, received_at=5.0)
    assert limits is not None
    assert limits.received_at == 5.0
    bucket = {"requests": limits.requests, "tokens": limits.tokens}[kind]
    assert bucket is not None
    return bucket


@pytest.mark.parametrize(("limit", "remaining", "reset", "window"), REAL)
def test_a_real_reset_is_the_time_until_the_bucket_is_full(
    limit: int, remaining: int, reset: str, window: int
) -> None:
    bucket = read("requests" if window == 86_400 else "tokens", limit, remaining, reset)

    assert bucket.window == window
    assert bucket.full_in(0) == pytest.approx((limit - remaining) * window / limit, abs=1e-5)
    assert bucket.level(0) == pytest.approx(remaining, abs=0.001)
    assert bucket.level(bucket.full_in(0)) == pytest.approx(limit)
    assert bucket.full_in(bucket.full_in(0)) == 0


def test_a_missing_reset_follows_from_the_level() -> None:
    assert read("tokens", 8000, 6000, None).reset == 15.0


def test_a_bucket_refills_continuously_and_never_over_its_edge() -> None:
    bucket = read("tokens", 6000, 0, "60s")

    assert bucket.level(6) == 600
    assert bucket.level(-5) == 0
    assert bucket.level(600) == 6000
    assert bucket.full_in(6) == 54


def test_the_fraction_that_remaining_leaves_out_is_told_by_the_reset() -> None:
    bucket = read("requests", 14_400, 14_398, "10.332999999s")

    assert bucket.reported_level == pytest.approx(14_398.278, abs=0.001)
    assert bucket.level(bucket.reset) == pytest.approx(14_400)


def test_a_reset_that_contradicts_the_level_does_not_raise_it() -> None:
    assert read("tokens", 8000, 100, "1s").level(0) == 100


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 1e6))
def test_a_level_is_never_below_what_was_reported_nor_above_the_limit(
    limit: int, part: float, elapsed: float
) -> None:
    bucket = read("tokens", limit, int(limit * part), None)

    assert int(limit * part) <= bucket.level(elapsed) <= limit
    assert bucket.full_in(elapsed) >= 0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"x-ratelimit-limit-tokens": "0"},
        {"x-ratelimit-limit-tokens": "-5"},
        {"x-ratelimit-limit-tokens": "8e3"},
        {"x-ratelimit-limit-tokens": "9" * 30},
        {"x-ratelimit-remaining-tokens": ""},
        {"x-ratelimit-remaining-tokens": "\u0663"},
    ],
)
def test_a_malformed_trio_counts_as_absent(spoilt: dict[str, str]) -> None:
    headers = {"x-ratelimit-limit-tokens": "8000", "x-ratelimit-remaining-tokens": "1", **spoilt}

    assert RateLimits.from_headers(headers, received_at=0) is None


def test_answers_without_limits_have_none() -> None:
    assert RateLimits.from_headers({"content-type": "x"}, received_at=0) is None


def test_what_is_left_now_is_told_by_the_clients_clock() -> None:
    headers = {
        "x-ratelimit-limit-tokens": "6000",
        "x-ratelimit-remaining-tokens": "3000",
        "x-ratelimit-reset-tokens": "30s",
        "x-ratelimit-limit-requests": "1000",
        "x-ratelimit-remaining-requests": "1000",
        "x-ratelimit-reset-requests": "0s",
    }
    limits = RateLimits.from_headers(headers, received_at=100.0)

    assert limits is not None
    assert limits.tokens_left(100.0) == 3000
    assert limits.tokens_left(110.0) == 4000
    assert limits.tokens_left(1000.0) == 6000
    assert limits.requests_left(100.0) == 1000
    assert limits.audio_seconds_left(100.0) is None


def recorded_limits() -> list[Any]:
    found = []
    for path in sorted(WIRE.glob("*/response.json")) if WIRE.is_dir() else []:
        headers = json.loads(path.read_text())["headers"]
        if any(name.startswith("x-ratelimit") for name in headers):
            found.append(pytest.param(headers, id=path.parent.name))
    return found


@pytest.mark.parametrize("headers", recorded_limits())
def test_every_recorded_trio_obeys_the_arithmetic(headers: dict[str, str]) -> None:
    limits = RateLimits.from_headers(headers, received_at=0)

    assert limits is not None
    for bucket in (limits.requests, limits.tokens, limits.audio_seconds):
        if bucket is not None:
            one = bucket.window / bucket.limit
            full = (bucket.limit - bucket.remaining) * one
            assert full - one < bucket.reset <= full + 0.001
            assert bucket.remaining <= bucket.level(0) <= bucket.remaining + 1


def test_recorded_limits_are_here(wire: Path) -> None:
    assert len(recorded_limits()) == 14
