"""Recorded traffic in the form of a browser's export, replayed."""

import json
from pathlib import Path
from typing import Any

import pytest

from client import (
    GroqClient,
    ReplayTransport,
    Request,
    UnrecordedRequestError,
    user,
)
from tests.client.adapters.replayed_sessions import (
    KEY,
    MODEL,
)


async def test_the_recorded_traffic_converts_and_replays(wire: Path, tmp_path: Path) -> None:
    """Real exchanges, put into a HAR file as a browser exports it, and asked for again."""
    names = [
        "agentops-provider-1",
        "pydantic-ai-tool-use-failed-error-streaming-with-text-0",
        "pydantic-ai-tool-use-failed-error-0",
        "langchain-web-search-0",
        "rig-models-list-models-smoke",
        "rig-response-identity-edge-auth-rejection-classifies-with-contract",
        "vercel-ai-groq-tool-call",
    ]
    entries, asked = [], []
    for number, name in enumerate(names):
        request = json.loads((wire / name / "request.json").read_text())
        response = json.loads((wire / name / "response.json").read_text())
        body = (wire / name / "body.bin").read_bytes()
        asked.append((request, response, body))
        entries.append(browser_entry(number, request, response, body.decode()))
    file = tmp_path / "export.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))

    replay = ReplayTransport(file, speed=0)
    assert replay.base_url == "https://api.groq.com/openai/v1"
    for request, response, body in reversed(asked):
        answer = await replay.send(
            Request(
                method=request["method"],
                url="https://api.groq.com" + request["path"],
                headers={"content-type": "application/json"},
                body=json.dumps(request["body"], sort_keys=True).encode()
                if request["body"] is not None
                else None,
            )
        )
        assert answer.status == response["status"]
        assert [piece async for piece in answer] == [body]


async def test_a_browser_s_export_of_a_stream_is_read_by_the_client(
    wire: Path, tmp_path: Path
) -> None:
    folder = wire / "agentops-provider-1"
    request = json.loads((folder / "request.json").read_text())
    response = json.loads((folder / "response.json").read_text())
    file = tmp_path / "export.har"
    entry = browser_entry(0, request, response, (folder / "body.bin").read_text())
    file.write_text("\ufeff" + json.dumps({"log": {"version": "1.2", "entries": [entry]}}))

    replay = ReplayTransport(file, speed=0, match="loose")
    async with GroqClient(transport=replay, api_key=KEY) as groq:
        reply = await groq.chat.stream(model=MODEL, messages=[user("Anything")]).reply()
        with pytest.raises(UnrecordedRequestError, match="recorded once"):
            await groq.chat.create(model=MODEL, messages=[user("More")])

    assert reply.text
    assert reply.finish_reason == "stop"


def browser_entry(
    number: int, request: dict[str, Any], response: dict[str, Any], body: str
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "startedDateTime": f"2026-02-18T18:20:{number:02}.123+02:00",
        "time": 120.5,
        "_initiator": {"type": "script"},
        "request": {
            "method": request["method"],
            "url": "https://api.groq.com" + request["path"],
            "headers": [{"name": ":authority", "value": "api.groq.com"}]
            + [{"name": name, "value": value} for name, value in request["headers"].items()],
        },
        "response": {
            "status": response["status"],
            "headers": [
                {"name": name, "value": value} for name, value in response["headers"].items()
            ],
            "content": {"size": len(body), "mimeType": "x", "text": body},
        },
        "timings": {"blocked": -1, "send": 0.5, "wait": 100, "receive": 20},
    }
    if request["body"] is not None:
        text = json.dumps(request["body"])
        entry["request"]["postData"] = {"mimeType": "application/json", "text": text}
    return entry
