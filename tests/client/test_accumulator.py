"""Chunks folded into a reply, whatever way they were cut."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import Accumulator, ChatChunk, ToolCall, Usage
from client.testing import chunk, finish_chunk, reasoning_chunk, text_chunk

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def fold(*chunks: dict[str, Any]) -> Accumulator:
    accumulator = Accumulator()
    for one in chunks:
        accumulator.add(ChatChunk.model_validate_json(json.dumps(one)))
    return accumulator


def calls(*deltas: dict[str, Any]) -> tuple[ToolCall, ...]:
    return fold(*[chunk({"tool_calls": [delta]}) for delta in deltas]).tool_calls


def call(**members: Any) -> dict[str, Any]:
    function = {name: members.pop(name) for name in ("name", "arguments") if name in members}
    return {**members, "function": function}


def said(found: tuple[ToolCall, ...]) -> list[tuple[str, str, str]]:
    return [(one.id, one.name, one.arguments) for one in found]


# Text


def test_a_long_reply_takes_memory_for_its_text_alone() -> None:
    accumulator = Accumulator()
    tracemalloc.start()
    try:
        for number in range(20_000):
            # Not from JSON, whose decoder keeps some thousands of short strings.
            accumulator.add(ChatChunk.model_validate(text_chunk(f"{number:06} ")))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert accumulator.text == "".join(f"{number:06} " for number in range(20_000))
    assert taken < 2 * len(accumulator.text)


@given(st.lists(TEXT), st.lists(TEXT))
def test_the_text_is_the_concatenation_of_its_pieces(text: list[str], thought: list[str]) -> None:
    accumulator = Accumulator()
    for index, piece in enumerate(text):
        accumulator.add(ChatChunk.model_validate(text_chunk(piece)))
        assert accumulator.text == "".join(text[: index + 1])
    for piece in thought:
        accumulator.add(ChatChunk.model_validate(reasoning_chunk(piece)))

    assert accumulator.text == accumulator.message.text == "".join(text)
    assert accumulator.reasoning == "".join(thought)
    assert (accumulator.message.reasoning or "") == "".join(thought)


@pytest.mark.parametrize("make", [text_chunk, reasoning_chunk])
def test_plain_chunks_are_folded_like_any_others(make: Any) -> None:
    accumulator, other = Accumulator(), Accumulator()
    for piece in ("Hel", "lo"):
        accumulator.add(ChatChunk.model_validate(make(piece)))
        other.add_plain(ChatChunk.model_validate(make(piece)))

    assert (other.text, other.reasoning) == (accumulator.text, accumulator.reasoning)
    assert "Hello" in (other.text, other.reasoning)


def test_the_fingerprint_is_that_of_the_first_chunk_that_has_one() -> None:
    none = {**text_chunk("a"), "system_fingerprint": None}
    later = {**text_chunk("c"), "system_fingerprint": "fp_later"}

    assert fold(none, text_chunk("b"), later).reply.system_fingerprint == "fp_0000000000"
    assert fold(none).reply.system_fingerprint is None


def test_nothing_at_all_is_an_empty_message() -> None:
    accumulator = Accumulator()

    assert (accumulator.message.text, accumulator.reply.text) == ("", "")
    assert accumulator.finish_reason is None
    assert accumulator.usage.total_tokens is None


def test_another_choice_than_the_first_is_not_mixed_in() -> None:
    other = text_chunk("b")
    other["choices"][0]["index"] = 1  # type: ignore[index]

    assert fold(text_chunk("a"), other).text == "a"


# Tool calls


@given(st.data())
def test_calls_in_any_order_and_any_fragments_come_out_whole_and_by_index(data: Any) -> None:
    indexes = data.draw(st.lists(st.integers(0, 50), unique=True, max_size=5))
    wanted = {i: (f"id{i}", f"f{i}", data.draw(st.lists(TEXT, min_size=1))) for i in indexes}
    queues = {
        i: [call(index=i, id=name, type="function", name=function, arguments=pieces[0])]
        + [call(index=i, arguments=piece) for piece in pieces[1:]]
        for i, (name, function, pieces) in wanted.items()
    }
    deltas = []
    while queues:
        index = data.draw(st.sampled_from(sorted(queues)))
        deltas.append(queues[index].pop(0))
        if not queues[index]:
            del queues[index]

    expected = [(name, function, "".join(ps)) for _, (name, function, ps) in sorted(wanted.items())]
    assert said(calls(*deltas)) == expected


def test_a_call_that_comes_whole_is_whole() -> None:
    found = calls(call(index=0, id="fc_1", type="function", name="f", arguments='{"a":1}'))

    assert found[0].parse_arguments() == {"a": 1}


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([call(id="a", name="f", arguments="{"), call(arguments="}")], [("a", "f", "{}")]),
        (
            [call(id="a", name="f", arguments="{}"), call(id="b", name="f", arguments="{}")],
            [("a", "f", "{}"), ("b", "f", "{}")],
        ),
        (
            [call(id="a", name="f", arguments="{"), call(id="a", arguments="}")],
            [("a", "f", "{}")],
        ),
        (
            [call(name="f", arguments="{}"), call(name="g", arguments="{}")],
            [("", "f", "{}"), ("", "g", "{}")],
        ),
        ([call(arguments="{}")], [("", "", "{}")]),
        (
            [call(index=0, id="a", name="f", arguments=None), call(index=0, name=None)],
            [("a", "f", "")],
        ),
    ],
    ids=["continued", "two-ids", "same-id", "two-names", "nameless", "nulls"],
)
def test_calls_without_an_index_are_told_apart(
    deltas: list[dict[str, Any]], expected: list[tuple[str, str, str]]
) -> None:
    assert said(calls(*deltas)) == expected


def test_a_call_of_no_stated_type_is_a_call_of_a_function() -> None:
    bare, stated = calls(call(index=0, arguments="{}"), call(index=1, type="custom", name="f"))

    assert (bare.type, bare.name, bare.id) == ("function", "", "")
    assert (stated.type, stated.name, stated.arguments) == ("custom", "f", "")


def test_a_message_that_only_calls_has_no_content() -> None:
    message = fold(
        chunk({"role": "assistant", "content": None}), chunk({"tool_calls": [call(index=0)]})
    )

    assert message.message.content is None
    assert fold(chunk({"content": ""})).message.content == ""


# Usage and the rest


@pytest.mark.parametrize("places", ["both", "envelope", "top"])
def test_usage_is_read_from_either_place(places: str) -> None:
    usage = {"total_tokens": 8}
    members: dict[str, Any] = {}
    if places in ("both", "envelope"):
        members["x_groq"] = {"id": "req_1", "usage": usage}
    if places in ("both", "top"):
        members["usage"] = usage

    accumulator = fold(text_chunk("a"), chunk(finish_reason="stop", **members))

    assert accumulator.usage == Usage(total_tokens=8)
    assert accumulator.reply.usage == accumulator.usage


def test_the_envelope_of_the_first_and_the_last_chunk_become_one() -> None:
    first = chunk({"content": ""}, x_groq={"id": "req_1", "seed": 7})
    reply = fold(first, finish_chunk(usage={"total_tokens": 8})).reply

    assert reply.x_groq is not None
    assert (reply.x_groq.id, reply.x_groq.seed) == ("req_test", 7)
    assert reply.x_groq.usage == Usage(total_tokens=8)


def test_a_tool_that_the_service_ran_comes_twice_and_is_kept_once() -> None:
    begun = {"index": 0, "type": "search", "arguments": "{}"}
    over = {"index": 0, "type": "search", "output": "found", "search_results": {"results": []}}
    second = {"index": 1, "type": "python"}
    accumulator = fold(*[chunk({"executed_tools": [tool]}) for tool in (begun, over, second)])

    tools = accumulator.message.executed_tools
    assert tools is not None
    assert [(tool.type, tool.arguments, tool.output) for tool in tools] == [
        ("search", "{}", "found"),
        ("python", None, None),
    ]
    assert tools[0].model_extra == {"search_results": {"results": []}}


def test_tools_without_an_index_are_all_kept() -> None:
    tools = [chunk({"executed_tools": [{"type": kind}]}) for kind in "abc"]

    assert [tool.type for tool in fold(*tools).message.executed_tools or ()] == ["a", "b", "c"]


def test_a_tool_without_an_index_follows_those_that_have_one() -> None:
    tools = [{"type": "a"}, {"index": 1, "type": "b"}, {"type": "c"}, {"index": 0, "output": "x"}]
    found = fold(*[chunk({"executed_tools": [tool]}) for tool in tools]).message.executed_tools

    assert [(tool.type, tool.output) for tool in found or ()] == [
        ("a", "x"),
        ("b", None),
        ("c", None),
    ]


def test_annotations_are_collected() -> None:
    cited = [chunk({"annotations": [{"type": "document_citation", "n": n}]}) for n in range(2)]

    assert len(fold(*cited).message.annotations or ()) == 2


def test_the_reply_has_the_identity_of_its_first_chunk() -> None:
    later = {**text_chunk("b"), "id": "another", "created": 5}
    reply = fold(text_chunk("a"), later, finish_chunk("length")).reply

    assert (reply.id, reply.model, reply.created) == (
        "chatcmpl-test",
        "openai/gpt-oss-20b",
        1_700_000_000,
    )
    assert (reply.object, reply.finish_reason) == ("chat.completion", "length")
