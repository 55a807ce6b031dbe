"""What goes wrong in a stream, and before it begins."""

import json

import pytest

from client import (
    APIError,
    ConnectionError,  # noqa: A004
    GroqError,
    ProtocolError,
    RateLimitError,
    ServerError,
    StreamError,
    StreamInterruptedError,
    ToolUseFailedError,
    UnexpectedContentTypeError,
)
from client.testing import (
    FakeResponse,
    chunk,
    finish_chunk,
    text_chunk,
)
from tests.client.streams.stream_stage import USAGE, Stage, body, read_until_it_breaks, texts

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
