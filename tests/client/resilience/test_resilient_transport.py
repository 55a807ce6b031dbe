"""A client under failures and limits (scenarios 31 to 58), end to end in virtual time."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import pytest

from client import (
    APIError,
    BadRequestError,
    CapacityExceededError,
    CircuitOpenError,
    ClientEvent,
    ConnectionError,  # noqa: A004 - the client's
    GroqClient,
    GroqError,
    HeadersReceived,
    RateLimitError,
    Request,
    RequestTooLargeError,
    ServerError,
    StreamError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004 - the client's
    Timeouts,
    user,
)
from client.events import AdmissionDelayed, AttemptStarted, CircuitChanged, RetryScheduled
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.rate_limit import RateLimiter
from client.resilience.retry import RetryPolicy
from client.testing import (
    BodyPart,
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    finish_chunk,
    settle,
    text_chunk,
)

T = TypeVar("T")
Connect = Callable[..., GroqClient]
LimiterOf = Callable[[GroqClient, str], RateLimiter]
Events = list[ClientEvent]

REPLY: dict[str, object] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
}


def reply(**headers: str) -> FakeResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FakeResponse.json(REPLY, headers=named)


def refusal(
    status: int, message: str = "No.", *, code: str | None = None, **headers: str
) -> FakeResponse:
    error = {"message": message, "type": "x", **({"code": code} if code else {})}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FakeResponse.json({"error": error}, status=status, headers=named)


def tokens_left(remaining: int, limit: int = 6000) -> dict[str, str]:
    return {
        "x-ratelimit-limit-tokens": str(limit),
        "x-ratelimit-remaining-tokens": str(remaining),
        "x-ratelimit-reset-tokens": f"{(limit - remaining) * 60 / limit}s",
    }


def ask(groq: GroqClient, model: str = "m", text: str = "", **how: Any) -> "asyncio.Task[object]":
    question = groq.chat.create(model=model, messages=[user(text or "Why?")], **how)
    return asyncio.create_task(question)


async def failure_of(call: Awaitable[object], kind: type[T]) -> T:
    with pytest.raises(kind) as caught:  # type: ignore[type-var]
        await call
    return caught.value  # type: ignore[return-value]


def of(kind: type[T], events: Sequence[object]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


class Timed:
    """Notes when each request is sent."""

    def __init__(self, transport: FakeTransport, clock: FakeClock) -> None:
        self._transport = transport
        self._clock = clock
        self.times: list[float] = []

    async def send(self, request: Request) -> FakeResponse:
        self.times.append(self._clock.now())
        return await self._transport.send(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


# Retrying


async def test_31_a_429_is_sent_again_after_its_retry_after_and_not_before(
    connect: Connect, clock: FakeClock
) -> None:
    transport = Timed(FakeTransport(refusal(429, retry_after="1"), reply()), clock)
    call = ask(connect(transport))
    begun = clock.now()
    await clock.advance(0.999)
    assert len(transport.times) == 1
    await clock.advance(1)
    assert call.done()
    assert transport.times[1] == pytest.approx(begun + 1.125)


async def test_32_a_long_retry_after_is_the_callers_at_once(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    transport = FakeTransport(refusal(429, retry_after="600"))
    error = await failure_of(ask(connect(transport)), RateLimitError)
    assert (error.retry_after, len(transport.requests), clock.waiting) == (600, 1, 0)
    assert not of(RetryScheduled, events)


async def test_32_and_the_model_is_left_alone_until_then(connect: Connect) -> None:
    transport = FakeTransport(refusal(429, retry_after="600"))
    groq = connect(transport)
    await failure_of(ask(groq), RateLimitError)
    error = await failure_of(ask(groq), RateLimitError)
    assert error.retry_after == pytest.approx(600)
    assert "Not sent" in str(error)
    assert len(transport.requests) == 1


async def test_33_an_exhausted_day_blocks_its_model_although_the_minute_is_free(
    connect: Connect, clock: FakeClock
) -> None:
    message = (
        "Rate limit reached on tokens per day (TPD): Limit 200000, Used 199773, Requested 571. "
        "Please try again in 2m28.608s."
    )
    transport = FakeTransport(
        FakeResponse.json(
            {"error": {"message": message, "code": "rate_limit_exceeded"}},
            status=429,
            headers={"retry-after": "149", **tokens_left(6000)},
        ),
        reply(),
    )
    groq = connect(transport)
    await failure_of(ask(groq), RateLimitError)
    error = await failure_of(ask(groq), RateLimitError)
    assert error.retry_after == pytest.approx(149)
    assert "tokens per day" in str(error)
    await ask(groq, "another model")
    assert len(transport.requests) == 2
    await clock.advance(149)
    await ask(groq)


async def test_34_a_request_larger_than_the_limit_is_sent_once_and_then_not_at_all(
    connect: Connect,
) -> None:
    message = "Request too large on tokens per minute (TPM): Limit 8000, Requested 32979, please"
    transport = FakeTransport(refusal(413, message, code="rate_limit_exceeded"))
    groq = connect(transport)
    first = await failure_of(ask(groq, max_completion_tokens=32_768), RequestTooLargeError)
    assert "Limit 8000, Requested 32979" in first.message
    second = await failure_of(ask(groq, max_completion_tokens=32_768), RequestTooLargeError)
    assert "Not sent" in second.message
    assert "24,773 too many" in second.message
    assert len(transport.requests) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 498, 500, 502, 503, 504])
async def test_35_what_may_pass_is_sent_again_with_jitter(
    connect: Connect, clock: FakeClock, events: Events, status: int
) -> None:
    transport = FakeTransport(refusal(status), refusal(status), reply())
    call = ask(connect(transport))
    await clock.advance(1)
    assert len(transport.requests) == 3
    await call
    assert [(e.attempt, e.delay) for e in of(RetryScheduled, events)] == [(2, 0.25), (3, 0.5)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 424, 501, 505])
async def test_35_what_cannot_pass_is_sent_once(connect: Connect, status: int) -> None:
    transport = FakeTransport(refusal(status))
    error = await failure_of(ask(connect(transport)), APIError)
    assert error.status == status
    assert len(transport.requests) == 1


async def test_35_flex_without_capacity_ends_as_its_own_error(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(refusal(498, "Flex tier capacity exceeded"))
    call = ask(connect(transport))
    await clock.advance(5)
    await failure_of(call, CapacityExceededError)
    assert len(transport.requests) == 3


async def test_36_x_should_retry_is_obeyed(connect: Connect, clock: FakeClock) -> None:
    transport = FakeTransport(refusal(503, x_should_retry="false"))
    await failure_of(ask(connect(transport)), ServerError)
    assert len(transport.requests) == 1
    transport = FakeTransport(refusal(400, x_should_retry="true"), reply())
    call = ask(connect(transport))
    await clock.advance(1)
    await call


async def test_the_last_refusal_reaches_the_caller_as_it_came(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(refusal(503, "Over capacity.", code="busy", x_request_id="req_7"))
    call = ask(connect(transport))
    await clock.advance(5)
    error = await failure_of(call, ServerError)
    assert (error.message, error.code, error.request_id) == ("Over capacity.", "busy", "req_7")


def kolmogorov_p(samples: Sequence[float], bound: float) -> float:
    """How likely so uneven a sample is if it was drawn evenly from 0 to ``bound``."""
    n = len(samples)
    ordered = sorted(sample / bound for sample in samples)
    distance = max(
        max((index + 1) / n - value, value - index / n) for index, value in enumerate(ordered)
    )
    x = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * distance
    return 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))


async def test_38_fifty_calls_that_fail_together_come_back_evenly_spread(
    connect: Connect, clock: FakeClock
) -> None:
    fake = FakeTransport(*[refusal(503)] * 50, reply())
    transport = Timed(fake, clock)
    policy = RetryPolicy(budget=None, jitter=random.Random(2026).random)
    groq = connect(transport, retry=policy, circuit_breaker=None)
    calls = [ask(groq) for _ in range(50)]
    begun = clock.now()
    await clock.advance(1)
    await asyncio.gather(*calls)
    delays = [at - begun for at in transport.times[50:]]
    assert len(delays) == 50
    assert kolmogorov_p(delays, 0.5) > 0.01
    assert kolmogorov_p([delay / 2 for delay in delays], 0.5) < 0.001, "the test can fail"


async def test_the_budget_ends_retries_when_everything_fails(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(refusal(503))
    groq = connect(transport, circuit_breaker=None)
    calls = [ask(groq) for _ in range(30)]
    await clock.advance(10)
    await asyncio.gather(*(failure_of(call, ServerError) for call in calls))
    assert len(transport.requests) == 30 + 10


async def test_the_deadline_of_a_call_covers_its_attempts_and_waits(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(refusal(429, retry_after="10"), reply())
    error = await failure_of(ask(connect(transport), timeout=8), RateLimitError)
    assert error.retry_after == 10
    stalled = ask(connect(FakeTransport(refusal(503), refusal(503), stall)), timeout=3)
    await clock.advance(2.99)
    assert not stalled.done()
    await clock.advance(0.02)
    assert (await failure_of(stalled, TimeoutError)).phase == "total"


def stall(request: Request) -> FakeResponse:
    return FakeResponse(headers={"content-type": "application/json"}, body=[Stall()])


async def test_a_call_may_refuse_to_wait_at_all(connect: Connect) -> None:
    transport = FakeTransport(refusal(503))
    await failure_of(ask(connect(transport), max_wait=0), ServerError)
    assert len(transport.requests) == 1


async def test_a_call_may_wait_longer_than_usual(connect: Connect, clock: FakeClock) -> None:
    transport = FakeTransport(refusal(429, retry_after="100"), reply())
    call = ask(connect(transport), max_wait=math.inf)
    await clock.advance(103)
    await call


async def test_the_stamp_of_sending_is_that_of_the_attempt_that_was_answered(
    connect: Connect, clock: FakeClock
) -> None:
    groq = connect(FakeTransport(refusal(429, retry_after="4"), reply()))
    begun = clock.now()
    call = asyncio.create_task(groq.chat.create(model="m", messages=[user("Why?")]))
    await clock.advance(6)
    timing = (await call).timing
    assert timing is not None
    assert timing.sent == pytest.approx(begun + 4.5)
    assert timing.time_to_headers == pytest.approx(0)


# Streams


def stream(*parts: BodyPart | dict[str, object]) -> FakeResponse:
    return FakeResponse.stream(*parts, done=False)


async def test_a_stream_that_breaks_before_its_first_byte_is_asked_for_again(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    broken = stream(ConnectionError("The connection broke."))
    transport = FakeTransport(broken, stream(text_chunk("Hello"), finish_chunk()))
    groq = connect(transport)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(3)
    assert (await call).text == "Hello"
    assert len(transport.requests) == 2
    assert broken.closed
    assert len(of(RetryScheduled, events)) == 1


async def test_a_stream_that_keeps_breaking_ends_in_its_own_error(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(ConnectionError("The connection broke.")))
    groq = connect(transport)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(5)
    await failure_of(call, StreamInterruptedError)
    assert len(transport.requests) == 3


async def test_an_error_instead_of_the_second_stream_leaves_the_first_error(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(ConnectionError("It broke.")), refusal(400))
    groq = connect(transport)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(5)
    error = await failure_of(call, StreamInterruptedError)
    assert "It broke." in str(error)


async def test_a_stream_is_never_sent_again_after_its_first_token(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(text_chunk("Hel"), ConnectionError("The connection broke.")))
    groq = connect(transport)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(30)
    error = await failure_of(call, StreamInterruptedError)
    assert error.partial is not None
    assert error.partial.text == "Hel"
    assert len(transport.requests) == 1


async def test_an_error_inside_a_stream_is_not_sent_again(
    connect: Connect, clock: FakeClock
) -> None:
    event = b'event: error\ndata: {"error":{"message":"x","code":"rate_limit_exceeded"}}\n\n'
    transport = FakeTransport(stream(event))
    groq = connect(transport)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(30)
    await failure_of(call, StreamError)
    assert len(transport.requests) == 1


async def test_streams_that_break_open_the_circuit(connect: Connect) -> None:
    transport = FakeTransport(stream(text_chunk("Hel"), ConnectionError("The connection broke.")))
    groq = connect(transport)
    for _ in range(10):
        reading = groq.chat.stream(model="m", messages=[user("Why?")]).reply()
        await failure_of(reading, StreamInterruptedError)
    await failure_of(ask(groq), CircuitOpenError)


async def test_readers_who_leave_do_not_open_the_circuit(connect: Connect) -> None:
    transport = FakeTransport(FakeResponse.stream(*[text_chunk("x")] * 5))
    groq = connect(transport)
    for _ in range(30):
        async with groq.chat.stream(model="m", messages=[user("Why?")]) as reading:
            async for _chunk in reading:
                break
    assert len(transport.requests) == 30


# The circuit


def down() -> ConnectionError:
    return ConnectionError("No connection to the host.", phase="connect")


async def test_39_a_service_that_is_down_for_a_minute(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    back = clock.now() + 60

    def answer(request: Request) -> FakeResponse:
        if clock.now() < back:
            raise down()
        return reply()

    transport = Timed(FakeTransport(answer), clock)
    groq = connect(transport)
    answered: list[float] = []

    async def keep_asking() -> None:
        while not answered or clock.now() < back + 30:
            try:
                await groq.chat.create(model="m", messages=[user("Why?")])
                answered.append(clock.now())
            except GroqError:
                pass
            await clock.sleep(1)

    callers = [asyncio.create_task(keep_asking()) for _ in range(20)]
    await clock.advance(100)
    await asyncio.gather(*callers)
    in_vain = [at for at in transport.times if at < back]
    probes = sum(event.state == "half-open" for event in of(CircuitChanged, events))
    assert len(in_vain) <= 20 + 10 + probes, "twenty calls, the budget, and the probes"
    assert len([at for at in in_vain if at >= back - 55]) == probes - 1
    first_after = next(at for at in transport.times if at >= back)
    assert answered[0] == first_after, "the first probe after it is back closes the circuit"
    assert of(CircuitChanged, events)[-1].state == "closed"
    assert first_after - back <= 60


async def open_the_circuit(groq: GroqClient) -> None:
    for _ in range(5):
        await failure_of(ask(groq, max_wait=0), ConnectionError)


async def test_an_open_circuit_sends_nothing_and_says_for_how_long(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    transport = FakeTransport(down())
    groq = connect(transport)
    await open_the_circuit(groq)
    await clock.advance(2)
    error = await failure_of(ask(groq), CircuitOpenError)
    assert error.retry_after == pytest.approx(3)
    assert len(transport.requests) == 5
    changes = of(CircuitChanged, events)
    assert [(c.state, c.host, c.family, c.retry_after) for c in changes] == [
        ("open", "api.groq.com", "chat", 5.0)
    ]


async def test_a_circuit_belongs_to_one_family_of_endpoints(connect: Connect) -> None:
    models = FakeResponse.json({"object": "list", "data": []})
    groq = connect(FakeTransport(*[down()] * 5, models))
    await open_the_circuit(groq)
    assert await groq.models.list() == ()


async def test_an_open_circuit_ends_the_retries(connect: Connect, clock: FakeClock) -> None:
    transport = FakeTransport(down())
    groq = connect(transport, retry=RetryPolicy(attempts=50, jitter=lambda: 0.5))
    call = ask(groq, max_wait=math.inf)
    await clock.advance(100)
    await failure_of(call, ConnectionError)
    assert len(transport.requests) == 5


async def test_40_of_twenty_callers_exactly_one_probes(connect: Connect, clock: FakeClock) -> None:
    transport = FakeTransport(*[down()] * 5, stall)
    groq = connect(transport, retry=None)
    await open_the_circuit(groq)
    await clock.advance(5)
    calls = [ask(groq) for _ in range(20)]
    await settle()
    assert len(transport.requests) == 6
    assert sum(call.done() for call in calls) == 19
    await groq.aclose()
    await asyncio.gather(*(failure_of(call, GroqError) for call in calls))


async def test_41_after_a_cancelled_probe_the_next_caller_probes_at_once(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(*[down()] * 5, stall, reply())
    groq = connect(transport)
    await open_the_circuit(groq)
    await clock.advance(5)
    probe = ask(groq)
    await settle()
    await failure_of(ask(groq), CircuitOpenError)
    probe.cancel()
    await settle()
    await ask(groq)


async def test_42_a_probe_that_never_returns_blocks_for_a_minute_at_most(
    connect: Connect, clock: FakeClock
) -> None:
    unbounded = Timeouts(first_byte=None, idle=None)
    transport = FakeTransport(*[down()] * 5, stall, reply())
    groq = connect(transport, timeout=unbounded)
    await open_the_circuit(groq)
    await clock.advance(5)
    lost = ask(groq)
    await clock.advance(59)
    await failure_of(ask(groq), CircuitOpenError)
    await clock.advance(1)
    await ask(groq)
    lost.cancel()
    await settle()
    await ask(groq)


async def test_43_a_hundred_429_leave_the_circuit_closed(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    transport = FakeTransport(refusal(429))
    groq = connect(transport, retry=None, rate_limit=None)
    for _ in range(100):
        await failure_of(ask(groq), RateLimitError)
    assert len(transport.requests) == 100
    assert not of(CircuitChanged, events)


async def test_a_streaming_probe_closes_the_circuit_with_its_first_bytes(
    connect: Connect, clock: FakeClock, events: Events
) -> None:
    hold = asyncio.Event()
    answer = stream(text_chunk("Hel"), Stall(hold), text_chunk("lo"), finish_chunk())
    groq = connect(FakeTransport(*[down()] * 5, answer, reply()))
    await open_the_circuit(groq)
    await clock.advance(5)
    probe = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await settle()
    assert [event.state for event in of(CircuitChanged, events)] == ["open", "half-open", "closed"]
    await ask(groq)
    hold.set()
    assert (await probe).text == "Hello"


# Rate limits


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


async def drained(connect: Connect, *answers: FakeResponse) -> tuple[GroqClient, FakeTransport]:
    """A client whose model has no tokens left, of 6000 a minute."""
    empty = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(0))
    transport = FakeTransport(empty, *(answers or (reply(),)))
    groq = connect(transport)
    await ask(groq)
    return groq, transport


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


async def test_a_refusal_teaches_the_service_count_of_the_same_request(
    connect: Connect, clock: FakeClock, limiter_of: LimiterOf
) -> None:
    message = "on tokens per minute (TPM): Limit 8000, Used 6577, Requested 2112. Please wait"
    transport = Timed(FakeTransport(refusal(429, message, retry_after="6"), reply()), clock)
    groq = connect(transport)
    call = ask(groq)
    await clock.advance(8)
    await call
    level = limiter_of(groq, "m").buckets["TPM"].level
    now = 8000 - 6577 + 6.75 * 8000 / 60  # when it was sent again
    assert transport.times[1] - transport.times[0] == pytest.approx(6.75)
    assert level == pytest.approx(now - 15 + 1.25 * 8000 / 60, abs=200)


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


# Waiting is visible, and ends when it is cancelled


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


# Uploads and the pool


async def test_57_an_upload_that_was_cut_is_sent_again_from_its_beginning(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(ConnectionError("Cut at 2 KB."), reply())
    call = ask(connect(transport), text="x" * 50_000)
    await clock.advance(1)
    await call
    first, second = (request.body for request in transport.requests)
    assert first == second
    assert second is not None
    assert len(second) > 50_000


async def test_58_an_exhausted_pool_is_told_plainly_and_not_sent_again(
    connect: Connect,
) -> None:
    message = "Every connection is in use; too many requests run at once."
    transport = FakeTransport(TimeoutError(message, phase="pool"))
    groq = connect(transport)
    for _ in range(20):
        error = await failure_of(ask(groq), TimeoutError)
        assert str(error) == message
    assert len(transport.requests) == 20, "and it is no sign of the service's health"


async def test_no_policy_no_change(clock: FakeClock) -> None:
    transport = FakeTransport(refusal(503))
    groq = GroqClient(
        transport=transport,
        clock=clock,
        api_key="gsk_test",
        retry=None,
        circuit_breaker=None,
        rate_limit=None,
    )
    for _ in range(30):
        await failure_of(ask(groq), ServerError)
    assert len(transport.requests) == 30


async def test_each_policy_stands_alone(connect: Connect, clock: FakeClock) -> None:
    alone = connect(FakeTransport(refusal(503), reply()), circuit_breaker=None, rate_limit=None)
    call = ask(alone)
    await clock.advance(1)
    await call
    breaking = connect(
        FakeTransport(refusal(503)),
        retry=None,
        rate_limit=None,
        circuit_breaker=CircuitBreakerPolicy(minimum_calls=2),
    )
    for _ in range(2):
        await failure_of(ask(breaking), ServerError)
    await failure_of(ask(breaking), CircuitOpenError)


async def test_a_foreign_exception_of_a_transport_gives_everything_back(
    connect: Connect, limiter_of: LimiterOf
) -> None:
    groq = connect(FakeTransport(KeyError("x")))
    await failure_of(ask(groq), ConnectionError)
    assert limiter_of(groq, "m").in_flight == 0


async def test_a_refusal_whose_body_stalls_is_read_for_a_while_only(
    connect: Connect, clock: FakeClock
) -> None:
    slow = FakeResponse(status=400, headers={"content-type": "text/plain"}, body=[b"No", Stall()])
    call = ask(connect(FakeTransport(slow)))
    await clock.advance(5.1)
    assert (await failure_of(call, BadRequestError)).message == "No"
    assert slow.closed


async def test_leaving_while_a_refusal_is_read_gives_everything_back(
    connect: Connect, clock: FakeClock, limiter_of: LimiterOf
) -> None:
    slow = FakeResponse(status=503, headers={}, body=[Stall()])
    groq = connect(FakeTransport(slow))
    call = ask(groq)
    await settle()
    call.cancel()
    await failure_of(call, asyncio.CancelledError)
    assert slow.closed
    assert limiter_of(groq, "m").in_flight == 0
