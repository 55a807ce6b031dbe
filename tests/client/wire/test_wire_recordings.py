"""Real exchanges, as they were recorded, through the codec and through a stream."""

import json
import math
import re
from pathlib import Path

from client import (
    BatchResult,
    ChatReply,
    ChatStream,
    GroqClient,
    SSEDecoder,
    user,
)
from client.chunks import ChunkDecoder
from client.codec import decode, decode_error
from client.testing import FakeClock, FakeResponse, FakeTransport
from tests.client.wire.wire_recordings import (
    EXPECTED_ERRORS,
    RECORDINGS,
    Recording,
    is_error,
    is_stream,
    is_whole_chat,
    pieces_of,
    read_to_the_end,
    recorded,
    value_of,
    without_what_we_added,
)


def test_every_recording_is_here(wire: Path) -> None:
    heading = re.search(r"\((\d+)\)", (wire / "INDEX.md").read_text())
    assert heading is not None
    folders = {path.name for path in wire.iterdir() if path.is_dir()}

    assert len(RECORDINGS) == int(heading[1]) == 89
    assert {recording.name for recording in RECORDINGS} == folders


# Nothing is lost


@recorded(only=lambda r: not is_error(r))
def test_a_recording_becomes_typed_values_and_loses_nothing(recording: Recording) -> None:
    pairs = value_of(recording)

    assert pairs
    for value, wire in pairs:
        assert without_what_we_added(value) == wire


@recorded(only=lambda r: r.path.endswith("/content"))
def test_the_lines_of_a_batch_hold_whole_replies(recording: Recording) -> None:
    for line in recording.body.splitlines():
        result = decode(BatchResult, json.dumps({"custom_id": "1", "response": json.loads(line)}))
        assert result.response is not None
        reply = decode(ChatReply, json.dumps(result.response.body))
        assert (result.response.status_code, reply.service_tier) == (200, "batch")
        assert reply.text


@recorded(only=is_whole_chat)
def test_a_reply_says_something_and_what_it_cost(recording: Recording) -> None:
    reply = decode(ChatReply, recording.body)

    assert reply.text or reply.tool_calls or reply.reasoning
    assert reply.finish_reason in {"stop", "tool_calls", "length"}
    assert reply.usage.total_tokens
    assert reply.usage.completion_time is not None
    for call in reply.tool_calls:
        assert isinstance(call.parse_arguments(), dict)


def test_nearly_every_piece_of_real_text_is_taken_in_the_short_way() -> None:
    short = pieces = 0
    for recording in filter(is_stream, RECORDINGS):
        chunks = ChunkDecoder()
        for event in SSEDecoder().feed(recording.body):
            if event.event == "message" and event.data.startswith("{"):
                plain = chunks.plain(event.data)
                chunk = plain or chunks.decode(event.data)
                short += plain is not None
                pieces += bool(chunk.text or chunk.reasoning)

    assert pieces > 2000
    assert short > 0.98 * pieces


# Errors


@recorded(only=is_error)
def test_a_recorded_error_has_its_class_and_every_member(recording: Recording) -> None:
    wire = json.loads(recording.body)["error"]
    error = decode_error(recording.status, recording.headers, recording.body, wall_time=math.nan)

    assert (type(error), error.status, error.code) == EXPECTED_ERRORS[recording.name]
    assert error.message == wire["message"]
    members = ("code", "type", "param", "failed_generation")
    assert {name: getattr(error, name) for name in members} == {n: wire.get(n) for n in members}
    assert error.request_id == recording.headers.get("x-request-id")
    assert not error.retryable


# Through a stream, however it is cut


def through_fakes(recording: Recording, size: int | None) -> ChatStream:
    answer = FakeResponse(
        status=recording.status, headers=recording.headers, body=pieces_of(recording, size)
    )
    groq = GroqClient(api_key="gsk_test", transport=FakeTransport(answer), clock=FakeClock())
    return groq.chat.stream(model=recording.model, messages=[user("Hi")])


@recorded(only=is_stream)
async def test_a_recorded_stream_is_read_whole(recording: Recording) -> None:
    await read_to_the_end(recording, through_fakes(recording, None))


@recorded(only=is_stream)
async def test_a_recorded_stream_is_read_byte_by_byte(recording: Recording) -> None:
    await read_to_the_end(recording, through_fakes(recording, 1))


def test_both_places_of_the_usage_agree() -> None:
    streams = [r for r in RECORDINGS if is_stream(r)]
    for recording in streams:
        chunks = [value for value, _ in value_of(recording)]
        usages = [c.x_groq.usage for c in chunks if c.x_groq and c.x_groq.usage]  # type: ignore[attr-defined]
        usages += [c.usage for c in chunks if c.usage]  # type: ignore[attr-defined]
        if usages:
            assert all(usage == usages[0] for usage in usages), recording.name
