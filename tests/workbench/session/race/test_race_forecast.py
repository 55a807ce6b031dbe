"""What the limits mean for a race, before it is run."""

import pytest

from client import RateLimit, RateLimits
from workbench.session.race.forecast import pause, shortages
from workbench.session.race.setup import RaceSetup

NOW = 1000.0
SETUP = RaceSetup(models=("a", "b"), prompt="x" * 400, rounds=5, max_completion_tokens=1000)


def seen(*, tokens: int, of: int = 8000, requests: int = 1000, ago: float = 0.0) -> RateLimits:
    return RateLimits(
        tokens=RateLimit(limit=of, remaining=tokens, reset=(of - tokens) * 60 / of, window=60.0),
        requests=RateLimit(
            limit=1000, remaining=requests, reset=(1000 - requests) * 86.4, window=86_400.0
        ),
        received_at=NOW - ago,
    )


def test_a_request_costs_its_text_and_the_bound_of_its_answer() -> None:
    assert SETUP.input_tokens == 104
    assert SETUP.admission_tokens == 1104


def test_a_race_that_fits_has_nothing_to_say() -> None:
    assert shortages(SETUP, {"a": seen(tokens=8000), "b": seen(tokens=5520)}, NOW) == ()


def test_unknown_limits_are_no_shortage() -> None:
    assert shortages(SETUP, {"a": None}, NOW) == ()
    assert pause(SETUP, None, NOW) == 0.0


def test_a_race_larger_than_what_is_left_says_how_long_it_pauses() -> None:
    (short,) = shortages(SETUP, {"a": seen(tokens=8000), "b": seen(tokens=2000)}, NOW)

    assert (short.kind, short.model, short.needed, short.allowed) == ("waits", "b", 5520, 2000)
    assert short.seconds == pytest.approx(3520 * 60 / 8000)
    assert short.text == (
        "The rounds take up to 5,520 tokens, and 2,000 are left of this minute: "
        "pauses of up to 26 s in all."
    )


def test_a_request_larger_than_the_whole_limit_says_what_to_lower() -> None:
    (short,) = shortages(SETUP, {"a": seen(tokens=1000, of=1000)}, NOW)

    assert short.kind == "too large"
    assert short.text == (
        "One request takes 1,104 tokens at admission, and 1,000 a minute are allowed: "
        "lower the longest answer."
    )
    assert pause(SETUP, seen(tokens=0, of=1000), NOW) == 0.0


def test_too_few_requests_of_the_day_are_counted() -> None:
    (short,) = shortages(SETUP, {"a": seen(tokens=8000, requests=3)}, NOW)

    assert short.text == "5 requests are needed, and 3 are left today: run fewer rounds."


def test_what_has_refilled_since_counts() -> None:
    assert pause(SETUP, seen(tokens=104), NOW) == pytest.approx(7.5)
    assert pause(SETUP, seen(tokens=104, ago=5.0), NOW) == pytest.approx(2.5)
    assert pause(SETUP, seen(tokens=104, ago=10.0), NOW) == 0.0
