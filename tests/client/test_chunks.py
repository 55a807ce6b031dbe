"""The events of a stream as chunks: the short way gives what the long way gives."""

import copy
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from client import ChatChunk, ChatChunkValue, ProtocolError, XGroq
from client.chunks import ChunkDecoder
from client.codec import decode
from client.testing import chunk, finish_chunk, reasoning_chunk, text_chunk

TEXT = st.text(max_size=12)
MARKUP = st.text(st.sampled_from('"\\{}[]:,ntu0d8 \n\x00\x7f\u00a0e'), max_size=12)


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def both(chunks: ChunkDecoder, data: str) -> tuple[Any, Any]:
    """What the decoder makes of an event, and what checking it whole makes of it."""
    try:
        whole: Any = decode(ChatChunkValue, data)
    except ProtocolError as error:
        whole = str(error)
    try:
        found: Any = (chunks.plain(data) or chunks.decode(data)).value
    except ProtocolError as error:
        found = str(error)
    return found, whole


def taught(*examples: dict[str, Any]) -> ChunkDecoder:
    chunks = ChunkDecoder()
    for example in examples:
        chunks.decode(compact(example))
    return chunks


def known() -> ChunkDecoder:
    return taught(text_chunk("a"), reasoning_chunk("b"))


# The short way


@given(TEXT | MARKUP, st.booleans(), st.booleans())
def test_a_piece_of_text_is_read_as_json_reads_it(piece: str, escaped: bool, thought: bool) -> None:
    event = reasoning_chunk(piece) if thought else text_chunk(piece)
    data = json.dumps(event, separators=(",", ":"), ensure_ascii=escaped)

    chunks = known()
    found, whole = both(chunks, data)

    assert found == whole
    if not isinstance(whole, str) and piece and not any("\ud800" <= c <= "\udfff" for c in piece):
        plain = chunks.plain(data)
        assert plain is not None
        assert (plain.reasoning if thought else plain.text) == piece


@given(MARKUP)
def test_what_is_no_piece_of_text_is_found_out(raw: str) -> None:
    """Anything between the quotes, as a broken or a hostile service may send it."""
    head, tail = compact(text_chunk("\ufffc")).split("\ufffc")

    found, whole = both(known(), head + raw + tail)

    assert found == whole


@given(st.integers(0, 400), st.integers(0, 400), TEXT)
def test_an_event_that_was_cut_or_mended_is_read_whole(start: int, length: int, new: str) -> None:
    data = compact(text_chunk("word"))

    found, whole = both(known(), data[:start] + new + data[start + length :])

    assert found == whole


def test_the_first_piece_teaches_what_the_others_look_like() -> None:
    chunks = ChunkDecoder()
    first, second, thought = map(compact, (text_chunk("a"), text_chunk("b"), reasoning_chunk("c")))

    assert chunks.plain(first) is None
    chunks.decode(first)

    assert chunks.plain(second) == decode_whole(second)
    assert chunks.plain(thought) is None
    chunks.decode(thought)
    for data in (second, thought, second, second, thought, thought):
        assert chunks.plain(data) == decode_whole(data)


def decode_whole(data: str) -> ChatChunk:
    return ChatChunk.of(decode(ChatChunkValue, data))


def test_a_stream_whose_events_change_is_learned_again() -> None:
    chunks = known()
    later = compact({**text_chunk("c"), "created": 2})

    assert chunks.plain(later) is None
    chunks.decode(later)

    assert chunks.plain(later) is not None
    assert chunks.plain(compact(reasoning_chunk("d"))) is not None  # not forgotten for it


@given(st.data())
def test_an_id_may_change_with_every_event(data: Any) -> None:
    chunks = known()
    for _ in range(6):
        name = data.draw(TEXT | MARKUP)
        thought, piece = data.draw(st.booleans()), data.draw(TEXT)
        event = {**(reasoning_chunk(piece) if thought else text_chunk(piece)), "id": name}

        found, whole = both(chunks, json.dumps(event, separators=(",", ":")))

        assert found == whole


def test_events_of_changing_ids_are_known_all_the_same() -> None:
    chunks = known()
    for number in range(200):
        make = reasoning_chunk if number % 3 else text_chunk
        found = chunks.plain(compact({**make(f"piece {number}"), "id": f"chatcmpl-{number}"}))

        assert found is not None
        assert found.id == f"chatcmpl-{number}"
        assert (found.text or found.reasoning) == f"piece {number}"


@given(MARKUP, st.sampled_from(["chatcmpl-test", 'a"b', "a\\b", 'a"', "ö\n"]))
def test_what_stands_for_an_id_is_read_as_json_reads_it(raw: str, known_id: str) -> None:
    chunks = taught({**text_chunk("a"), "id": known_id})
    data = compact(text_chunk("word"))

    for name in (raw, 'c"b', "c", known_id):
        found, whole = both(chunks, data.replace("chatcmpl-test", name))
        assert found == whole


def test_events_that_differ_every_time_are_not_studied_for_ever() -> None:
    chunks = ChunkDecoder()
    for number in range(200):
        chunks.decode(compact({**text_chunk("a"), "created": number}))
    last = compact({**text_chunk("a"), "created": 199})

    assert chunks.plain(last) is None
    assert chunks.decode(last).text == "a"


@pytest.mark.parametrize(
    "event",
    [
        chunk({"content": "a"}, usage={"total_tokens": 1}),
        chunk({"content": "a"}, x_groq={"id": "req_1"}),
        chunk({"content": "a"}, service_tier="flex"),
        chunk({"content": "a"}, finish_reason="stop"),
        chunk({"content": "a", "reasoning": "b"}),
        chunk({"content": "a", "tool_calls": [{"index": 0}]}),
        chunk({"content": "a", "annotations": [{"type": "x"}]}),
        chunk({"content": "a", "executed_tools": [{"type": "x"}]}),
        chunk({"content": ""}),
        chunk({}),
        {**text_chunk("a"), "choices": [{"index": 1, "delta": {"content": "a"}}]},
        {**text_chunk("a"), "choices": [{"index": 0, "delta": {"content": "a"}}] * 2},
        {**text_chunk("a"), "choices": []},
        {"content": "x", **text_chunk("a")},
        {**text_chunk("a"), "error": {"message": "no"}},
    ],
)
def test_what_does_more_than_add_a_piece_of_text_is_no_pattern(event: dict[str, Any]) -> None:
    chunks = taught(event)

    assert chunks.plain(compact(event)) is None


def test_members_that_the_client_does_not_know_are_kept() -> None:
    event = {**text_chunk("a"), "news": {"x": [1]}}
    event["choices"][0]["delta"]["tone"] = "kind"  # type: ignore[index]
    chunks = taught(event)
    plain = chunks.plain(compact(event).replace('"content":"a"', '"content":"b"'))

    assert plain is not None
    assert plain.text == "b"
    assert plain.model_extra == {"news": {"x": [1]}}
    assert plain.news == {"x": [1]}  # type: ignore[attr-defined]
    assert plain.delta.model_extra == {"tone": "kind"}
    with pytest.raises(AttributeError, match="olds"):
        _ = plain.olds  # type: ignore[attr-defined]


# A chunk as a value


def plain_chunk() -> ChatChunk:
    found = known().plain(compact(text_chunk("Hi")))
    assert found is not None
    return found


def test_a_chunk_made_the_short_way_has_every_member() -> None:
    found, whole = plain_chunk(), ChatChunk.model_validate(text_chunk("Hi"))

    assert (found.text, found.reasoning, found.finish_reason) == ("Hi", "", None)
    assert (found.id, found.model, found.created) == (whole.id, whole.model, whole.created)
    assert (found.object, found.system_fingerprint) == (whole.object, whole.system_fingerprint)
    assert found.choices == whole.choices
    assert (found.usage, found.x_groq, found.service_tier, found.error) == (None,) * 4
    assert found.model_fields_set == whole.model_fields_set
    assert found.model_dump(mode="json", exclude_unset=True) == text_chunk("Hi")
    assert json.loads(found.model_dump_json()) == found.model_dump(mode="json")
    assert found == whole
    assert hash(found) == hash(whole)
    assert repr(found) == repr(whole)
    assert repr(found).startswith("ChatChunk(id='chatcmpl-test'")
    assert found != plain_chunk().value


def test_a_chunk_can_be_made_of_its_members() -> None:
    made = ChatChunk(id="c", x_groq=XGroq(id="req_1"))

    assert (made.id, made.text, made.delta.content) == ("c", "", None)
    assert made.x_groq == XGroq(id="req_1")
    assert made == ChatChunk.model_validate_json('{"id":"c","x_groq":{"id":"req_1"}}')


@pytest.mark.parametrize("name", ["text", "id", "model", "unknown"])
def test_a_chunk_is_frozen(name: str) -> None:
    found = plain_chunk()
    with pytest.raises(AttributeError, match="frozen"):
        setattr(found, name, "x")
    with pytest.raises(AttributeError, match="frozen"):
        delattr(found, name)

    assert found == plain_chunk()


def test_a_chunk_can_be_copied_pickled_and_held_by_a_model() -> None:
    class Log(BaseModel):
        chunks: list[ChatChunk]

    found = plain_chunk()
    log = Log(chunks=[found, finish_chunk()])  # type: ignore[list-item] # pydantic makes one of it

    assert copy.deepcopy(found) == copy.copy(found) == pickle.loads(pickle.dumps(found)) == found
    assert log.chunks[0] is found
    assert log.chunks[1].finish_reason == "stop"
    assert log.model_dump()["chunks"][0] == found.model_dump()
    assert Log.model_validate_json(log.model_dump_json()) == log
    assert TypeAdapter(ChatChunk).validate_python(text_chunk("Hi")) == found
