"""What is said of a request or an answer that is none, word for word."""

import json
from typing import Any

import pytest

from client import (
    APIError,
    AssistantMessage,
    ChatReply,
    ProtocolError,
    UnexpectedContentTypeError,
    ValidationError,
    user,
)
from client.chunks import ChunkDecoder
from client.codec import (
    content_type,
    decode,
    decode_answer,
    decode_error,
    decode_stream_error,
    encode_chat,
    encode_json,
)


def nested(depth: int) -> Any:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"x": "\ud800"}, "a text holds half of a surrogate pair"),
        ({"x": float("nan")}, "Out of range float values are not JSON compliant: nan"),
        ({"x": {1, 2}}, "set is no JSON value"),
        ({"x": b"bytes"}, "bytes is no JSON value"),
        (nested(100_000), "it is nested too deeply"),
    ],
)
def test_a_request_without_a_json_form_is_refused_in_words(value: Any, problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        encode_json(value)

    said = str(caught.value)
    assert said.startswith("The request cannot be written as JSON: ")
    assert (
        said.removeprefix("The request cannot be written as JSON: ")
        .rstrip(".")
        .startswith(problem.removesuffix(": nan"))
    )


def test_the_name_of_an_answer_that_is_sent_back_goes_with_it() -> None:
    message = AssistantMessage(content="Hi", name="ada")
    body = json.loads(encode_chat(model="m", messages=[message], options={}, stream=False))

    assert body == {
        "model": "m",
        "messages": [{"role": "assistant", "content": "Hi", "name": "ada"}],
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "The service's answer is not a ChatReply: "),
        (b"{", "The service's answer is not a ChatReply: Invalid JSON"),
        (
            b'{"choices":[{"message":5}]}',
            "The service's answer is not a ChatReply at choices.0.message: ",
        ),
        (b'{"id":5,"choices":[]}', "The service's answer is not a ChatReply at id: "),
    ],
)
def test_an_answer_that_is_none_is_said_to_be_none_and_where(body: bytes, said: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(ChatReply, body)

    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("rest", ["", "}", ',"choices":[]}'])
def test_half_a_surrogate_pair_in_what_is_no_answer_is_invalid_json(rest: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(ChatReply, '{"id":"\\ud800"' + rest)

    assert str(caught.value) == "The service's answer is not a ChatReply: Invalid JSON."


def test_half_a_surrogate_pair_in_an_answer_becomes_a_replacement_character() -> None:
    reply = decode(ChatReply, '{"id":"ü\\ud800","choices":[{"message":{"content":"ü"}}]}')

    assert (reply.id, reply.text) == ("ü\ufffd", "ü")


def test_a_chunk_that_is_none_goes_by_its_public_name() -> None:
    with pytest.raises(ProtocolError, match="is not a ChatChunk at model: "):
        ChunkDecoder().decode('{"model":5}')


def test_an_error_in_a_good_answer_is_the_services_own() -> None:
    body = b'{"error":{"message":"Too busy.","code":"rate_limit_exceeded","status":429}}'
    with pytest.raises(APIError) as caught:
        decode_answer(ChatReply, body, {"x-request-id": "req_1", "retry-after": "3"})

    error = caught.value
    assert (error.message, error.status, error.code) == ("Too busy.", 429, "rate_limit_exceeded")
    assert (error.request_id, error.retry_after) == ("req_1", 3.0)


def test_the_date_of_a_retry_after_means_nothing_without_a_clock() -> None:
    headers = {"retry-after": "Mon, 23 Nov 2026 12:00:00 GMT"}
    with pytest.raises(APIError) as caught:
        decode_answer(ChatReply, b'{"error":"no"}', headers)

    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({"status": 429}, 429),
        ({"status_code": 503}, 503),
        ({"code": 404}, 404),
        ({"status": 400}, 400),
        ({"status": 599}, 599),
        ({"status": 399}, 0),
        ({"status": 600}, 0),
        ({"status": "429"}, 0),
        ({}, 0),
    ],
)
def test_an_error_in_a_stream_has_the_status_that_it_names(
    stated: dict[str, object], status: int
) -> None:
    assert decode_stream_error({"error": {"message": "no", **stated}}).status == status


def test_what_an_error_holds_beside_text_is_kept_as_json() -> None:
    generation = {"name": "größe", "arguments": {"x": 1}}
    error = decode_stream_error({"error": {"message": ["a"], "failed_generation": generation}})

    assert error.message == '["a"]'
    assert error.failed_generation == '{"name": "größe", "arguments": {"x": 1}}'
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("header", "expected", "found"),
    [
        ("text/event-stream", ("text/event-stream", "application/json"), "text/event-stream"),
        ("Text/Event-Stream; charset=utf-8", ("text/event-stream",), "text/event-stream"),
        ("application/x-new", ("*/*",), "application/x-new"),
        ("", ("*/*",), ""),
    ],
)
def test_a_content_type_is_found_among_those_expected(
    header: str, expected: tuple[str, ...], found: str
) -> None:
    assert content_type({"content-type": header}, expected) == found


@pytest.mark.parametrize(
    ("headers", "expected", "shown"),
    [
        ({"content-type": "text/html"}, ("*/*",), "text/html"),
        ({"content-type": "TEXT/HTML; x=y"}, ("application/json",), "text/html"),
        ({}, ("text/event-stream", "text/plain"), "of no content type"),
    ],
)
def test_another_content_type_is_named_with_what_was_expected(
    headers: dict[str, str], expected: tuple[str, ...], shown: str
) -> None:
    with pytest.raises(UnexpectedContentTypeError) as caught:
        content_type(headers, expected)

    assert str(caught.value) == (
        f"The answer is {shown} where {expected[0]} was expected. Is something between you and "
        "the service, such as a login page, or is base_url not the API's?"
    )


def test_half_a_surrogate_pair_in_a_plain_message_is_refused_in_the_same_words() -> None:
    with pytest.raises(ValidationError) as caught:
        encode_chat(model="m", messages=[user("\ud800")], options={}, stream=True)

    expected = "The request cannot be written as JSON: a text holds half of a surrogate pair."
    assert str(caught.value) == expected


@pytest.mark.parametrize("body", [b"Bad gateway", b" Bad gateway \n"])
def test_an_error_without_a_content_type_is_its_text(body: bytes) -> None:
    error = decode_error(502, {}, body, wall_time=0.0)

    assert (error.message, error.status) == ("Bad gateway", 502)
