"""Streams that break, before and after their first byte, in virtual time."""

import asyncio

import pytest

from client import (
    CircuitOpenError,
    ConnectionError,  # noqa: A004 - the client's
    HeadersReceived,
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
    Timed,
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


@pytest.mark.parametrize("silence", [[], [b": ping\n\n"], [b":\r\n", b"\n"]])
async def test_a_stall_before_the_first_event_is_asked_for_again(
    connect: Connect, clock: FakeClock, events: Events, silence: list[bytes]
) -> None:
    stalled = stream(*silence, Stall())
    second = stream(text_chunk("Hello"), finish_chunk())
    second.headers = {**second.headers, "x-request-id": "req_2"}
    transport = FakeTransport(stalled, second)
    groq = connect(transport, timeout=Timeouts(idle=20))
    reading = groq.chat.stream(model="m", messages=[user("Why?")])
    call = asyncio.create_task(reading.reply())
    begun = clock.now()
    await clock.advance(19.9)
    assert len(transport.requests) == 1
    await clock.advance(1)
    assert (await call).text == "Hello"
    assert stalled.closed
    assert len(transport.requests) == 2
    (again,) = of(RetryScheduled, events)
    assert (again.at - begun, again.reason) == (20, "no answer in time (idle)")
    assert [event.headers.get("x-request-id") for event in of(HeadersReceived, events)] == [
        None,
        "req_2",
    ]
    assert reading.request_id == "req_2"
    assert reading.timing.headers == pytest.approx(begun + 20.25)


async def test_a_stall_before_the_body_of_a_whole_reply_is_asked_for_again(
    connect: Connect, clock: FakeClock
) -> None:
    stalled = FakeResponse(headers=reply().headers, body=[Stall()])
    transport = FakeTransport(stalled, reply())
    call = ask(connect(transport))
    await clock.advance(31)
    assert (await call).text == "Yes"
    assert len(transport.requests) == 2


async def test_a_service_that_stalls_every_time_ends_in_a_typed_error(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(Stall()))
    groq = connect(transport, timeout=Timeouts(idle=10))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(40)
    error = await failure_of(call, StreamInterruptedError)
    assert "stalled" in str(error)
    assert len(transport.requests) == 3


async def test_a_stall_after_the_first_event_is_the_callers(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(text_chunk("Hel"), Stall()))
    groq = connect(transport, timeout=Timeouts(idle=10))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(11)
    error = await failure_of(call, StreamInterruptedError)
    assert error.partial is not None
    assert error.partial.text == "Hel"
    assert len(transport.requests) == 1


async def test_waiting_for_a_second_stream_is_no_stall_of_the_first(
    connect: Connect, clock: FakeClock
) -> None:
    """The second answer has all the time that its own phases allow."""
    broken = stream(ConnectionError("The connection broke."))
    answers = FakeTransport(broken, stream(text_chunk("Hello"), finish_chunk()))
    transport = Timed(answers, clock, 0.0, 50.0)
    groq = connect(transport, timeout=Timeouts(idle=10, first_byte=60))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(60)
    assert (await call).text == "Hello"


async def test_the_whole_calls_bound_ends_the_wait_for_a_first_event(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(Stall()))
    groq = connect(transport, timeout=Timeouts(idle=10, total=15))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(15.1)
    error = await failure_of(call, StreamInterruptedError)
    assert "longer than the 15 s" in str(error)
    assert len(transport.requests) == 2


async def test_without_retries_a_stall_is_told_at_its_time(
    connect: Connect, clock: FakeClock
) -> None:
    transport = FakeTransport(stream(Stall()))
    groq = connect(transport, timeout=Timeouts(idle=10), retry=None)
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(10.1)
    assert "stalled" in str(await failure_of(call, StreamInterruptedError))


async def test_leaving_while_a_first_event_is_awaited_lets_go_of_everything(
    connect: Connect, clock: FakeClock
) -> None:
    stalled = stream(Stall())
    groq = connect(FakeTransport(stalled))
    call = asyncio.create_task(groq.chat.stream(model="m", messages=[user("Why?")]).reply())
    await clock.advance(1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert stalled.closed
    assert clock.waiting == 0


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
