"""The recorded transcription and batch, asked again of a server that answers as it did then."""

import json
from pathlib import Path
from typing import Any

import pytest

from client import GroqClient

TRANSCRIPTION = "browser-capture-transcription-json"
BATCH = "ellmer-state-capitals-groq-batch-0"
RESULTS = "ellmer-state-capitals-groq-results-0"


class Recorded:
    """One recorded exchange."""

    def __init__(self, folder: Path) -> None:
        self.request = json.loads((folder / "request.json").read_text())
        self.response = json.loads((folder / "response.json").read_text())
        self.body = (folder / "body.bin").read_bytes()

    def answer(self, body: bytes | None = None) -> bytes:
        body = self.body if body is None else body
        left_out = {"content-encoding", "content-length", "transfer-encoding", "connection"}
        headers = {"content-type": "application/json", **self.response["headers"]}
        kept = [f"{n}: {v}" for n, v in headers.items() if n.lower() not in left_out]
        head = "\r\n".join(("HTTP/1.1 200 Recorded", *kept, f"content-length: {len(body)}", "", ""))
        return head.encode() + body


@pytest.fixture
def recorded(wire: Path) -> dict[str, Recorded]:
    return {name: Recorded(wire / name) for name in (TRANSCRIPTION, BATCH, RESULTS)}


async def test_the_recorded_transcription(recorded: dict[str, Recorded], serve: Any) -> None:
    recording = recorded[TRANSCRIPTION]
    asked = recording.request["body"]["__multipart__"]
    filename, kind, _ = asked["file"].split(", ", 2)

    async def talk(peer: Any) -> None:
        server.requests.append(await peer.request())
        await peer.say(recording.answer())

    server = await serve(talk)
    async with GroqClient(api_key="gsk_test", base_url=server.url) as groq:
        said = await groq.audio.transcribe(
            file=b"\x1aE\xdf\xa3", filename=filename, model=asked["model"]
        )

    assert said.text == " Hello, hello, hello."
    assert said.request_id == recording.response["headers"]["x-request-id"]
    assert said.model_dump(exclude_unset=True) == json.loads(recording.body)
    limits = groq.rate_limits(asked["model"])
    assert limits is not None
    assert limits.audio_seconds is not None
    assert limits.requests is not None
    assert (limits.audio_seconds.limit, limits.audio_seconds.remaining) == (7200, 7198)
    assert (limits.audio_seconds.reset, limits.requests.reset) == (1.0, 43.2)
    (sent,) = server.requests
    assert sent.startswith(f"POST {recording.request['path']} HTTP/1.1\r\n".encode())
    assert f'name="file"; filename="{filename}"'.encode() in sent
    assert kind == "application/octet-stream"  # ours says what it is; the name decides


async def test_the_recorded_batch_and_its_results(
    recorded: dict[str, Recorded], serve: Any
) -> None:
    lines = [
        {"id": f"batch_req_out_{n}", "custom_id": f"chat-{n}", "response": json.loads(line)}
        for n, line in enumerate(recorded[RESULTS].body.splitlines())
    ]
    output = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    async def talk(peer: Any) -> None:
        while True:
            path = (await peer.request()).split(b" ")[1].decode()
            name = RESULTS if path.endswith("/content") else BATCH
            assert path == recorded[name].request["path"]
            await peer.say(recorded[name].answer(output if name == RESULTS else None))

    async with GroqClient(api_key="gsk_test", base_url=(await serve(talk)).url) as groq:
        batch = await groq.batches.wait(recorded[BATCH].request["path"].rpartition("/")[2])
        results = await groq.batches.results_by_custom_id(batch)

    assert batch.model_dump(exclude_unset=True) == json.loads(recorded[BATCH].body)
    assert batch.status == "completed"
    assert batch.finished == len(results) == len(lines)
    for line in lines:
        result = results[str(line["custom_id"])]
        assert result.reply.text
        assert result.reply.service_tier == "batch"
        assert result.model_dump(exclude_unset=True) == line
