"""How long a stream may be silent, in a fake clock's time."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from client import (
    StreamInterruptedError,
    TimeoutError,  # noqa: A004
)
from client.testing import (
    FakeClock,
    FakeResponse,
    Stall,
    finish_chunk,
    text_chunk,
)
from tests.client.streams.stream_stage import Stage, body, read_until_it_breaks, texts


async def test_a_stalled_stream_times_out_and_keeps_the_partial() -> None:
    answer = FakeResponse.stream(text_chunk("a"), Stall())
    stage = Stage(answer)
    reading = asyncio.create_task(read_until_it_breaks(stage.stream()))

    await stage.clock.advance(29.9)
    assert not reading.done()
    await stage.clock.advance(0.2)

    text, error = await reading
    assert text == "a"
    assert isinstance(error, StreamInterruptedError)
    assert isinstance(error.__cause__, TimeoutError)
    assert error.__cause__.phase == "idle"
    assert answer.closed
    assert stage.clock.waiting == 0


async def test_no_answer_at_all_times_out_at_the_first_byte() -> None:
    stage = Stage()

    async def silent(request: object) -> FakeResponse:
        await asyncio.Event().wait()
        raise AssertionError

    stage.transport.send = silent  # type: ignore[method-assign]
    reading = asyncio.create_task(read_until_it_breaks(stage.stream()))

    await stage.clock.advance(61)

    _, error = await reading
    assert isinstance(error, TimeoutError)
    assert error.phase == "first byte"
    assert error.retryable


class Dripping:
    """A body that sends a piece, lets the clock move on, and begins again."""

    def __init__(self, clock: FakeClock, piece: bytes, seconds: float) -> None:
        self.status, self.headers = 200, {"content-type": "text/event-stream"}
        self.clock, self.piece, self.seconds, self.closed = clock, piece, seconds, False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await self.clock.sleep(self.seconds)
            yield self.piece

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize("piece", [b": ping\n\n", b"x"], ids=["comments", "dripping-line"])
async def test_comments_keep_a_stream_alive_but_not_for_ever(piece: bytes) -> None:
    stage = Stage()
    answer = Dripping(stage.clock, piece, 15.0)
    stage.transport._answers = (lambda request: answer,)  # type: ignore[assignment]
    reading = asyncio.create_task(read_until_it_breaks(stage.stream()))

    await stage.clock.advance(590)
    assert not reading.done()
    await stage.clock.advance(20)

    _, error = await reading
    assert isinstance(error, StreamInterruptedError)
    assert answer.closed


async def test_a_slow_stream_goes_on_as_long_as_events_come() -> None:
    stage = Stage()
    answer = Dripping(stage.clock, body(text_chunk("a")), 25.0)
    stage.transport._answers = (lambda request: answer,)  # type: ignore[assignment]
    stream = stage.stream()
    reading = asyncio.create_task(texts(stream))

    await stage.clock.advance(2000)

    assert stream.text == "a" * 80
    reading.cancel()
    await asyncio.wait([reading])


async def test_a_bound_on_the_whole_call_ends_a_lively_stream() -> None:
    stage = Stage(timeout=100.0)
    piece = body(text_chunk("a"))
    stage.transport._answers = (lambda request: Dripping(stage.clock, piece, 15.0),)  # type: ignore[assignment]
    reading = asyncio.create_task(read_until_it_breaks(stage.stream()))

    await stage.clock.advance(101)

    text, error = await reading
    assert text == "aaaaaa"
    assert "100 s" in str(error)


async def test_a_slow_reader_is_no_silent_service() -> None:
    stage = Stage(FakeResponse.stream(text_chunk("a"), text_chunk("b"), finish_chunk()))
    seen = []

    async for piece in stage.stream():
        seen.append(piece.text)
        await stage.clock.advance(3600)

    assert seen == ["a", "b", ""]
