"""A streamed reply, read to its end, and what counts as its end."""

import asyncio
import json

import pytest

from client import (
    ConnectionError,  # noqa: A004
    StreamInterruptedError,
)
from client.testing import (
    FakeResponse,
    Stall,
    chunk,
    finish_chunk,
    reasoning_chunk,
    settle,
    text_chunk,
)
from tests.client.streams.stream_stage import DONE, USAGE, Stage, body, read_until_it_breaks, texts

# Reading


async def test_a_bare_loop_reads_the_reply_and_lets_go() -> None:
    answer = FakeResponse.stream(text_chunk("Hel"), text_chunk("lo"), finish_chunk(usage=USAGE))
    stream = Stage(answer).stream()

    assert await texts(stream) == ["Hel", "lo", ""]
    assert (stream.text, stream.complete, stream.finish_reason) == ("Hello", True, "stop")
    assert stream.usage.completion_tokens == 3
    assert answer.closed


async def test_nothing_is_sent_before_the_first_iteration() -> None:
    stage = Stage(FakeResponse.stream(finish_chunk()))
    stream = stage.stream()
    await settle()
    assert stage.transport.requests == []

    await texts(stream)

    assert json.loads(stage.transport.requests[0].body or b"")["stream"] is True


async def test_async_with_sends_and_keeps_the_stream_until_its_end() -> None:
    answer = FakeResponse.stream(text_chunk("a"), text_chunk("b"), finish_chunk())
    stage = Stage(answer)

    async with stage.stream() as stream:
        assert len(stage.transport.requests) == 1
        async for _ in stream:
            break
        assert not answer.closed
        assert await texts(stream) == ["b", ""]

    assert answer.closed
    assert stream.complete


async def test_leaving_a_bare_loop_closes_the_connection_at_once() -> None:
    answer = FakeResponse.stream(body(text_chunk("a")), Stall())
    stage = Stage(answer)
    stream = stage.stream()

    async for _ in stream:
        break
    await settle(3)

    assert answer.closed
    assert not stream.complete
    assert stage.told[-1] == "ExchangeCancelled"
    assert len(stage.groq._wire.open) == 0


async def test_leaving_after_the_finish_reason_is_a_complete_reply() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), finish_chunk()))
    stream = stage.stream()

    async for piece in stream:
        if piece.finish_reason:
            break
    await settle(3)

    assert stream.complete
    assert stage.told[-1] == "ReplyCompleted"


async def test_the_fold_can_be_read_on_the_way() -> None:
    together = body(text_chunk("b"), finish_chunk()) + DONE
    answer = FakeResponse.stream(reasoning_chunk("Hm."), text_chunk("a"), together)
    stream = Stage(answer).stream()
    chunks = aiter(stream)

    await anext(chunks)
    assert (stream.message.reasoning, stream.text, stream.complete) == ("Hm.", "", False)
    await anext(chunks)
    assert (stream.message.text, stream.complete) == ("a", False)
    await anext(chunks)
    assert (stream.message.text, stream.complete) == ("ab", True)


async def test_a_whole_reply_can_be_asked_of_a_stream() -> None:
    envelope = {"id": "req_1", "usage": USAGE}
    last = chunk(finish_reason="stop", x_groq=envelope)
    reply = await Stage(FakeResponse.stream(text_chunk("Hi"), last)).stream().reply()

    assert (reply.text, reply.finish_reason, reply.request_id) == ("Hi", "stop", "req_1")
    assert reply.usage.total_tokens == 8
    assert reply.timing.end is not None


async def test_the_usage_chunk_after_the_finish_reason_is_waited_for() -> None:
    usage_chunk = {**chunk(), "choices": [], "usage": USAGE, "service_tier": "on_demand"}
    reply = (
        await Stage(FakeResponse.stream(text_chunk("a"), finish_chunk(), usage_chunk))
        .stream()
        .reply()
    )

    assert reply.usage.total_tokens == 8
    assert reply.service_tier == "on_demand"


# The end


async def test_after_the_end_mark_an_open_socket_is_not_waited_for() -> None:
    answer = FakeResponse.stream(body(text_chunk("a"), finish_chunk()) + DONE, Stall(), done=False)
    stage = Stage(answer)
    stream = stage.stream()
    reading = asyncio.create_task(texts(stream))
    await settle()
    assert stream.complete
    assert not reading.done()

    await stage.clock.advance(0.1)

    assert await reading == ["a", ""]
    assert answer.closed
    assert stage.clock.waiting == 0


async def test_chunks_that_came_with_the_end_mark_are_not_held_back() -> None:
    answer = FakeResponse.stream(body(text_chunk("a"), finish_chunk()) + DONE, Stall(), done=False)
    stage = Stage(answer)
    stream = stage.stream()

    chunks = aiter(stream)
    assert [(await anext(chunks)).text, (await anext(chunks)).text] == ["a", ""]
    assert stage.clock.waiting == 0

    closing = asyncio.create_task(stream.aclose())
    await stage.clock.advance(0.1)
    await closing
    assert answer.closed


async def test_what_follows_the_end_mark_is_ignored() -> None:
    answer = FakeResponse.stream(
        text_chunk("a"), DONE, text_chunk("b"), DONE, b"data: {garbage\n\n"
    )
    stage = Stage(answer)

    assert await texts(stage.stream()) == ["a"]
    assert stage.told.count("ReplyCompleted") == 1


async def test_a_finish_reason_without_end_mark_is_complete() -> None:
    answer = FakeResponse.stream(text_chunk("a"), finish_chunk(), done=False)
    stream = Stage(answer).stream()

    assert await texts(stream) == ["a", ""]
    assert stream.complete


@pytest.mark.parametrize("rest", [ConnectionError("reset"), b"data: {gar", b"data: garbage\n\n"])
async def test_what_breaks_after_the_finish_reason_breaks_nothing(rest: bytes | Exception) -> None:
    stream = Stage(FakeResponse.stream(text_chunk("a"), finish_chunk(), rest, done=False)).stream()

    assert await texts(stream) == ["a", ""]
    assert stream.complete


async def test_silence_after_the_finish_reason_ends_the_reply_soon() -> None:
    answer = FakeResponse.stream(text_chunk("a"), finish_chunk(), Stall(), done=False)
    stage = Stage(answer)
    reading = asyncio.create_task(texts(stage.stream()))

    await stage.clock.advance(2.5)

    assert await reading == ["a", ""]


async def test_neither_end_mark_nor_finish_reason_is_an_interruption() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("Hel"), text_chunk("lo"), done=False))
    stream = stage.stream()

    text, error = await read_until_it_breaks(stream)

    assert isinstance(error, StreamInterruptedError)
    assert error.partial is not None
    assert (text, error.partial.text) == ("Hello", "Hello")
    assert not error.retryable
    assert not stream.complete
    assert stage.told[-1] == "ExchangeFailed"


async def test_an_empty_event_stream_is_an_error_that_may_be_retried() -> None:
    _, error = await read_until_it_breaks(Stage(FakeResponse.stream(done=False)).stream())

    assert isinstance(error, StreamInterruptedError)
    assert error.retryable


async def test_a_broken_stream_raises_the_same_error_again() -> None:
    stream = Stage(FakeResponse.stream(text_chunk("a"), done=False)).stream()
    _, first = await read_until_it_breaks(stream)

    assert await read_until_it_breaks(stream) == ("", first)
