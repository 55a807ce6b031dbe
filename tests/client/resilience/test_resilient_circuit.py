"""A service that keeps failing is left alone (scenarios 39 to 43), in virtual time."""

import asyncio
import math

import pytest

from client import (
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    GroqError,
    RateLimitError,
    Request,
    Timeouts,
    user,
)
from client.events import CircuitChanged
from client.resilience.retry import RetryPolicy
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    finish_chunk,
    settle,
    text_chunk,
)
from tests.client.resilience.calls import (
    Connect,
    Events,
    Timed,
    ask,
    down,
    failure_of,
    of,
    open_the_circuit,
    refusal,
    reply,
    stall,
    stream,
)


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
