"""The messages of a chat completion, checked and written."""

import json
from collections import OrderedDict, UserDict, UserList
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import (
    AssistantMessage,
    ChatReply,
    GroqClient,
    ToolCall,
    ValidationError,
    assistant,
    image,
    system,
    tool,
    user,
)
from client.codec import encode_chat
from client.testing import FakeResponse, FakeTransport
from client.types.chat_options import check_chat
from tests.client.chat.chat_stage import (
    ASK,
    check,
    encoded,
    refused,
)

# Messages


@pytest.mark.parametrize(
    "messages", [[], "Hello", b"x", None, 5, {"role": "user", "content": "x"}, iter([ASK])]
)
def test_messages_are_a_sequence_of_at_least_one(messages: Any) -> None:
    with pytest.raises(ValidationError, match="sequence of at least one"):
        check_chat(model="m", messages=messages, options={})


@pytest.mark.parametrize("model", ["", "  ", None, 5])
def test_a_model_has_a_name(model: Any) -> None:
    with pytest.raises(ValidationError, match="`model`"):
        check_chat(model=model, messages=[ASK], options={})


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (5, "not a message but int"),
        ("Hi", "not a message but str"),
        ({}, "role"),
        ({"role": "robot", "content": "x"}, "tag"),
        ({"role": "user"}, "content"),
        ({"role": "user", "contnet": "x"}, "content"),
        ({"role": "user", "content": 5}, "content"),
        ({"role": "user", "content": [{"type": "audio"}]}, "content"),
        ({"role": "tool", "content": "x"}, "tool_call_id"),
        ({"role": "assistant", "reasoning_content": "Hm"}, "`reasoning`"),
    ],
)
def test_a_wrong_message_is_refused_by_its_place(message: Any, problem: str) -> None:
    said = refused(ASK, message)

    assert said.startswith("messages.1: ")
    assert problem in said


def test_a_refused_message_does_not_repeat_what_was_said() -> None:
    assert "secret" not in refused({"role": "user", "content": {"a": "secret"}})


PLAIN: list[dict[str, Any]] = [
    {"role": "system", "content": "s"},
    {"role": "developer", "content": "d"},
    {"role": "user", "content": "Hi"},
    {"role": "user", "content": [{"type": "text", "text": "x"}]},
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y"}}]},
    {"role": "user", "content": [{"type": "document", "document": {"data": {"a": 1}}}]},
    {"role": "assistant", "content": None, "tool_calls": []},
    {"role": "assistant", "content": "a", "reasoning": "Hm", "something_new": {"a": None}},
    {"role": "tool", "tool_call_id": "1", "content": "r"},
    {"role": "function", "name": "f", "content": "r"},
]


@pytest.mark.parametrize("message", PLAIN)
def test_a_plain_message_is_sent_untouched(message: dict[str, Any]) -> None:
    check(message)

    assert encoded(message)["messages"] == [message]


def test_our_own_messages_are_sent_in_the_apis_form() -> None:
    call = ToolCall.model_validate({"id": "1", "function": {"name": "f", "arguments": "{}"}})
    sent = encoded(
        system("s"),
        user("Hi"),
        user("look", image("https://x/y", detail="low")),
        assistant("a"),
        assistant(tool_calls=(call,)),
        tool("r", tool_call_id="1"),
    )["messages"]

    assert sent == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "Hi"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "look"},
                {"type": "image_url", "image_url": {"url": "https://x/y", "detail": "low"}},
            ],
        },
        {"role": "assistant", "content": "a"},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "content": "r", "tool_call_id": "1"},
    ]


def test_an_answer_is_sent_back_without_what_only_the_service_may_say() -> None:
    reply = ChatReply.model_validate(
        {
            "choices": [
                {
                    "message": {
                        "role": "assistant",
                        "content": "a",
                        "reasoning": "Hm",
                        "executed_tools": [{"index": 0}],
                        "annotations": [{"type": "x"}],
                        "something_new": 1,
                    }
                }
            ]
        }
    )

    assert encoded(reply.message)["messages"] == [
        {"role": "assistant", "content": "a", "reasoning": "Hm"}
    ]
    assert encoded(AssistantMessage())["messages"] == [{"role": "assistant", "content": ""}]


# Writing


def test_text_is_written_as_utf8_without_spaces() -> None:
    body = encode_chat(model="m", messages=[user("é\u2028")], options={"seed": 1}, stream=True)

    text = '{"model":"m","messages":[{"role":"user","content":"é\u2028"}],"seed":1,"stream":true}'
    assert body == text.encode()


def test_null_inside_a_plain_object_is_the_users_own() -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"default": None}}}

    assert encoded(response_format=schema)["response_format"] == schema


@pytest.mark.parametrize(
    "value",
    [OrderedDict(a=1), UserDict({"a": 1}), MappingProxyType({"a": 1}), {"a": UserList([1])}],
)
def test_any_mapping_and_sequence_can_be_written(value: Any) -> None:
    assert encoded(search_settings=value)["search_settings"]["a"] in (1, [1])


def loop() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def deep() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [object(), b"bytes", {1, 2}, float("nan"), float("inf"), "\ud800", loop(), {(1, 2): 3}, deep()],
    ids=["object", "bytes", "set", "nan", "inf", "surrogate", "loop", "key", "deep"],
)
def test_what_has_no_json_form_is_refused_before_sending(value: Any) -> None:
    with pytest.raises(ValidationError, match="cannot be written as JSON"):
        encoded(search_settings={"a": value})


@given(st.text())
def test_any_text_is_sent_or_refused(text: str) -> None:
    try:
        sent = encoded(user(text))["messages"][0]["content"]
    except ValidationError:
        assert any(0xD800 <= ord(character) <= 0xDFFF for character in text)
    else:
        assert sent == text


async def test_extra_members_are_sent_and_may_not_replace_ours() -> None:
    answer = FakeResponse.json({"choices": [{"message": {"content": "a"}}]})
    transport = FakeTransport(answer)
    groq = GroqClient(api_key="gsk_test", transport=transport)

    await groq.chat.create(model="m", messages=[ASK], extra_body={"top_k": 5})
    for extra in ({"stream": True}, {"model": "x"}, {"messages": []}, [1], {1: 2}, "x"):
        with pytest.raises(ValidationError, match="`extra_body`"):
            await groq.chat.create(model="m", messages=[ASK], extra_body=extra)  # type: ignore[arg-type]

    assert len(transport.requests) == 1
    assert json.loads(transport.requests[0].body or b"")["top_k"] == 5
