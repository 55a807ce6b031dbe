"""When rate limits let a request be sent (scenarios 33, 34, 45 to 55), in virtual time."""

import pytest

from client import RateLimit, RateLimits, Usage
from client.ports import Cost
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

T0 = 1000.0


def tokens(amount: int) -> Cost:
    return Cost(input_tokens=amount, max_completion_tokens=0)


def limits(
    remaining: float = 6000, limit: int = 6000, requests: tuple[int, int] | None = None
) -> RateLimits:
    """Headers as the service writes them: the level rounded down, the reset exact."""
    rpd = requests or (1000, 1000)
    return RateLimits(
        tokens=RateLimit(
            limit=limit,
            remaining=max(0, int(remaining)),
            reset=(limit - remaining) * 60 / limit,
            window=60.0,
        ),
        requests=RateLimit(
            limit=rpd[1],
            remaining=rpd[0],
            reset=(rpd[1] - rpd[0]) * 86_400 / rpd[1],
            window=86_400.0,
        ),
    )


def used(*, question: int, answer: int, cached: int) -> Usage:
    return Usage.model_validate(
        {
            "prompt_tokens": question,
            "completion_tokens": answer,
            "total_tokens": question + answer,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    )


def enter(limiter: RateLimiter, amount: int, now: float = T0) -> Ticket:
    decision = limiter.admit(tokens(amount), now=now)
    assert isinstance(decision, Admitted), decision
    return decision.ticket


def queue(limiter: RateLimiter, amount: int, now: float = T0, **how: float) -> Queued:
    decision = limiter.admit(tokens(amount), now=now, **how)
    assert isinstance(decision, Queued), decision
    return decision


def told(remaining: float, *, limit: int = 6000, **more: tuple[int, int]) -> RateLimiter:
    """A limiter that has seen one answer's headers, with nothing in flight."""
    limiter = RateLimiter()
    ticket = enter(limiter, 1)
    limiter.observe(ticket, limits(remaining, limit, **more), T0)
    limiter.settle(ticket, None, T0)
    return limiter


def level(limiter: RateLimiter, now: float = T0) -> float:
    bucket = limiter.buckets["TPM"]
    bucket.refill(now)
    return bucket.level


def admitted(decisions: list[Decision]) -> list[Ticket]:
    return [decision.ticket for decision in decisions if isinstance(decision, Admitted)]


def test_before_the_first_answer_nothing_is_held_back() -> None:
    limiter = RateLimiter()
    for _ in range(50):
        enter(limiter, 100_000)
    assert limiter.in_flight == 50


def test_45_a_day_that_is_nearly_full_means_no_wait() -> None:
    enter(told(6000, requests=(981, 1000)), 100)


def test_46_a_request_waits_for_what_it_needs_and_not_for_a_full_bucket() -> None:
    limiter = told(0)
    place = queue(limiter, 600)
    assert (place.seconds, place.dimension, place.position) == (pytest.approx(6.0), "TPM", 1)
    assert limiter.next_at(T0) == pytest.approx(T0 + 6)
    assert limiter.advance(T0 + 5.99) == []
    assert admitted(limiter.advance(T0 + 6)) == [place.ticket]
    assert level(limiter, T0 + 6) == pytest.approx(0)


def test_an_exhausted_day_waits_for_one_request_to_come_back() -> None:
    place = queue(told(6000, requests=(0, 1000)), 10)
    assert (place.dimension, place.seconds) == ("RPD", pytest.approx(86.4))


def test_what_is_in_flight_is_reserved() -> None:
    limiter = told(1000)
    enter(limiter, 700)
    assert queue(limiter, 400).seconds == pytest.approx(1.0)


def test_47_a_big_request_before_a_hundred_small_ones_goes_first() -> None:
    limiter = told(100)
    big = queue(limiter, 5000)
    small = [queue(limiter, 50) for _ in range(100)]
    assert big.seconds == pytest.approx(49.0)
    assert small[0].seconds == pytest.approx(49.5)
    assert small[-1].seconds == pytest.approx(99.0)
    assert limiter.advance(T0 + 48.9) == [], "a small one would fit, but its turn is not come"
    now, order = T0 + 48.9, []
    while (due := limiter.next_at(now)) is not None:
        now = due
        order += admitted(limiter.advance(now))
    assert order == [big.ticket, *(place.ticket for place in small)]
    assert now == pytest.approx(T0 + 99)


def test_48_a_wait_beyond_the_patience_is_refused_at_once() -> None:
    limiter = told(0)
    decision = limiter.admit(tokens(3000), now=T0, patience=5)
    assert isinstance(decision, TooLong)
    assert decision.seconds == pytest.approx(30.0)
    assert limiter.queued == 0


def test_patience_counts_those_who_came_before() -> None:
    limiter = told(0)
    queue(limiter, 500, patience=60)
    assert isinstance(limiter.admit(tokens(100), now=T0, patience=5.5), TooLong)
    assert queue(limiter, 100, patience=6.1).position == 2


def test_49_whoever_leaves_the_queue_lets_the_others_move_up() -> None:
    limiter = told(0)
    first, second, third = (queue(limiter, 600) for _ in range(3))
    limiter.refund(second.ticket, T0)
    place = limiter.place(third.ticket, T0)
    assert place is not None
    assert (place.position, place.seconds) == (2, pytest.approx(12.0))
    limiter.refund(first.ticket, T0)
    assert limiter.next_at(T0) == pytest.approx(T0 + 6)
    assert limiter.place(first.ticket, T0) is None


def test_a_request_taken_back_before_it_was_sent_costs_nothing() -> None:
    limiter = told(1000)
    ticket = enter(limiter, 700)
    limiter.refund(ticket, T0)
    limiter.refund(ticket, T0)
    assert level(limiter) == pytest.approx(1000)
    assert limiter.in_flight == 0


def test_50_what_was_not_used_is_given_back_less_what_the_cache_served() -> None:
    limiter = told(5000)
    ticket = enter(limiter, 2000)
    usage = used(question=400, answer=100, cached=256)
    limiter.settle(ticket, usage, T0)
    limiter.settle(ticket, usage, T0)
    assert level(limiter) == pytest.approx(5000 - 500 + 256)


def test_50_what_was_used_beyond_the_estimate_is_a_debt() -> None:
    limiter = told(1000)
    ticket = enter(limiter, 900)
    limiter.settle(ticket, Usage(total_tokens=2900), T0)
    assert level(limiter) == pytest.approx(-1900)
    assert queue(limiter, 100).seconds == pytest.approx(20.0)


def test_a_reply_without_usage_keeps_its_estimate() -> None:
    limiter = told(1000)
    limiter.settle(enter(limiter, 900), Usage(), T0)
    assert level(limiter) == pytest.approx(100)


def test_51_answers_out_of_order_do_not_raise_the_level() -> None:
    limiter = told(6000)
    early, late = enter(limiter, 1000), enter(limiter, 1000)
    limiter.observe(late, limits(2000), T0)
    assert level(limiter) == pytest.approx(2000 - 1000), "the early one may not be counted yet"
    limiter.settle(late, None, T0)
    limiter.observe(early, limits(5900), T0)
    assert level(limiter) == pytest.approx(1000)


def test_the_level_is_raised_when_nothing_else_is_in_flight() -> None:
    limiter = told(1000)
    limiter.observe(enter(limiter, 100), limits(4000), T0)
    assert level(limiter) == pytest.approx(4000)


def test_the_level_is_not_raised_while_something_else_is_in_flight() -> None:
    limiter = told(1000)
    first, second = enter(limiter, 100), enter(limiter, 100)
    limiter.observe(first, limits(4000), T0)
    limiter.observe(second, limits(4000), T0)
    assert level(limiter) == pytest.approx(800)


def test_what_was_answered_is_counted_by_the_service_already() -> None:
    limiter = told(6000)
    streaming, late = enter(limiter, 1000), enter(limiter, 1000)
    limiter.observe(streaming, limits(4000), T0)
    limiter.observe(late, limits(3500), T0)
    assert level(limiter) == pytest.approx(3000), "lowered once, while the late one was unanswered"
    limiter.observe(late, limits(2500), T0)
    assert level(limiter) == pytest.approx(2500)


def test_52_the_level_follows_the_headers_when_others_use_the_quota() -> None:
    limiter = told(6000)
    limiter.observe(enter(limiter, 100), limits(300), T0)
    assert queue(limiter, 600).seconds == pytest.approx(3.0)


def test_a_debt_is_read_from_the_reset() -> None:
    limiter = told(-600)
    assert level(limiter) == pytest.approx(-600)
    assert queue(limiter, 600).seconds == pytest.approx(12.0)


def test_a_service_whose_reset_means_something_else_is_taken_at_its_word() -> None:
    odd = RateLimits(tokens=RateLimit(limit=6000, remaining=50, reset=1.0, window=60.0))
    limiter = RateLimiter()
    limiter.observe(enter(limiter, 1), odd, T0)
    assert level(limiter) == pytest.approx(50)


def test_54_a_limit_that_was_lowered_is_learned() -> None:
    limiter = told(6000)
    limiter.observe(enter(limiter, 100), limits(900, limit=1000), T0)
    decision = limiter.admit(tokens(1500), now=T0)
    assert isinstance(decision, TooLarge)
    assert (decision.needed, decision.limit, decision.dimension) == (1500, 1000, "TPM")


def test_54_a_limit_that_was_raised_is_learned() -> None:
    limiter = told(6000)
    assert isinstance(limiter.admit(tokens(9000), now=T0), TooLarge)
    limiter.observe(enter(limiter, 100), limits(11_900, limit=12_000), T0)
    enter(limiter, 9000)


def test_54_who_waits_for_more_than_a_lowered_limit_holds_is_refused() -> None:
    limiter = told(0)
    waiting, behind = queue(limiter, 3000), queue(limiter, 10)
    late = RateLimiter.admit(limiter, tokens(0), now=T0)
    assert isinstance(late, Queued)
    limiter.refuse(late.ticket, Refusal(dimension="TPM", limit=2000, used=0, requested=0), None, T0)
    decisions = limiter.advance(T0 + 0.4)
    assert isinstance(decisions[0], TooLarge)
    assert decisions[0].ticket is waiting.ticket
    assert admitted(decisions) == [behind.ticket]


def test_33_an_exhausted_day_of_tokens_blocks_although_the_minute_is_free() -> None:
    limiter = told(6000)
    ticket = enter(limiter, 571)
    refusal = Refusal.parse("tokens per day (TPD): Limit 200000, Used 199773, Requested 571.")
    limiter.refuse(ticket, refusal, 149.0, T0)
    place = queue(limiter, 571)
    assert (place.dimension, place.seconds) == ("TPD", pytest.approx(149.0))
    assert limiter.buckets["TPD"].capacity == 200_000
    assert admitted(limiter.advance(T0 + 148.9)) == []
    assert admitted(limiter.advance(T0 + 149)) == [place.ticket]


def test_a_refusal_is_not_booked() -> None:
    limiter = told(3000)
    ticket = enter(limiter, 2000)
    refusal = Refusal(dimension="TPM", limit=6000, used=3200, requested=2000)
    limiter.refuse(ticket, refusal, 0.0, T0)
    limiter.observe(ticket, limits(2800), T0)
    assert level(limiter) == pytest.approx(2800)
    assert limiter.in_flight == 0


def test_a_refusal_that_names_no_limit_blocks_them_all() -> None:
    limiter = RateLimiter()
    limiter.refuse(enter(limiter, 10), None, 7.0, T0)
    place = queue(limiter, 10, now=T0 + 1)
    assert (place.seconds, place.dimension) == (pytest.approx(6.0), None)
    assert admitted(limiter.advance(T0 + 7)) == [place.ticket]


def test_who_waits_too_long_after_a_block_is_told_at_once() -> None:
    limiter = told(0)
    flying = limiter.admit(tokens(0), now=T0)
    assert isinstance(flying, Admitted)
    patient = queue(limiter, 600)
    hasty = queue(limiter, 60, patience=10)
    limiter.refuse(flying.ticket, None, 30.0, T0)
    decisions = limiter.advance(T0)
    assert [type(decision) for decision in decisions] == [TooLong]
    assert decisions[0].ticket is hasty.ticket
    assert limiter.head is patient.ticket


def test_an_answer_without_bound_is_expected_to_be_as_long_as_the_last_ones() -> None:
    limiter = told(6000)
    for _ in range(60):
        decision = limiter.admit(Cost(input_tokens=100), now=T0)
        assert isinstance(decision, Admitted)
        limiter.settle(decision.ticket, Usage(total_tokens=0, completion_tokens=500), T0)
    decision = limiter.admit(Cost(input_tokens=100), now=T0)
    assert isinstance(decision, Admitted)
    assert decision.ticket.need["TPM"] == pytest.approx(600, rel=0.01)


def test_a_guess_alone_makes_no_request_too_large() -> None:
    limiter = told(6000)
    decision = limiter.admit(Cost(input_tokens=10), now=T0)
    assert isinstance(decision, Admitted)
    limiter.settle(decision.ticket, Usage(total_tokens=10, completion_tokens=90_000), T0)
    whole = limiter.admit(Cost(input_tokens=10), now=T0 + 60)
    assert isinstance(whole, Admitted)
    assert whole.ticket.need["TPM"] == 6000
    assert isinstance(limiter.admit(Cost(input_tokens=7000), now=T0), TooLarge)


def test_the_guess_for_images_makes_a_request_wait_but_never_too_large() -> None:
    limiter = told(1000)
    cost = Cost(input_tokens=100, image_tokens=6144, max_completion_tokens=2000)
    decision = limiter.admit(cost, now=T0)
    assert isinstance(decision, Queued)
    assert decision.seconds == pytest.approx(50.0)
    assert decision.ticket.need["TPM"] == 6000


def test_split_limits_count_input_and_output_apart() -> None:
    limiter = RateLimiter()
    for dimension, limit in (("ITPM", 1000), ("OTPM", 300)):
        ticket = enter(limiter, 0)
        refusal = Refusal(dimension=dimension, limit=limit, used=limit - 100, requested=0)  # type: ignore[arg-type]
        limiter.refuse(ticket, refusal, 0.0, T0)
    decision = limiter.admit(Cost(input_tokens=150, max_completion_tokens=120), now=T0)
    assert isinstance(decision, Queued)
    assert (decision.dimension, decision.seconds) == ("OTPM", pytest.approx(4.0))
    limiter.advance(T0 + 4)
    usage = used(question=50, answer=20, cached=10)
    limiter.settle(decision.ticket, usage, T0 + 4)
    assert limiter.buckets["OTPM"].level == pytest.approx(100)
    assert limiter.buckets["ITPM"].level == pytest.approx(100 + 1000 * 4 / 60 - 50 + 10)


def test_audio_is_limited_by_its_seconds() -> None:
    limiter = RateLimiter()
    heard = RateLimits(
        audio_seconds=RateLimit(limit=7200, remaining=0, reset=3600.0, window=3600.0)
    )
    limiter.observe(enter(limiter, 0), heard, T0)
    decision = limiter.admit(Cost(audio_seconds=60.0), now=T0)
    assert isinstance(decision, Queued)
    assert (decision.dimension, decision.seconds) == ("ASH", pytest.approx(30.0))
    assert isinstance(limiter.admit(Cost(audio_seconds=7201.0), now=T0), TooLarge)


def test_55_a_clock_set_back_lengthens_no_wait() -> None:
    limiter = told(0)
    limiter.refuse(enter(limiter, 0), None, 20.0, T0)
    queue(limiter, 600)
    back = T0 - 3600
    assert limiter.advance(back) == []
    assert limiter.next_at(back) == pytest.approx(back + 20)
    assert len(admitted(limiter.advance(back + 20))) == 1


def test_55_after_a_suspension_the_buckets_are_full_and_nobody_waits() -> None:
    limiter = told(0)
    queue(limiter, 600, patience=60)
    assert len(admitted(limiter.advance(T0 + 8 * 3600))) == 1
    assert level(limiter, T0 + 8 * 3600) == pytest.approx(5400)


def test_zero_patience_means_not_to_wait_at_all() -> None:
    limiter = told(100)
    assert isinstance(limiter.admit(tokens(100), now=T0, patience=0), Admitted)
    assert isinstance(limiter.admit(tokens(1), now=T0, patience=0), TooLong)
