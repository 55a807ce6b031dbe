"""The recorded exchanges, and what the tests of them share."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from client import (
    Accumulator,
    AuthenticationError,
    BadRequestError,
    Batch,
    BatchResponse,
    ChatChunk,
    ChatReply,
    ChatStream,
    ModelList,
    ModelNotFoundError,
    SSEDecoder,
    StreamError,
    ToolUseFailedError,
    Transcription,
)
from client.chunks import ChunkDecoder
from client.codec import decode

WIRE = Path(__file__).parents[3].parent / "shared" / "wire"
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
