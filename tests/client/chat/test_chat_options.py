"""The options of a chat completion, checked before they are sent."""

import json
from typing import Any

import pytest

from client import (
    ChatOptions,
    GroqClient,
    ValidationError,
    user,
)
from client.testing import FakeTransport
from tests.client.chat.chat_stage import (
    ASK,
    JSON_OBJECT,
    NAMED,
    SCHEMA,
    TOOL,
    check,
    encoded,
    refused,
)

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
