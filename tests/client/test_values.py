"""Small questions that the values answer."""

from typing import Any

import pytest
from pydantic import ValidationError as PydanticValidationError

from client import (
    AssistantMessage,
    ChatChunk,
    ChatReply,
    FunctionCall,
    Model,
    ToolCall,
    Usage,
    UserMessage,
    ValidationError,
    image,
    user,
)


def call(arguments: str) -> ToolCall:
    return ToolCall(function=FunctionCall(name="f", arguments=arguments))


@pytest.mark.parametrize(
    ("text", "value"), [('{"a": [1]}', {"a": [1]}), ("{}", {}), ("null", {}), ("", {})]
)
def test_the_arguments_of_a_call_are_an_object(text: str, value: dict[str, Any]) -> None:
    assert call(text).parse_arguments() == value


@pytest.mark.parametrize("text", ["{", "[1]", '"x"', "5", "{'a': 1}", "[" * 100_000, '{"a":' * 9])
def test_a_call_whose_arguments_are_no_object_must_not_be_run(text: str) -> None:
    with pytest.raises(ValidationError, match="arguments of 'f'"):
        call(text).parse_arguments()


def test_usage_tells_its_details_where_there_are_any() -> None:
    usage = Usage.model_validate(
        {
            "completion_tokens": 500,
            "completion_time": 0.5,
            "prompt_tokens_details": {"cached_tokens": 256},
            "completion_tokens_details": {"reasoning_tokens": 9},
        }
    )

    assert (usage.cached_tokens, usage.reasoning_tokens, usage.tokens_per_second) == (256, 9, 1000)
    assert (Usage().cached_tokens, Usage().reasoning_tokens) == (None, None)
    assert Usage(completion_tokens=5, completion_time=0.0).tokens_per_second is None


def test_a_value_is_frozen_and_keeps_what_it_does_not_know() -> None:
    model = Model.model_validate({"id": "m", "new_field": {"a": 1}})

    assert model.model_extra == {"new_field": {"a": 1}}
    assert model.model_dump(exclude_unset=True) == {"id": "m", "new_field": {"a": 1}}
    with pytest.raises(PydanticValidationError, match="frozen"):
        model.id = "n"
    assert model.supports("tools") is None


def test_a_value_that_is_refused_does_not_repeat_what_it_was_given() -> None:
    with pytest.raises(PydanticValidationError) as caught:
        UserMessage.model_validate({"role": "user", "content": {"secret": "gsk_canary"}})

    assert "gsk_canary" not in str(caught.value)


def test_the_text_of_a_message_is_that_of_its_parts() -> None:
    parts = user("a", image("https://x/y"), "b").content

    assert AssistantMessage.model_validate({"content": parts}).text == "ab"
    assert AssistantMessage(content="x").text == "x"
    assert AssistantMessage().text == ""


def test_a_chunk_without_choices_adds_nothing() -> None:
    chunk = ChatChunk.model_validate({"choices": [], "usage": {}})

    assert (chunk.text, chunk.reasoning, chunk.finish_reason) == ("", "", None)
    assert chunk.delta.tool_calls is None


def test_a_reply_as_a_chunk_says_the_same() -> None:
    reply = ChatReply.model_validate(
        {
            "id": "c",
            "model": "m",
            "choices": [{"message": {"content": "a", "reasoning": "Hm"}, "finish_reason": "stop"}],
            "x_groq": {"id": "req_1"},
        }
    )
    chunk = reply.as_chunk()

    assert (chunk.id, chunk.text, chunk.reasoning, chunk.finish_reason) == ("c", "a", "Hm", "stop")
    assert chunk.usage is None
    assert reply.request_id == "req_1"
    assert (reply.reasoning, reply.tool_calls) == ("Hm", ())
