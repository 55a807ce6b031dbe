"""What a request is expected to take from the limits."""

from collections.abc import Mapping, Sequence

import pytest

from client import (
    AssistantMessage,
    Function,
    FunctionTool,
    ToolCall,
    assistant,
    image,
    system,
    user,
)
from client import tool as result
from client.ports import Cost
from client.resilience.estimate import estimate_chat
from client.types.chat_options import MessageLike
from client.types.tools import FunctionCall

CALL = ToolCall(id="c1", function=FunctionCall(name="f", arguments='{"city":"Oslo"}'))


@pytest.mark.parametrize(
    ("messages", "options", "expected"),
    [
        ([user("")], {}, Cost(input_tokens=4)),
        ([user("Why?")], {}, Cost(input_tokens=5)),
        ([user("Why??")], {}, Cost(input_tokens=6)),
        ([system("12345678"), user("1234")], {}, Cost(input_tokens=7)),
        ([{"role": "user", "content": "1234"}], {}, Cost(input_tokens=5)),
        ([{"role": "assistant", "content": None}, user("1234")], {}, Cost(input_tokens=5)),
        ([user("1234"), assistant("12345678")], {}, Cost(input_tokens=7)),
        ([AssistantMessage(content="1234", reasoning="12345678")], {}, Cost(input_tokens=7)),
        (
            [user("1234", image("https://x.example/a.png"), image("data:image/png;base64,AA"))],
            {},
            Cost(input_tokens=5, image_tokens=4096),
        ),
        (
            [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "1234"},
                        {"type": "image_url", "image_url": {"url": "data:" + "A" * 100_000}},
                    ],
                }
            ],
            {},
            Cost(input_tokens=5, image_tokens=2048),
        ),
        (
            [user("1234")],
            {"max_completion_tokens": 500},
            Cost(input_tokens=5, max_completion_tokens=500),
        ),
        ([user("1234")], {"max_tokens": 500}, Cost(input_tokens=5, max_completion_tokens=500)),
    ],
)
def test_a_quarter_of_the_text_and_four_and_what_may_be_answered(
    messages: Sequence[MessageLike], options: Mapping[str, object], expected: Cost
) -> None:
    assert estimate_chat(messages, options) == expected


def test_calls_results_and_tools_are_text_as_well() -> None:
    question = [user("1234")]
    plain = estimate_chat(question, {}).input_tokens
    called = estimate_chat([*question, assistant(tool_calls=(CALL,))], {}).input_tokens
    answered = estimate_chat([*question, result("x" * 400, tool_call_id="c1")], {}).input_tokens
    offered = FunctionTool(function=Function(name="f", description="x" * 400))
    assert called > plain
    assert answered == plain + 100
    assert estimate_chat(question, {"tools": [offered]}).input_tokens > plain + 100
    described = {"type": "function", "function": {"name": "f", "description": "x" * 400}}
    assert estimate_chat(question, {"tools": [described]}).input_tokens > plain + 100


def test_what_has_no_json_form_is_counted_by_its_text() -> None:
    odd = {"type": "document", "document": {"data": object()}}
    assert estimate_chat([{"role": "user", "content": [odd]}], {}).input_tokens > 4
