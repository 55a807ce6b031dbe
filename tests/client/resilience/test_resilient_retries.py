"""Failed requests that are sent again (scenarios 31 to 38, 57, 58), in virtual time."""

import asyncio
import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from client import (
    APIError,
    BadRequestError,
    CapacityExceededError,
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    GroqClient,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    TimeoutError,  # noqa: A004 - the client's
    user,
)
from client.events import RetryScheduled
from client.resilience.circuit_breaker import CircuitBreakerPolicy
from client.resilience.retry import RetryPolicy
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    settle,
)
from tests.client.resilience.calls import (
    Connect,
    CutAfter,
    Events,
    LimiterOf,
    Timed,
    ask,
    failure_of,
    of,
    open_files,
    refusal,
    reply,
    stall,
    tokens_left,
)


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


async def test_successes_earn_the_budget_back(connect: Connect, clock: FakeClock) -> None:
    answers = [refusal(503)] * 11 + [reply()] * 10 + [refusal(503), reply()]
    transport = FakeTransport(*answers)
    groq = connect(transport, circuit_breaker=None, retry=RetryPolicy(attempts=100))
    spent = ask(groq, max_wait=math.inf)
    await clock.advance(100)
    await failure_of(spent, ServerError)
    for _ in range(10):
        await ask(groq)
    again = ask(groq)
    await clock.advance(1)
    await again


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


async def test_the_waits_of_a_call_are_one_sum(connect: Connect, clock: FakeClock) -> None:
    transport = FakeTransport(refusal(429, retry_after="40"))
    call = ask(connect(transport))
    await clock.advance(50)
    await failure_of(call, RateLimitError)
    assert len(transport.requests) == 2, "another forty seconds are beyond a minute"


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


async def test_57_an_upload_that_was_cut_reads_its_file_again_and_closes_it(
    connect: Connect, clock: FakeClock, tmp_path: Path
) -> None:
    talk = tmp_path / "talk.flac"
    talk.write_bytes(b"fLaC" + bytes(range(256)) * 2000)
    transport = CutAfter(2048, FakeResponse.json({"text": " Yes."}))
    groq = connect(transport)
    call = asyncio.create_task(groq.audio.transcribe(model="whisper-large-v3", file=talk))
    while len(transport.received) < 1:
        await settle()
    while not call.done():
        await clock.advance(1)
    assert (await call).text == " Yes."
    first, second = transport.received
    assert second.startswith(first)
    assert talk.read_bytes() in second
    assert str(talk) not in open_files()
