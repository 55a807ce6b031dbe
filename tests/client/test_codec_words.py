"""What is said of a request or an answer that is none, word for word."""

import json
from typing import Any

import pytest

from client import APIError, AssistantMessage, ChatReply, ProtocolError, ValidationError
from client.chunks import ChunkDecoder
from client.codec import decode, decode_answer, encode_chat, encode_json


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

    assert body["messages"] == [{"role": "assistant", "content": "Hi", "name": "ada"}]


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
