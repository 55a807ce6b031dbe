"""Streams that are left, closed or cancelled."""

import asyncio

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqError,
    StreamError,
    StreamInterruptedError,
    user,
)
from client.testing import (
    FakeResponse,
    Stall,
    finish_chunk,
    settle,
    text_chunk,
)
from tests.client.streams.stream_stage import Stage, read_until_it_breaks, texts


async def test_cancelling_the_reader_closes_the_connection_and_lets_the_cancellation_pass() -> None:
    answer = FakeResponse.stream(text_chunk("a"), Stall())
    stage = Stage(answer)
    stream = stage.stream()
    reading = asyncio.create_task(texts(stream))
    await settle()

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert answer.closed
    assert stream.text == "a"
    assert stage.told[-1] == "ExchangeCancelled"


async def test_cancelling_while_the_request_is_sent_ends_it_for_good() -> None:
    stage = Stage()

    async def silent(request: object) -> FakeResponse:
        await asyncio.Event().wait()
        raise AssertionError

    stage.transport.send = silent  # type: ignore[method-assign]
    stream = stage.stream()
    entering = asyncio.create_task(stream.__aenter__())
    await settle()

    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering

    assert stage.told == ["RequestSent", "ExchangeCancelled"]
    with pytest.raises(StreamInterruptedError):
        await texts(stream)


async def test_a_callers_own_timeout_ends_as_the_callers_own() -> None:
    answer = FakeResponse.stream(text_chunk("a"), Stall())
    stream = Stage(answer).stream()

    with pytest.raises(asyncio.TimeoutError) as caught:
        async with asyncio.timeout(0.01):
            await texts(stream)

    assert not isinstance(caught.value, GroqError)
    assert answer.closed


async def test_closing_from_another_task_ends_the_reader_with_a_typed_error() -> None:
    answer = FakeResponse.stream(text_chunk("a"), Stall())
    stage = Stage(answer)
    stream = stage.stream()
    reading = asyncio.create_task(read_until_it_breaks(stream))
    await settle()

    await stream.aclose()

    text, error = await reading
    assert text == "a"
    assert isinstance(error, StreamInterruptedError)
    assert reading.cancelling() == 0
    assert answer.closed
    assert stage.told[-1] == "ExchangeCancelled"


async def test_closing_twice_and_after_the_end_is_nothing_new() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), finish_chunk()))
    async with stage.stream() as stream:
        await texts(stream)
    await stream.aclose()
    await stream.aclose()

    assert stream.complete
    assert stage.told.count("ReplyCompleted") == 1
    assert "ExchangeCancelled" not in stage.told


async def test_closing_before_the_beginning_sends_nothing() -> None:
    stage = Stage(FakeResponse.stream())
    stream = stage.stream()
    await stream.aclose()

    with pytest.raises(StreamInterruptedError):
        await texts(stream)
    assert stage.transport.requests == []


async def test_two_tasks_cannot_read_one_stream() -> None:
    stream = Stage(FakeResponse.stream(text_chunk("a"), Stall())).stream()
    reading = asyncio.create_task(texts(stream))
    await settle()

    with pytest.raises(StreamError, match="Another task"):
        await anext(aiter(stream))

    reading.cancel()
    await asyncio.wait([reading])


async def test_closing_the_client_ends_its_streams_with_a_typed_error() -> None:
    answers = [FakeResponse.stream(text_chunk("a"), Stall()) for _ in range(5)]
    stage = Stage(*answers)
    before = asyncio.all_tasks()
    reading = [asyncio.create_task(read_until_it_breaks(stage.stream())) for _ in answers]
    idle = stage.stream()
    await settle()

    await stage.groq.aclose()

    for text, error in await asyncio.gather(*reading):
        assert text == "a"
        assert isinstance(error, StreamInterruptedError)
        assert "closed" in str(error)
        assert not error.retryable
    assert asyncio.all_tasks() == before
    assert all(answer.closed for answer in answers)
    assert stage.transport.closed
    with pytest.raises(ConnectionError, match="The client is closed"):
        await texts(idle)


async def test_closing_the_client_between_two_chunks_ends_the_next_read() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), text_chunk("b")))
    chunks = aiter(stage.stream())
    await anext(chunks)

    await stage.groq.aclose()

    with pytest.raises(StreamInterruptedError, match="The client is closed"):
        await anext(chunks)


async def test_an_answer_that_comes_in_spite_of_the_closing_is_let_go() -> None:
    answer = FakeResponse.stream(text_chunk("a"))
    stage = Stage()

    async def stubborn(request: object) -> FakeResponse:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return answer
        raise AssertionError

    stage.transport.send = stubborn  # type: ignore[method-assign]
    reading = asyncio.create_task(read_until_it_breaks(stage.stream()))
    await settle()

    await stage.groq.aclose()

    _, error = await reading
    assert isinstance(error, ConnectionError)
    assert answer.closed
    assert reading.cancelling() == 0


async def test_a_cancellation_that_comes_with_the_closing_is_not_swallowed() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), Stall()))
    reading = asyncio.create_task(texts(stage.stream()))
    await settle()

    reading.cancel()
    await stage.groq.aclose()

    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_closing_the_client_ends_an_unstreamed_call_too() -> None:
    stage = Stage(FakeResponse(headers={"content-type": "application/json"}, body=[Stall()]))
    calling = asyncio.create_task(stage.groq.chat.create(model="m", messages=[user("Hi")]))
    await settle()

    await stage.groq.aclose()

    with pytest.raises(ConnectionError, match="The client is closed"):
        await calling
