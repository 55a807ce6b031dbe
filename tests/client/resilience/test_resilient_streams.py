"""Streams that break, before and after their first byte, in virtual time."""

import asyncio

import pytest

from client import (
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    Request,
    StreamError,
    StreamInterruptedError,
    Timeouts,
    user,
)
from client.events import RetryScheduled
from client.resilience.transport import ResilientTransport
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    finish_chunk,
    text_chunk,
)
from tests.client.resilience.calls import (
    Connect,
    Events,
    ask,
    down,
    failure_of,
    of,
    refusal,
    reply,
    stream,
)


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


@pytest.mark.parametrize("silence", [[], [Stall()]], ids=["an early end", "a stall"])
async def test_streams_that_end_early_or_stall_open_it_too(
    connect: Connect, clock: FakeClock, silence: list[Stall]
) -> None:
    answer = stream(text_chunk("Hel"), *silence)
    groq = connect(FakeTransport(answer), timeout=Timeouts(idle=1))
    for _ in range(10):
        reading = groq.chat.stream(model="m", messages=[user("Why?")]).reply()
        call = asyncio.create_task(reading)
        await clock.advance(2)
        await failure_of(call, StreamInterruptedError)
    await failure_of(ask(groq), CircuitOpenError)


async def test_readers_who_leave_do_not_open_the_circuit(connect: Connect) -> None:
    transport = FakeTransport(FakeResponse.stream(*[text_chunk("x")] * 5))
    groq = connect(transport)
    for _ in range(30):
        async with groq.chat.stream(model="m", messages=[user("Why?")]) as reading:
            async for _chunk in reading:
                break
    assert len(transport.requests) == 30


async def test_an_answer_of_another_kind_does_not_stand_in_for_a_stream(
    connect: Connect, clock: FakeClock
) -> None:
    other = reply()
    groq = connect(FakeTransport(stream(ConnectionError("It broke.")), other))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(5)
    assert "It broke." in str(await failure_of(call, StreamInterruptedError))
    assert other.closed


@pytest.mark.parametrize(("read_on", "state"), [(True, "closed"), (False, "half-open")])
async def test_used_alone_the_transport_knows_a_body_by_its_end(
    clock: FakeClock, read_on: bool, state: str
) -> None:
    fake = FakeTransport(*[down()] * 5, FakeResponse(body=[]))
    transport = ResilientTransport(fake, clock=clock, retry=None)
    request = Request(method="GET", url="https://api.groq.com/openai/v1/models", headers={})
    for _ in range(5):
        await failure_of(transport.send(request), ConnectionError)
    await clock.advance(5)
    response = await transport.send(request)
    if read_on:
        assert [piece async for piece in response] == []
    await response.aclose()
    (circuit,) = transport._circuits.values()
    assert circuit.state == state
