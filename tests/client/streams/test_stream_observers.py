"""What observers are told of a stream, and its stamps."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import FrozenInstanceError

import pytest

from client import (
    BodyReceived,
    ChunkReceived,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    GroqClient,
    HeadersReceived,
    ReplyCompleted,
    RequestSent,
    user,
)
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
    chunk,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)
from tests.client.streams.stream_stage import DONE, USAGE, Stage, body, read_until_it_breaks, texts


async def test_an_observer_is_told_everything_in_order() -> None:
    stage = Stage(FakeResponse.stream(reasoning_chunk("Hm"), text_chunk("a"), finish_chunk()))
    stream = stage.stream()
    await texts(stream)

    assert stage.told == [
        "RequestSent",
        "HeadersReceived",
        *["ChunkReceived"] * 3,
        "ReplyCompleted",
    ]
    assert {event.exchange for event in stage.events} == {1}
    sent, headers, chunk_event = stage.events[0], stage.events[1], stage.events[2]
    assert isinstance(sent, RequestSent)
    assert isinstance(headers, HeadersReceived)
    assert isinstance(chunk_event, ChunkReceived)
    assert (sent.method, sent.model, sent.streaming) == ("POST", "m", True)
    assert "authorization" not in sent.headers
    assert json.loads(chunk_event.data) == reasoning_chunk("Hm")
    completed = stage.events[-1]
    assert isinstance(completed, ReplyCompleted)
    assert completed.reply.text == "a"


async def test_the_event_of_a_chunk_is_frozen_like_all_others() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), text_chunk("b"), finish_chunk()))
    chunks = [piece async for piece in stage.stream()]

    events = [event for event in stage.events if isinstance(event, ChunkReceived)]
    for event, handed_over in zip(events, chunks, strict=True):
        same = ChunkReceived(exchange=1, at=event.at, chunk=handed_over, data=event.data)
        assert event == same
        assert repr(event) == repr(same)
        assert "data" not in repr(event)
        with pytest.raises(FrozenInstanceError):
            event.at = 0.0  # type: ignore[misc]


async def test_an_observer_is_told_how_a_stream_failed() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), done=False))
    _, error = await read_until_it_breaks(stage.stream())

    last = stage.events[-1]
    assert isinstance(last, ExchangeFailed)
    assert last.error is error
    assert not any(isinstance(event, ExchangeCancelled | BodyReceived) for event in stage.events)


async def test_an_observer_that_raises_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), finish_chunk()))
    after: list[ClientEvent] = []

    def broken(event: ClientEvent) -> None:
        raise RuntimeError("a bug of the observer")

    stage.groq.observe(broken)
    stage.groq.observe(after.append)

    with caplog.at_level(logging.ERROR):
        assert await texts(stage.stream()) == ["a", ""]

    assert after == stage.events
    assert "RequestSent" in caplog.text


async def test_an_observer_may_leave_while_it_is_told() -> None:
    stage = Stage(FakeResponse.stream(finish_chunk()))
    seen: list[ClientEvent] = []

    def once(event: ClientEvent) -> None:
        seen.append(event)
        stage.groq.unobserve(once)

    stage.groq.observe(once)
    stage.groq.observe(stage.events.append)
    await texts(stage.stream())

    assert len(seen) == 1
    stage.groq.unobserve(once)


async def test_the_stamps_are_exact() -> None:
    clock = FakeClock(now=100.0)

    class Paced:
        status, headers = 200, {"content-type": "text/event-stream"}

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for seconds, piece in (
                (0.25, chunk({"role": "assistant", "content": ""})),
                (0.25, reasoning_chunk("Hm")),
                (0.5, text_chunk("a")),
                (0.5, text_chunk("b")),
                (0.5, finish_chunk(usage=USAGE)),
            ):
                await clock.sleep(seconds)
                yield body(piece)
            await clock.sleep(0.25)
            yield DONE

        async def aclose(self) -> None: ...

    async def slow(request: object) -> Paced:
        await clock.sleep(1.0)
        return Paced()

    transport = FakeTransport()
    transport.send = slow  # type: ignore[method-assign, assignment]
    groq = GroqClient(api_key="gsk_test", transport=transport, clock=clock)
    stream = groq.chat.stream(model="m", messages=[user("Hi")])
    reading = asyncio.create_task(texts(stream))
    await clock.advance(5)
    await reading

    timing = stream.timing
    assert (timing.sent, timing.headers) == (100.0, 101.0)
    assert (timing.first_event, timing.first_reasoning) == (101.25, 101.5)
    assert (timing.first_content, timing.last_token) == (102.0, 102.5)
    assert timing.end == 103.25
    assert list(timing.chunks) == [101.25, 101.5, 102.0, 102.5, 103.0]
    assert timing.inter_token_latencies() == [0.25, 0.5, 0.5, 0.5]
    assert (timing.time_to_headers, timing.time_to_first_token) == (1.0, 1.5)
    assert (timing.time_to_first_content, timing.duration) == (2.0, 3.25)
    assert timing.generation == 1.0
    assert timing.tokens_per_second(3) == 2.0
    assert timing.tokens_per_second(1) is None


async def test_a_failed_stream_has_an_end_too() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), Stall()))
    stream = stage.stream()
    reading = asyncio.create_task(read_until_it_breaks(stream))
    await stage.clock.advance(31)
    await reading

    assert stream.timing.duration == 30.0


async def test_limits_of_a_stream_are_known_to_the_client() -> None:
    headers = {
        "x-ratelimit-limit-tokens": "8000",
        "x-ratelimit-remaining-tokens": "7999",
        "x-request-id": "req_9",
    }
    stage = Stage(FakeResponse.stream(finish_chunk(), headers=headers))
    async with stage.stream() as stream:
        limits = stream.rate_limits
        assert stream.request_id == "req_9"

    assert limits is not None
    assert limits.tokens is not None
    assert limits.tokens.remaining == 7999
    assert stage.groq.rate_limits("m") is limits
    assert stage.groq.rate_limits("another") is None


async def test_a_stream_says_which_events_are_its_own() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("Hi"), finish_chunk()))

    async with stage.groq.chat.stream(model="m", messages=[user("Hi")]) as stream:
        await stream.reply()

    assert {event.exchange for event in stage.events} == {stream.exchange}
