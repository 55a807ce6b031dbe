"""Calls wait for rate limits (scenarios 33, 46 to 53, 56), in virtual time."""

import asyncio

import pytest

from client import (
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    HeadersReceived,
    RateLimitError,
    Request,
    user,
)
from client.events import AdmissionDelayed, AttemptStarted, RetryScheduled
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    finish_chunk,
    settle,
    text_chunk,
)
from tests.client.resilience.calls import (
    REPLY,
    Connect,
    Events,
    LimiterOf,
    Timed,
    ask,
    down,
    drained,
    failure_of,
    of,
    open_the_circuit,
    refusal,
    reply,
    tokens_left,
)


async def test_46_a_call_waits_exactly_until_its_tokens_are_there(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    transport = Timed(FakeTransport(FakeResponse.json(REPLY, headers=tokens_left(0))), clock)
    groq = connect(transport)
    await ask(groq)
    used = 15 - 5  # the answer took more than was estimated
    begun = clock.now()
    call = ask(groq, max_completion_tokens=595)
    await clock.advance((600 + used) / 100 - 0.01)
    assert len(transport.times) == 1
    await clock.advance(0.02)
    await call
    assert transport.times[1] == pytest.approx(begun + 6.1)
    (delayed,) = of(AdmissionDelayed, events)
    assert (delayed.reason, delayed.dimension, delayed.position) == ("tokens per minute", "TPM", 1)
    assert delayed.seconds == pytest.approx(6.1)
    (started,) = of(AttemptStarted, events)
    assert (started.attempt, started.waited) == (1, pytest.approx(6.1))


async def test_48_a_wait_beyond_the_patience_fails_at_once(
    connect: Connect, clock: FakeClock
) -> None:
    groq, transport = await drained(connect)
    waiting = clock.waiting
    error = await failure_of(ask(groq, max_completion_tokens=2995, max_wait=5), RateLimitError)
    assert error.retry_after == pytest.approx(30)
    assert clock.waiting == waiting
    assert len(transport.requests) == 1


async def test_49_cancelled_in_the_queue_the_others_move_up(
    connect: Connect, clock: FakeClock, limiter_of: LimiterOf
) -> None:
    groq, _ = await drained(connect)
    first = ask(groq, max_completion_tokens=1995)
    second = ask(groq, max_completion_tokens=95)
    await settle()
    assert limiter_of(groq, "m").queued == 2
    first.cancel()
    await settle()
    assert limiter_of(groq, "m").queued == 1
    await clock.advance(1.01)
    await second
    assert limiter_of(groq, "m").in_flight == 0


async def test_49_cancelled_in_the_moment_of_its_admission_it_gives_everything_back(
    connect: Connect, clock: FakeClock, limiter_of: LimiterOf
) -> None:
    groq, transport = await drained(connect)
    call = ask(groq, max_completion_tokens=95)
    await settle()
    limiter = limiter_of(groq, "m")
    clock._now += 1.0  # nobody is woken by this: the admission below is the first to know
    groq._wire.transport._admissions["m"].changed()  # type: ignore[attr-defined]
    assert (limiter.in_flight, limiter.queued) == (1, 0)
    call.cancel()
    await failure_of(call, asyncio.CancelledError)
    assert (limiter.in_flight, limiter.queued) == (0, 0)
    assert limiter.buckets["TPM"].level == pytest.approx(100)
    assert len(transport.requests) == 1


async def test_50_a_reply_is_booked_with_what_it_used(
    connect: Connect, limiter_of: LimiterOf
) -> None:
    full = FakeResponse.json(REPLY, headers=tokens_left(5000))
    groq = connect(FakeTransport(full))
    await ask(groq, max_completion_tokens=995)
    assert limiter_of(groq, "m").buckets["TPM"].level == pytest.approx(5000 + 1000 - 15)


async def test_50_so_is_a_stream(connect: Connect, limiter_of: LimiterOf) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 900, "total_tokens": 1000}
    answer = FakeResponse.stream(
        text_chunk("Hi"), finish_chunk(usage=usage), headers=tokens_left(5000)
    )
    groq = connect(FakeTransport(answer))
    await groq.chat.stream(model="m", messages=[user("Hi")], max_completion_tokens=4).reply()
    assert limiter_of(groq, "m").buckets["TPM"].level == pytest.approx(5000 + 9 - 1000)
    assert limiter_of(groq, "m").in_flight == 0


async def test_a_call_that_was_never_sent_costs_nothing(
    connect: Connect, limiter_of: LimiterOf
) -> None:
    full = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(5000))
    groq = connect(FakeTransport(full, down()), retry=None)
    await ask(groq)
    await failure_of(ask(groq, max_completion_tokens=3000), ConnectionError)
    assert limiter_of(groq, "m").buckets["TPM"].level == pytest.approx(5000)


async def test_a_call_that_broke_after_it_was_sent_keeps_its_estimate(
    connect: Connect, limiter_of: LimiterOf
) -> None:
    full = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(5000))
    groq = connect(FakeTransport(full, ConnectionError("It broke.")), retry=None)
    await ask(groq)
    await failure_of(ask(groq, max_completion_tokens=2995), ConnectionError)
    assert limiter_of(groq, "m").buckets["TPM"].level == pytest.approx(2000)


async def test_53_models_do_not_wait_for_each_other(connect: Connect) -> None:
    groq, _ = await drained(connect)
    waiting = ask(groq, max_completion_tokens=2995)
    await settle()
    await ask(groq, "another model", max_completion_tokens=2995)
    assert not waiting.done()
    waiting.cancel()
    await failure_of(waiting, asyncio.CancelledError)


async def test_a_refusal_teaches_what_the_same_request_really_needs(
    connect: Connect, clock: FakeClock
) -> None:
    message = "on tokens per minute (TPM): Limit 6000, Used 5500, Requested 3000. Please wait"
    transport = Timed(FakeTransport(refusal(429, message, retry_after="8"), reply()), clock)
    groq = connect(transport)
    begun = clock.now()
    call = ask(groq)
    await clock.advance(24.9)
    assert len(transport.times) == 1, "eight seconds would not have been enough"
    await clock.advance(0.2)
    await call
    assert transport.times[1] - begun == pytest.approx(25.0)


async def test_patience_for_limits_is_what_retrying_left_of_it(
    connect: Connect, clock: FakeClock
) -> None:
    message = "on tokens per minute (TPM): Limit 6000, Used 8500, Requested 3000. Please wait"
    transport = FakeTransport(refusal(429, message, retry_after="30"), reply())
    call = ask(connect(transport), max_wait=54)
    await clock.advance(40)
    error = await failure_of(call, RateLimitError)
    assert error.retry_after == pytest.approx(55 - 31)
    assert isinstance(error.__cause__, RateLimitError)
    assert len(transport.requests) == 1


async def test_an_open_circuit_takes_nothing_from_the_limits(
    connect: Connect, limiter_of: LimiterOf
) -> None:
    full = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(5000))
    groq = connect(FakeTransport(full, down()), retry=None)
    await ask(groq)
    await open_the_circuit(groq)
    await failure_of(ask(groq, max_completion_tokens=3000), CircuitOpenError)
    assert limiter_of(groq, "m").buckets["TPM"].level == pytest.approx(5000)
    assert limiter_of(groq, "m").in_flight == 0


async def test_limits_in_a_refusal_that_is_sent_again_are_seen(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    refused = FakeResponse.json(
        {"error": {"message": "x"}}, status=429, headers={"retry-after": "1", **tokens_left(7)}
    )
    groq = connect(FakeTransport(refused, reply()))
    call = ask(groq)
    await settle()
    limits = groq.rate_limits("m")
    assert limits is not None
    assert limits.tokens is not None
    assert limits.tokens.remaining == 7
    await clock.advance(2)
    await call
    assert [event.status for event in of(HeadersReceived, events)] == [429, 200]


async def test_56_waiting_to_retry_is_told_and_ends_when_cancelled(
    connect: Connect, clock: FakeClock, events: Events, limiter_of: LimiterOf
) -> None:
    groq = connect(FakeTransport(refusal(429, retry_after="40")))
    call = ask(groq)
    await settle()
    (scheduled,) = of(RetryScheduled, events)
    assert (scheduled.attempt, scheduled.attempts, scheduled.delay) == (2, 3, 41.0)
    assert scheduled.reason == "a rate limit is reached"
    assert isinstance(scheduled.error, RateLimitError)
    call.cancel()
    await failure_of(call, asyncio.CancelledError)
    assert limiter_of(groq, "m").in_flight == 0


async def test_56_waiting_for_a_limit_is_told_and_ends_when_cancelled(
    connect: Connect, clock: FakeClock, events: Events, limiter_of: LimiterOf
) -> None:
    groq, _ = await drained(connect)
    calls = [ask(groq, max_completion_tokens=995) for _ in range(3)]
    await settle()
    told = of(AdmissionDelayed, events)
    assert [(event.position, event.seconds) for event in told] == [
        (1, pytest.approx(10.0)),
        (2, pytest.approx(20.0)),
        (3, pytest.approx(30.0)),
    ]
    assert [event.exchange for event in told] == [2, 3, 4]
    for call in calls:
        call.cancel()
    await asyncio.gather(*(failure_of(call, asyncio.CancelledError) for call in calls))
    assert (limiter_of(groq, "m").in_flight, limiter_of(groq, "m").queued) == (0, 0)


async def test_56_a_wait_that_grows_is_told_again(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    hold = asyncio.Event()

    class Held(FakeTransport):
        async def send(self, request: Request) -> FakeResponse:
            if len(self.requests) == 1:
                self.requests.append(request)
                await hold.wait()
                return refusal(429, retry_after="45")
            return await super().send(request)

    empty = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(10))
    groq = connect(Held(empty, reply()), retry=None)
    await ask(groq)
    flying = ask(groq)
    await settle()
    waiting = ask(groq, max_completion_tokens=95)
    await settle()
    hold.set()
    await failure_of(flying, RateLimitError)
    await settle()
    assert [event.seconds for event in of(AdmissionDelayed, events)] == [
        pytest.approx(0.95),
        pytest.approx(45.0),
    ]
    await clock.advance(45.1)
    await waiting


async def test_56_closing_the_client_ends_every_wait(connect: Connect, clock: FakeClock) -> None:
    groq, _ = await drained(connect, refusal(429, retry_after="40"))
    queued = ask(groq, max_completion_tokens=2995)
    retrying = ask(groq, "another model")
    await settle()
    await groq.aclose()
    await failure_of(queued, ConnectionError)
    await failure_of(retrying, ConnectionError)


async def test_a_call_that_waits_for_nothing_tells_nothing(
    connect: Connect, events: Events
) -> None:
    await ask(connect(FakeTransport(reply())))
    assert [type(event).__name__ for event in events] == [
        "RequestSent",
        "HeadersReceived",
        "BodyReceived",
        "ReplyCompleted",
    ]
