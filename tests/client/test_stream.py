"""A streamed reply over a fake transport, in a fake clock's time."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from client import (
    APIError,
    BodyReceived,
    ChatStream,
    ChunkReceived,
    ClientEvent,
    ConnectionError,  # noqa: A004
    ExchangeCancelled,
    ExchangeFailed,
    GroqClient,
    GroqError,
    HeadersReceived,
    ProtocolError,
    RateLimitError,
    ReplyCompleted,
    RequestSent,
    ServerError,
    StreamError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004
    Timeouts,
    ToolUseFailedError,
    UnexpectedContentTypeError,
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
    settle,
    text_chunk,
)

USAGE = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8, "completion_time": 0.001}
DONE = b"data: [DONE]\n\n"
Answer = FakeResponse | Exception | Callable[..., FakeResponse]


class Stage:
    """A client on fakes, with what its observer saw."""

    def __init__(self, *answers: Answer, timeout: Timeouts | float = Timeouts()) -> None:  # noqa: B008
        self.clock = FakeClock()
        self.transport = FakeTransport(*answers)
        self.events: list[ClientEvent] = []
        self.groq = GroqClient(
            api_key="gsk_test",
            transport=self.transport,
            clock=self.clock,
            observe=self.events.append,
            timeout=timeout,
            retry=None,
        )

    def stream(self, **options: Any) -> ChatStream:
        return self.groq.chat.stream(model="m", messages=[user("Hello")], **options)

    @property
    def told(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


async def texts(stream: ChatStream) -> list[str]:
    return [piece.text async for piece in stream]


async def read_until_it_breaks(stream: ChatStream) -> tuple[str, GroqError]:
    text = ""
    try:
        async for piece in stream:
            text += piece.text
    except GroqError as error:
        return text, error
    pytest.fail("the stream did not break")


def body(*parts: dict[str, object]) -> bytes:
    return b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts)


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


# Errors on the way

TOOL_ERROR = {
    "message": "Failed to call a function.",
    "type": "invalid_request_error",
    "code": "tool_use_failed",
    "failed_generation": '{"name": 5}',
    "status_code": 400,
}


def event(data: object, *, name: str = "") -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


@pytest.mark.parametrize(
    "report",
    [
        event({"error": TOOL_ERROR}, name="error"),
        event({"error": TOOL_ERROR}),
        event(TOOL_ERROR, name="error"),
        event({**chunk({"content": ""}), "error": TOOL_ERROR}),
    ],
    ids=["error-event", "data-error", "bare-error-event", "chunk-with-error"],
)
async def test_an_error_of_the_service_carries_the_partial_and_its_own_error(report: bytes) -> None:
    stream = Stage(FakeResponse.stream(text_chunk("may"), report, text_chunk("never"))).stream()

    text, error = await read_until_it_breaks(stream)

    assert type(error) is StreamError
    assert isinstance(error.error, ToolUseFailedError)
    assert (error.error.status, error.error.code) == (400, "tool_use_failed")
    assert error.error.failed_generation == '{"name": 5}'
    assert error.partial is not None
    assert text == error.partial.text == "may"


@pytest.mark.parametrize(
    ("report", "message"),
    [
        (event({"error": "the GPU is on fire"}), "the GPU is on fire"),
        (event("the GPU is on fire", name="error"), "the GPU is on fire"),
        (event({"error": {"detail": "busy"}}), "busy"),
        (event({"message": "m"}, name="error"), "m"),
        (event('"quoted"', name="error"), "quoted"),
        (event({**chunk(), "x_groq": {"error": "over capacity"}}), "over capacity"),
        (event("[" * 100_000, name="error"), "[" * 100_000),
        (event({"error": {"message": "half \ud800"}}), "half \ufffd"),
    ],
)
async def test_an_error_of_any_form_is_understood(report: bytes, message: str) -> None:
    _, error = await read_until_it_breaks(Stage(FakeResponse.stream(report)).stream())

    assert type(error) is StreamError
    assert isinstance(error.error, APIError)
    assert error.error.message == message


async def test_an_integer_code_is_the_status_of_an_error() -> None:
    report = event({"error": {"message": "slow down", "code": 429}})
    _, error = await read_until_it_breaks(Stage(FakeResponse.stream(report)).stream())

    assert isinstance(error, StreamError)
    assert isinstance(error.error, RateLimitError)
    assert error.retryable


@pytest.mark.parametrize(
    "data",
    [
        "garbage",
        "5",
        "[]",
        '"text"',
        "{",
        '{"choices": 5}',
        "[" * 100_000,
        '{"created": ' + "9" * 5000 + "}",
    ],
)
async def test_an_unreadable_event_interrupts_with_the_partial(data: str) -> None:
    answer = FakeResponse.stream(text_chunk("ok"), event(data), text_chunk("never"))

    text, error = await read_until_it_breaks(Stage(answer).stream())

    assert isinstance(error, StreamInterruptedError)
    assert isinstance(error.__cause__, ProtocolError)
    assert text == "ok"


@pytest.mark.parametrize(
    "data", ["event: ping\n\n", "event: ping\ndata: hello\n\n", "data:\n\n", ": hi\n\n"]
)
async def test_keep_alives_of_any_form_are_ignored(data: str) -> None:
    answer = FakeResponse.stream(data.encode(), text_chunk("a"), data.encode(), finish_chunk())

    assert await texts(Stage(answer).stream()) == ["a", ""]


async def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    stream = Stage(
        FakeResponse.stream(text_chunk("a\ud83d"), text_chunk("\ude00b"), finish_chunk())
    ).stream()
    await texts(stream)

    assert stream.text == "a\ufffd\ufffdb"
    assert stream.text.encode()


async def test_invalid_utf8_becomes_a_replacement_character() -> None:
    raw = body(text_chunk("a?b")).replace(b"?", b"\xff")
    stream = Stage(FakeResponse.stream(raw, finish_chunk())).stream()

    assert await texts(stream) == ["a\ufffdb", ""]


async def test_content_null_and_missing_usage_are_no_error() -> None:
    answer = FakeResponse.stream(
        chunk({"role": "assistant", "content": None}), text_chunk("a"), finish_chunk()
    )
    stream = Stage(answer).stream()

    assert await texts(stream) == ["", "a", ""]
    assert stream.usage.total_tokens is None


async def test_a_cut_event_is_never_shown() -> None:
    whole, half = body(text_chunk("one")), body(text_chunk("two"))[:-1]

    text, error = await read_until_it_breaks(
        Stage(FakeResponse.stream(whole, half, done=False)).stream()
    )

    assert text == "one"
    assert isinstance(error, StreamInterruptedError)


async def test_chunks_that_arrived_before_an_error_are_delivered_first() -> None:
    together = body(text_chunk("a"), text_chunk("b")) + event({"error": TOOL_ERROR})

    text, error = await read_until_it_breaks(Stage(FakeResponse.stream(together)).stream())

    assert text == "ab"
    assert isinstance(error, StreamError)


@pytest.mark.parametrize("problem", [ConnectionError("reset by peer"), OSError("a foreign error")])
async def test_a_broken_connection_interrupts_with_its_cause(problem: Exception) -> None:
    answer = FakeResponse.stream(text_chunk("a"), problem)

    text, error = await read_until_it_breaks(Stage(answer).stream())

    assert text == "a"
    assert isinstance(error, StreamInterruptedError)
    assert isinstance(error.__cause__, ConnectionError)
    assert answer.closed


async def test_an_event_without_end_is_too_large() -> None:
    answer = FakeResponse.stream(text_chunk("a"), *[b"x" * 1_000_000] * 9)

    _, error = await read_until_it_breaks(Stage(answer).stream())

    assert "larger than" in str(error)
    assert answer.closed


# Refusals before the stream begins


async def test_a_refused_request_raises_the_services_error_on_entry() -> None:
    answer = FakeResponse.json({"error": {"message": "over capacity"}}, status=503)
    stage = Stage(answer)
    stream = stage.stream()

    with pytest.raises(ServerError, match="over capacity"):
        async with stream:
            pytest.fail("it was entered")

    assert answer.closed
    assert stage.told[-1] == "ExchangeFailed"
    with pytest.raises(ServerError):
        await texts(stream)
    assert len(stage.transport.requests) == 1


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", ""])
async def test_an_answer_of_another_type_is_no_empty_reply(kind: str) -> None:
    answer = FakeResponse(headers={"content-type": kind} if kind else {}, body=[b"<html>"])

    with pytest.raises(UnexpectedContentTypeError, match="base_url"):
        await texts(Stage(answer).stream())


@pytest.mark.parametrize("kind", ["text/plain", "Text/Event-Stream; charset=utf-8"])
async def test_events_are_read_under_other_names_of_their_type(kind: str) -> None:
    answer = FakeResponse.stream(text_chunk("a"), finish_chunk(), headers={"content-type": kind})

    assert await texts(Stage(answer).stream()) == ["a", ""]


async def test_a_whole_reply_in_answer_to_a_stream_is_one_chunk() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    message = {"role": "assistant", "content": "Hi", "reasoning": "Hm.", "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    answer = FakeResponse.json({"id": "x", "model": "m", "choices": [choice], "usage": USAGE})
    stage = Stage(answer)
    stream = stage.stream()

    assert await texts(stream) == ["Hi"]
    assert stream.complete
    assert (stream.reasoning, stream.tool_calls[0].name) == ("Hm.", "f")
    assert stream.usage.total_tokens == 8
    assert stage.told[-2:] == ["ChunkReceived", "ReplyCompleted"]
    assert answer.closed


@pytest.mark.parametrize(
    ("answer", "kind"),
    [({"error": {"message": "no"}}, APIError), ({"error": "no"}, APIError), ({}, ProtocolError)],
)
async def test_any_other_json_in_answer_to_a_stream_is_an_error(
    answer: object, kind: type[GroqError]
) -> None:
    with pytest.raises(kind):
        await texts(Stage(FakeResponse.json(answer)).stream())


# Silence


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


# Leaving


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


# Observers and stamps


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
