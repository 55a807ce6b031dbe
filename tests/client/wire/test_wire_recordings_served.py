"""Real exchanges, served byte for byte, and asked again."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from client import (
    APIError,
    GroqClient,
    Message,
    RateLimits,
    user,
)
from client.codec import encode_chat
from client.types.chat_options import check_chat
from tests.client.wire.wire_recordings import (
    EXPECTED_ERRORS,
    RECORDINGS,
    SMALL,
    Recording,
    is_chat,
    is_error,
    is_stream,
    pieces_of,
    read_to_the_end,
    recorded,
    without_what_we_added,
)

# From a real server, byte for byte


def http_head(recording: Recording) -> bytes:
    """The recorded head. The bodies were recorded decoded, and are sent in chunks."""
    left_out = {"content-encoding", "transfer-encoding", "content-length", "connection"}
    kept = [f"{n}: {v}" for n, v in recording.headers.items() if n not in left_out]
    status = f"HTTP/1.1 {recording.status} Recorded"
    return "\r\n".join((status, *kept, "transfer-encoding: chunked", "", "")).encode()


def talk_of(recording: Recording, size: int | None) -> Any:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(http_head(recording))
        await peer.chunks(*pieces_of(recording, size))
        await peer.say(b"0\r\n\r\n")

    return talk


def byte_by_byte_talk_of(recording: Recording) -> Any:
    async def talk(peer: Any) -> None:
        await peer.request()
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(recording.body), recording.body)
        raw = http_head(recording) + body
        await peer.say(*(raw[at : at + 1] for at in range(len(raw))))

    return talk


async def ask(groq: GroqClient, recording: Recording) -> None:
    """Ask the local server as the recording was asked, and compare the answers."""
    if is_stream(recording):
        stream = groq.chat.stream(model=recording.model, messages=[user("Hi")])
        await read_to_the_end(recording, stream)
        found, request_id = stream.rate_limits, stream.request_id
    elif is_error(recording):
        with pytest.raises(APIError) as caught:
            await groq.chat.create(model=recording.model, messages=[user("Hi")])
        assert type(caught.value) is EXPECTED_ERRORS[recording.name][0]
        found, request_id = None, caught.value.request_id
    elif is_chat(recording):
        reply = await groq.chat.create(model=recording.model, messages=[user("Hi")])
        assert without_what_we_added(reply) == json.loads(recording.body)
        found, request_id = reply.rate_limits, reply.request_id
    else:
        models = await groq.models.list()
        assert len(models) == len(json.loads(recording.body)["data"])
        found, request_id = None, None
    expected = RateLimits.from_headers(recording.headers, received_at=0)
    if expected is not None:
        assert found is not None
        assert (found.requests, found.tokens) == (expected.requests, expected.tokens)
    if named := recording.headers.get("x-request-id"):
        assert request_id == named


def can_be_asked(recording: Recording) -> bool:
    return is_chat(recording) or recording.path == "/openai/v1/models"


def test_all_but_the_endpoints_to_come_can_be_asked() -> None:
    others = {r.path.split("/")[3] for r in RECORDINGS if not can_be_asked(r)}

    assert others <= {"audio", "batches", "files"}


@recorded(only=can_be_asked)
async def test_a_recording_served_by_a_real_server_reads_the_same(
    recording: Recording, serve: Any
) -> None:
    server = await serve(talk_of(recording, None))
    async with GroqClient(api_key="gsk_test", base_url=server.url) as groq:
        await ask(groq, recording)


@recorded(only=lambda r: can_be_asked(r) and len(r.body) < SMALL)
async def test_a_recording_served_one_byte_at_a_time_reads_the_same(
    recording: Recording, serve: Any
) -> None:
    server = await serve(byte_by_byte_talk_of(recording))
    async with GroqClient(api_key="gsk_test", base_url=server.url) as groq:
        await ask(groq, recording)


@recorded(only=lambda r: is_stream(r) and len(r.body) < 50_000)
async def test_a_stream_served_in_tiny_chunks_reads_the_same(
    recording: Recording, serve: Any
) -> None:
    server = await serve(talk_of(recording, 7))
    async with GroqClient(api_key="gsk_test", base_url=server.url) as groq:
        await ask(groq, recording)


# Asking the same


def asked_in_json(recording: Recording) -> bool:
    return is_chat(recording) and isinstance(recording.asked, dict)


def without_null(body: dict[str, Any]) -> dict[str, Any]:
    """An option of ``null`` and ``stream: false`` say what leaving them out says."""
    kept = {name: value for name, value in body.items() if value is not None}
    if kept.get("stream") is False:
        del kept["stream"]
    return kept


@recorded(only=asked_in_json)
def test_a_recorded_request_is_asked_again_in_the_same_words(recording: Recording) -> None:
    assert recording.asked is not None
    options = {n: v for n, v in recording.asked.items() if n not in ("model", "messages", "stream")}
    model, messages = recording.asked["model"], recording.asked["messages"]

    check_chat(model=model, messages=messages, options=options)
    body = encode_chat(
        model=model,
        messages=messages,
        options=options,
        stream=bool(recording.asked.get("stream")),
    )

    assert json.loads(body) == without_null(recording.asked)


@recorded(only=asked_in_json)
def test_a_recorded_request_made_of_our_own_messages_says_the_same(recording: Recording) -> None:
    assert recording.asked is not None
    messages = TypeAdapter(list[Message]).validate_python(recording.asked["messages"])
    body = encode_chat(model="m", messages=messages, options={}, stream=False)

    assert json.loads(body)["messages"] == recording.asked["messages"]
