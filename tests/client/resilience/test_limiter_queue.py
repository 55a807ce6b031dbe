"""The queue of a limiter: who stands where, how long it takes, and who has had enough."""

import pytest

from client import Usage
from client.ports import Cost
from client.resilience.buckets import Dimension
from client.resilience.rate_limit import Admitted, Queued, RateLimiter, TooLarge, TooLong
from client.resilience.refusal import Refusal
from tests.client.resilience.test_rate_limit import T0, admitted, limits, queue, tokens, told


def seconds_of(limiter: RateLimiter, *places: object) -> list[float]:
    """How long each has to wait as things stand, in seconds; 100 tokens come back in each."""
    found = [limiter.place(place.ticket, T0) for place in places]  # type: ignore[attr-defined]
    assert all(one is not None and one.dimension == "TPM" for one in found)
    return [one.seconds for one in found if one is not None]


def test_each_waits_for_all_who_came_before() -> None:
    limiter = told(0)
    places = [queue(limiter, amount) for amount in (600, 300, 100)]

    assert [place.seconds for place in places] == pytest.approx([6, 9, 10])
    assert [place.dimension for place in places] == ["TPM"] * 3
    assert seconds_of(limiter, *places) == pytest.approx([6, 9, 10])
    again = limiter.place(places[2].ticket, T0)
    assert again is not None
    assert (again.position, again.ticket) == (3, places[2].ticket)


def test_who_leaves_shortens_the_wait_of_those_behind() -> None:
    limiter = told(0)
    first, second, third = (queue(limiter, amount) for amount in (600, 300, 100))

    limiter.refund(second.ticket, T0)

    assert limiter.place(second.ticket, T0) is None
    assert seconds_of(limiter, first, third) == pytest.approx([6, 7])
    assert queue(limiter, 200).seconds == pytest.approx(9)


def test_an_empty_queue_owes_nothing() -> None:
    limiter = told(0)
    places = [queue(limiter, amount) for amount in (600, 300, 100)]
    for place in places:
        limiter.refund(place.ticket, T0)

    assert limiter.queued == 0
    assert queue(limiter, 100).seconds == pytest.approx(1)


def test_a_queue_that_moved_up_owes_only_what_is_left() -> None:
    limiter = told(0)
    first, second, third = (queue(limiter, amount) for amount in (600, 300, 100))

    assert admitted(limiter.advance(T0 + 6.001)) == [first.ticket]

    found = limiter.place(third.ticket, T0 + 6.001)
    assert found is not None
    assert (found.position, found.seconds) == (2, pytest.approx(4, abs=0.01))
    assert queue(limiter, 100, now=T0 + 6.001).seconds == pytest.approx(5, abs=0.01)
    assert limiter.head is second.ticket


def test_all_who_would_wait_too_long_leave_and_no_one_else() -> None:
    limiter = told(0)
    flying = limiter.admit(tokens(0), now=T0)
    assert isinstance(flying, Admitted)
    patient = queue(limiter, 600)
    hasty = queue(limiter, 100, patience=10)
    calm = queue(limiter, 100, patience=100)
    nervous = queue(limiter, 100, patience=20)
    refusal = Refusal(dimension="TPM", limit=6000, used=6000, requested=1)
    limiter.refuse(flying.ticket, refusal, 30.0, T0)

    decisions = limiter.advance(T0)

    left = [one for one in decisions if isinstance(one, TooLong)]
    assert [one.ticket for one in left] == [hasty.ticket, nervous.ticket]
    assert [one.dimension for one in left] == ["TPM", "TPM"]
    assert all(one.seconds >= 30 for one in left)
    assert limiter.queued == 2
    assert limiter.head is patient.ticket
    found = limiter.place(calm.ticket, T0)
    assert found is not None
    assert found.position == 2


def test_who_can_just_be_served_in_time_stays() -> None:
    limiter = told(0)
    exact = queue(limiter, 600, patience=6.0)

    assert limiter.advance(T0) == []
    assert limiter.place(exact.ticket, T0) is not None


def test_the_impatient_are_judged_by_those_before_them_who_stay() -> None:
    """One who leaves no longer stands in the way of who comes behind."""
    limiter = told(0)
    flying = limiter.admit(tokens(0), now=T0)
    assert isinstance(flying, Admitted)
    leaving = queue(limiter, 3000, patience=31)
    behind = queue(limiter, 600, patience=37)
    refusal = Refusal(dimension="TPM", limit=6000, used=6200, requested=1)
    limiter.refuse(flying.ticket, refusal, None, T0)

    decisions = limiter.advance(T0)

    assert [one.ticket for one in decisions] == [leaving.ticket]
    assert seconds_of(limiter, behind) == pytest.approx([8])


def test_who_cannot_be_served_in_time_is_told_for_what_and_how_long() -> None:
    limiter = told(0)

    decision = limiter.admit(tokens(600), now=T0, patience=5.9)

    assert isinstance(decision, TooLong)
    assert (decision.dimension, decision.seconds) == ("TPM", pytest.approx(6.0))
    assert decision.ticket.cost == tokens(600)
    assert limiter.queued == 0
    assert isinstance(limiter.admit(tokens(600), now=T0, patience=6.0), Queued)


def test_a_bound_that_was_given_is_taken_in_place_of_the_mean() -> None:
    limiter = told(6000)
    first = limiter.admit(Cost(input_tokens=100), now=T0)
    assert isinstance(first, Admitted)
    assert first.ticket.need["TPM"] == 100  # nothing is known of answers yet
    limiter.settle(first.ticket, Usage(total_tokens=0, completion_tokens=500), T0)

    bounded = limiter.admit(Cost(input_tokens=100, max_completion_tokens=7), now=T0)

    assert isinstance(bounded, Admitted)
    assert bounded.ticket.need["TPM"] == 107


COST = Cost(input_tokens=100, image_tokens=10, max_completion_tokens=50, audio_seconds=7)


def test_a_request_takes_its_part_of_every_limit() -> None:
    decision = RateLimiter().admit(COST, now=T0)

    assert isinstance(decision, Admitted)
    assert decision.ticket.need == {
        "RPM": 1,
        "RPD": 1,
        "TPM": 160,
        "TPD": 160,
        "ITPM": 110,
        "OTPM": 50,
        "ASH": 7,
        "ASD": 7,
    }


@pytest.mark.parametrize(
    ("dimension", "limit", "needed"),
    [
        ("TPM", 155, 155),
        ("TPD", 155, 155),
        ("ITPM", 105, 105),
        ("OTPM", 1000, 50),
        ("TPM", 140, 150),
    ],
)
def test_what_is_only_guessed_is_no_more_than_a_limit_holds(
    dimension: Dimension, limit: int, needed: float
) -> None:
    """Ten tokens of a picture are a guess; a request is too large for what is sure alone."""
    limiter = RateLimiter()
    first = limiter.admit(tokens(1), now=T0)
    assert isinstance(first, Admitted)
    refusal = Refusal(dimension=dimension, limit=limit, used=0, requested=1)
    limiter.refuse(first.ticket, refusal, None, T0)

    decision = limiter.admit(COST, now=T0)

    assert decision.ticket.need[dimension] == needed
    assert isinstance(decision, TooLarge if needed > limit else Admitted)


def test_what_a_request_did_not_use_of_the_day_is_given_back() -> None:
    limiter = RateLimiter()
    first = limiter.admit(tokens(1), now=T0)
    assert isinstance(first, Admitted)
    refusal = Refusal(dimension="TPD", limit=1000, used=0, requested=1)
    limiter.refuse(first.ticket, refusal, None, T0)
    second = limiter.admit(tokens(400), now=T0)
    assert isinstance(second, Admitted)
    assert limiter.buckets["TPD"].level == 600

    limiter.settle(second.ticket, Usage(total_tokens=100), T0)

    assert limiter.buckets["TPD"].level == 900


def test_the_day_s_requests_are_believed_when_nothing_else_is_under_way() -> None:
    limiter = told(6000, requests=(10, 1000))
    assert limiter.buckets["RPD"].level == pytest.approx(10)
    decision = limiter.admit(tokens(1), now=T0)
    assert isinstance(decision, Admitted)

    limiter.observe(decision.ticket, limits(6000, requests=(500, 1000)), T0)

    assert limiter.buckets["RPD"].level == pytest.approx(500)
