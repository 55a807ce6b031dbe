"""Every recorded exchange of the real service: parsed, streamed, served, and asked again."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from client import (
    Accumulator,
    APIError,
    AuthenticationError,
    BadRequestError,
    Batch,
    BatchResponse,
    BatchResult,
    ChatChunk,
    ChatReply,
    ChatStream,
    GroqClient,
    Message,
    ModelList,
    ModelNotFoundError,
    RateLimits,
    SSEDecoder,
    StreamError,
    ToolUseFailedError,
    Transcription,
    user,
)
from client.chunks import ChunkDecoder
from client.codec import decode, decode_error, encode_chat
from client.testing import FakeClock, FakeResponse, FakeTransport
from client.types.chat_options import check_chat

WIRE = Path(__file__).parents[2].parent / "shared" / "wire"
SMALL = 6000
CHAT = "/openai/v1/chat/completions"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A real exchange. Where a recorder kept no content type, its kind tells which it was."""

    name: str
    kinds: frozenset[str]
    method: str
    path: str
    asked: dict[str, Any] | None
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def streamed(self) -> bool:
        return "stream" in self.kinds

    @property
    def model(self) -> str:
        return (self.asked or {}).get("model", "m")


def index() -> dict[str, frozenset[str]]:
    """The exchanges that the index lists, and their kinds."""
    rows = re.findall(
        r"^\| ([\w-]+) \| ([\w, -]+) \| \d{3} \|", (WIRE / "INDEX.md").read_text(), re.MULTILINE
    )
    return {name: frozenset(kinds.split(", ")) for name, kinds in rows}


def load(name: str, kinds: frozenset[str]) -> Recording:
    folder = WIRE / name
    request = json.loads((folder / "request.json").read_text())
    response = json.loads((folder / "response.json").read_text())
    expected = "text/event-stream" if kinds & {"stream", "mid-stream-error"} else "application/json"
    headers = {name.lower(): value for name, value in response["headers"].items()}
    return Recording(
        name=name,
        kinds=kinds,
        method=request["method"],
        path=request["path"],
        asked=request["body"],
        status=response["status"],
        headers={"content-type": expected, **headers},
        body=(folder / "body.bin").read_bytes(),
    )


RECORDINGS = [load(name, kinds) for name, kinds in index().items()] if WIRE.is_dir() else []


def recorded(*, only: Any) -> Any:
    chosen = [pytest.param(r, id=r.name) for r in RECORDINGS if only(r)]
    return pytest.mark.parametrize("recording", chosen)


def is_stream(recording: Recording) -> bool:
    return recording.headers["content-type"].startswith("text/event-stream")


def is_chat(recording: Recording) -> bool:
    return recording.path == CHAT


def is_whole_chat(recording: Recording) -> bool:
    return is_chat(recording) and recording.status == 200 and not is_stream(recording)


def is_error(recording: Recording) -> bool:
    return recording.status >= 400


def test_every_recording_is_here(wire: Path) -> None:
    heading = re.search(r"\((\d+)\)", (wire / "INDEX.md").read_text())
    assert heading is not None
    folders = {path.name for path in wire.iterdir() if path.is_dir()}

    assert len(RECORDINGS) == int(heading[1]) == 89
    assert {recording.name for recording in RECORDINGS} == folders


# Nothing is lost


def without_what_we_added(value: object) -> object:
    """A value as JSON, only with what was set from the wire."""
    assert isinstance(value, BaseModel | ChatChunk)
    return value.model_dump(mode="json", by_alias=True, exclude_unset=True)


def value_of(recording: Recording) -> list[tuple[object, object]]:
    """The typed values of a recording, each with the JSON that it came from."""
    text = recording.body.decode()
    if is_error(recording):
        return []
    if is_stream(recording):
        events = SSEDecoder().feed(recording.body)
        data = [e.data for e in events if e.event == "message" and e.data != "[DONE]"]
        chunks = ChunkDecoder()
        return [(chunks.plain(one) or chunks.decode(one), json.loads(one)) for one in data]
    if recording.path.endswith("/content"):
        return [(decode(BatchResponse, line), json.loads(line)) for line in text.splitlines()]
    kinds = {CHAT: ChatReply, "/openai/v1/models": ModelList}
    kind = kinds.get(recording.path)
    if kind is None:
        kind = Batch if "/batches/" in recording.path else Transcription
    return [(decode(kind, recording.body), json.loads(text))]


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


# Errors


EXPECTED_ERRORS = {
    "pydantic-ai-model-name-suggestion": (ModelNotFoundError, 404, "model_not_found"),
    "pydantic-ai-tool-use-failed-error-0": (ToolUseFailedError, 400, "tool_use_failed"),
    "req-llm-llama-guard-4-12b-multi-tool": (BadRequestError, 400, None),
    "rig-response-identity-edge-auth-rejection-classifies-with-contract": (
        AuthenticationError,
        401,
        "invalid_api_key",
    ),
}


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


def expected_fold(recording: Recording) -> Accumulator:
    fold = Accumulator()
    for value, _ in value_of(recording):
        assert isinstance(value, ChatChunk)
        fold.add(value)
    return fold


def pieces_of(recording: Recording, size: int | None) -> Iterator[bytes]:
    body = recording.body
    step = size or len(body)
    return (body[at : at + step] for at in range(0, len(body), step))


async def read_to_the_end(recording: Recording, stream: ChatStream) -> None:
    """Read it, and compare it with its chunks folded one by one."""
    texts, reasoning, failure = [], [], None
    try:
        async for chunk in stream:
            texts.append(chunk.text)
            reasoning.append(chunk.reasoning)
    except StreamError as error:
        failure = error
    fold = expected_fold(recording)

    assert stream.text == "".join(texts) == fold.text
    assert stream.reasoning == "".join(reasoning) == fold.reasoning
    assert stream.message == fold.message
    assert stream.usage == fold.usage
    assert len(stream.timing.chunks) == len(texts)
    if b"event: error" in recording.body:
        assert failure is not None
        assert isinstance(failure.error, ToolUseFailedError)
        assert failure.error.status == 400
        assert failure.partial == fold.message
        assert not stream.complete
    else:
        assert failure is None
        assert stream.complete
        assert stream.finish_reason in {"stop", "tool_calls", "length"}
        assert stream.usage.total_tokens


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
