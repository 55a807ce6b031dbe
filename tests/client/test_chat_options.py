"""What may be asked of a chat completion, and how it is written."""

import json
from collections import OrderedDict, UserDict, UserList
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import (
    AssistantMessage,
    ChatOptions,
    ChatReply,
    Function,
    FunctionTool,
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

TOOL = FunctionTool(function=Function(name="look_up", parameters={"type": "object"}))
NAMED = {"type": "function", "function": {"name": "look_up"}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {}}}
JSON_OBJECT = {"type": "json_object"}
ASK = user("Answer in JSON")


def check(*messages: object, **options: Any) -> None:
    check_chat(model="m", messages=list(messages) or [ASK], options=options)


def refused(*messages: object, **options: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        check(*messages, **options)
    return str(caught.value)


def encoded(*messages: Any, extra_body: Any = None, **options: Any) -> dict[str, Any]:
    body = encode_chat(
        model="m",
        messages=messages or (ASK,),
        options=options,
        stream=False,
        extra_body=extra_body,
    )
    found: dict[str, Any] = json.loads(body)
    return found


# Each option

GOOD: dict[str, list[object]] = {
    "max_completion_tokens": [1, 131_072],
    "max_tokens": [1],
    "temperature": [0, 0.0, 1, 2, 2.0],
    "top_p": [0, 1, 0.5],
    "stop": ["end", ["a", "b", "c", "d"], ("a",), []],
    "seed": [0, -5, 2**31],
    "n": [1],
    "stream_options": [{"include_usage": True}, {}],
    "frequency_penalty": [-2, 2, 0.5],
    "presence_penalty": [-2.0, 2.0],
    "logprobs": [True, False],
    "top_logprobs": [0, 20],
    "logit_bias": [{"50256": -100}],
    "response_format": [{"type": "text"}, JSON_OBJECT, SCHEMA],
    "tools": [[TOOL], (TOOL,), [TOOL.model_dump()], [{"type": "browser_search"}], [TOOL] * 128],
    "tool_choice": ["none", "auto"],
    "parallel_tool_calls": [True, False],
    "disable_tool_validation": [True, False],
    "functions": [[{"name": "f"}]],
    "function_call": ["none", "auto", {"name": "f"}],
    "reasoning_effort": ["none", "default", "low", "medium", "high"],
    "reasoning_format": ["hidden", "raw", "parsed"],
    "include_reasoning": [True, False],
    "service_tier": ["auto", "on_demand", "flex", "performance"],
    "documents": [[{"source": {"type": "text", "text": "x"}}]],
    "citation_options": ["enabled", "disabled"],
    "search_settings": [{"include_domains": ["python.org"]}],
    "include_domains": [["python.org"]],
    "exclude_domains": [["w3schools.com"]],
    "compound_custom": [{"models": {}}],
    "user": ["u"],
    "metadata": [{"a": "b"}],
    "store": [False],
}

BAD: dict[str, list[object]] = {
    "max_completion_tokens": [0, -1, 1.5, "10", True],
    "max_tokens": [0, "1"],
    "temperature": [-0.1, 2.1, float("nan"), float("inf"), "0.5", True],
    "top_p": [-0.1, 1.1, float("nan")],
    "stop": [["a"] * 5, 5, [1]],
    "seed": ["7", 1.5, True],
    "n": [0, 2, "1"],
    "stream_options": [{"include_usge": True}, True],
    "frequency_penalty": [-2.1, 2.1],
    "presence_penalty": [-3, float("inf")],
    "logprobs": ["yes", 1],
    "top_logprobs": [-1, 21],
    "logit_bias": [[1], {"a": "b"}],
    "response_format": ["json", {"type": "xml"}, {}, {"type": "json_schema"}],
    "tools": [[TOOL] * 129, "look_up", [5], TOOL],
    "tool_choice": ["any", 5],
    "parallel_tool_calls": ["true"],
    "disable_tool_validation": [0],
    "functions": [[{}] * 129],
    "function_call": ["f"],
    "reasoning_effort": ["minimal", "xhigh", 5],
    "reasoning_format": ["shown"],
    "include_reasoning": ["no"],
    "service_tier": ["default", "batch"],
    "documents": [{"a": 1}],
    "citation_options": [True],
    "search_settings": [["python.org"]],
    "include_domains": [[1]],
    "exclude_domains": [5],
    "compound_custom": ["x"],
    "user": [5],
    "metadata": [{"a": 1}],
    "store": ["x"],
}


def test_every_option_is_tried_here() -> None:
    assert set(GOOD) == set(BAD) == set(ChatOptions.__annotations__)


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in GOOD.items() for v in vs])
def test_a_good_value_is_accepted_and_sent_as_it_is(name: str, value: Any) -> None:
    check(**{name: value})

    plain = json.loads(json.dumps(value, default=lambda v: v.model_dump(exclude_none=True)))
    assert encoded(**{name: value})[name] == plain


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in BAD.items() for v in vs])
def test_a_bad_value_is_refused_by_name(name: str, value: Any) -> None:
    message = refused(**{name: value})

    assert name in message or "function" in message or "json_schema" in message


@pytest.mark.parametrize("name", sorted(GOOD))
def test_none_means_the_services_default(name: str) -> None:
    check(**{name: None})

    assert name not in encoded(**{name: None})


# Names


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("temprature", "temperature"),
        ("max_token", "max_tokens"),
        ("max_completions_tokens", "max_completion_tokens"),
        ("tool", "tools"),
        ("responseformat", "response_format"),
        ("extra_header", "extra_headers"),
        ("timeouts", "timeout"),
    ],
)
def test_a_misspelt_option_is_refused_with_the_right_name(wrong: str, right: str) -> None:
    assert refused(**{wrong: 1}) == f"`{wrong}` is not an option. Did you mean `{right}`?"


def test_an_unknown_option_is_refused_without_a_guess() -> None:
    assert refused(zzz=1) == "`zzz` is not an option."


async def test_stream_is_no_option_but_a_method() -> None:
    transport = FakeTransport()
    groq = GroqClient(api_key="gsk_test", transport=transport)
    with pytest.raises(ValidationError, match=r"chat\.stream"):
        await groq.chat.create(model="m", messages=[ASK], stream=True)  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="not an option"):
        groq.chat.stream(model="m", messages=[ASK], temprature=1)  # type: ignore[call-arg]

    assert transport.requests == []


# Contradictions


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"include_reasoning": False, "reasoning_format": "parsed"}, "exclude each other"),
        ({"reasoning_format": "raw", "tools": [TOOL]}, "'raw'"),
        ({"reasoning_format": "raw", "response_format": JSON_OBJECT}, "'raw'"),
        ({"response_format": JSON_OBJECT, "tools": [TOOL]}, "`tools`"),
        ({"response_format": SCHEMA, "tools": [TOOL]}, "`tools`"),
        ({"max_tokens": 5, "max_completion_tokens": 5}, "deprecated name"),
        ({"disable_tool_validation": True, "tool_choice": NAMED, "tools": [TOOL]}, "named tool"),
        ({"tool_choice": "required"}, "`tools` is empty"),
        ({"tool_choice": NAMED, "tools": []}, "`tools` is empty"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "`name`"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a b"}}}, "`name`"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "function's name"),
        ({"tools": [{"type": "function", "function": {"name": "x" * 65}}]}, "function's name"),
        ({"tools": [{"type": "function", "function": {"name": 5}}, 1]}, "tools"),
    ],
)
def test_a_contradiction_is_refused_with_its_reason(options: dict[str, Any], reason: str) -> None:
    assert reason in refused(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"tool_choice": NAMED, "tools": [TOOL]},
        {"tool_choice": "required", "tools": [TOOL]},
        {"disable_tool_validation": True, "tool_choice": "required", "tools": [TOOL]},
        {"disable_tool_validation": False, "tool_choice": NAMED, "tools": [TOOL]},
        {"reasoning_format": "parsed", "tools": [TOOL]},
        {"response_format": {"type": "text"}, "tools": [TOOL]},
        {"response_format": SCHEMA, "tools": None},
        {"include_reasoning": True, "reasoning_format": None},
    ],
)
def test_what_goes_together_is_accepted(options: dict[str, Any]) -> None:
    check(**options)


def test_json_mode_needs_the_word_somewhere() -> None:
    assert "'json'" in refused(user("Hi"), response_format=JSON_OBJECT)
    for message in (user("as Json"), {"role": "system", "content": "JSON!"}, user("a", "json b")):
        check(message, response_format=JSON_OBJECT)


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
