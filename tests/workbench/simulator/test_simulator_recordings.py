"""Our answers beside recorded ones: the same keys in the same order, the same framing."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.simulator import catalogue
from workbench.simulator import wire as simulator_wire
from workbench.simulator.errors import bad_request, invalid_api_key, model_not_found, not_supported

REPO = Path(__file__).parents[3]
WIRE = REPO.parent / "shared" / "wire"
# Recorded models that are gone, and what plays them: the wire form did not change with the model.
STAND_INS = {
    "meta-llama/llama-4-maverick-17b-128e-instruct": "qwen/qwen3.8-27b",
    "meta-llama/llama-4-scout-17b-16e-instruct": "qwen/qwen3.8-27b",
    "qwen/qwen3-32b": "qwen/qwen3.8-27b",
}


def recorded(name: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    folder = WIRE / name
    return (
        json.loads((folder / "request.json").read_text()),
        json.loads((folder / "response.json").read_text()),
        (folder / "body.bin").read_text(),
    )


def comparable() -> list[str]:
    """Chat answers of 2026, when the present form was complete; retired systems left out."""
    names = []
    for folder in sorted(WIRE.glob("*/")):
        request, response, body = recorded(folder.name)
        chat = request["path"].endswith("/chat/completions") and request["body"]
        current = response["status"] == 200 and '"seed":' in body and "event: error" not in body
        if chat and current and "compound" not in request["body"]["model"]:
            names.append(folder.name)
    return names


def shape(value: Any, *, ordered: bool) -> Any:
    """A value's form: keys, nesting and types; cached tokens come and go, so they are left out."""
    if isinstance(value, dict):
        members = [
            (key, shape(member, ordered=ordered))
            for key, member in value.items()
            if key != "prompt_tokens_details"
        ]
        return tuple(members if ordered else sorted(members, key=lambda item: item[0]))
    if isinstance(value, list):
        return [shape(item, ordered=ordered) for item in value[:1]]
    if isinstance(value, bool) or value is None:
        return value
    return "number" if isinstance(value, int | float) else "text"


def stream_shape(text: str, *, ordered: bool) -> list[Any]:
    """The shapes of a stream's events, each run of equal ones as one."""
    assert text.endswith("data: [DONE]\n\n")
    shapes: list[Any] = []
    for event in text.removesuffix("data: [DONE]\n\n").split("\n\n")[:-1]:
        assert event.startswith("data: {")
        found = shape(json.loads(event.removeprefix("data: ")), ordered=ordered)
        if not shapes or shapes[-1] != found:
            shapes.append(found)
    return shapes


def same_kind(request: dict[str, Any], body: str) -> dict[str, Any]:
    """The recorded request, nudged so that ours takes the same turn: a call or a text."""
    asked = {**request, "model": STAND_INS.get(request["model"], request["model"])}
    if asked.get("tools"):
        called = '"tool_calls":[' in body
        asked["tool_choice"] = "required" if called else "none"
        calls = body.count('"type":"function"')
        asked["parallel_tool_calls"] = calls > 1
    for message in asked["messages"]:
        for part in message["content"] if isinstance(message.get("content"), list) else []:
            if "image_url" in part:
                part["image_url"]["url"] = "https://example.com/a.png"
    return asked


@pytest.mark.skipif(not WIRE.is_dir(), reason=f"the recorded exchanges are not at {WIRE}")
@pytest.mark.parametrize("name", comparable() if WIRE.is_dir() else ["absent"])
async def test_our_answer_has_the_recorded_form(simulate: Any, name: str) -> None:
    request, response, body = recorded(name)
    ordered = "reserialised" not in response["body_fidelity"]
    async with simulate(enterprise=True) as http:
        asked = same_kind(request["body"], body)
        ours = await http.post("/chat/completions", json=asked)
    assert ours.status_code == 200, ours.text
    if asked.get("stream"):
        theirs = stream_shape(body, ordered=ordered)
        assert stream_shape(ours.text, ordered=ordered) == theirs
    else:
        theirs = shape(json.loads(body), ordered=ordered)
        assert shape(ours.json(), ordered=ordered) == theirs


def test_enough_recordings_are_compared(wire: Path) -> None:
    assert wire == WIRE
    assert len(comparable()) >= 40


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("rig-response-identity-edge-auth-rejection-classifies-with-contract", invalid_api_key()),
        ("pydantic-ai-model-name-suggestion", model_not_found("llama-3.3-70b-versatlie")),
        ("req-llm-llama-guard-4-12b-multi-tool", not_supported("tool calling")),
    ],
)
def test_refusals_are_the_recorded_ones(wire: Path, name: str, error: Any) -> None:
    _, response, body = recorded(name)
    assert wire == WIRE
    assert error.status == response["status"]
    assert json.loads(error.body) == json.loads(body)


def test_an_error_in_mid_stream_is_the_recorded_one_byte_for_byte(wire: Path) -> None:
    name = "pydantic-ai-tool-use-failed-error-streaming-with-text-0"
    body = (wire / name / "body.bin").read_bytes()
    error = bad_request(
        "Tool choice is required, but model did not call a tool",
        code="tool_use_failed",
        failed_generation="",
    )
    assert body.rstrip(b"\n").endswith(error.as_event().rstrip(b"\n"))


def test_exact_bodies_survive_our_encoder_byte_for_byte(wire: Path) -> None:
    checked = 0
    for folder in sorted(wire.glob("*/")):
        _, response, _ = recorded(folder.name)
        body = (folder / "body.bin").read_bytes()
        if response["body_fidelity"] not in ("exact", "exact-events"):
            continue
        if body.startswith(b"{"):
            assert simulator_wire.document(json.loads(body)) == body, folder.name
            checked += 1
            continue
        for line in body.splitlines():
            if line.startswith(b"data: {"):
                again = simulator_wire.event(json.loads(line[6:]))
                assert again == line + b"\n\n", folder.name
                checked += 1
    assert checked > 300


def test_listed_models_have_the_recorded_fields(wire: Path) -> None:
    listed = json.loads((wire / "rig-models-list-models-smoke" / "body.bin").read_text())["data"]
    compared = 0
    for theirs in listed:
        model = catalogue.find(theirs["id"], enterprise=True)
        if model is None:
            assert theirs["id"] in catalogue.DECOMMISSIONED
            continue
        ours = model.as_json()
        assert ours.keys() == theirs.keys()
        differing = {key for key in ours if ours[key] != theirs[key]} - {"created", "pricing"}
        assert not differing, (theirs["id"], differing)
        compared += 1
    assert compared == 12


async def test_the_headers_come_in_the_recorded_order(http: httpx.AsyncClient) -> None:
    chat = {"model": "openai/gpt-oss-20b", "messages": [{"role": "user", "content": "hi"}]}
    whole = await http.post("/chat/completions", json=chat)
    names = [name for name, _ in whole.headers.multi_items() if name != "server"]
    assert names == [
        "date", "content-type", "cache-control", "vary", "x-groq-region", "x-request-id",
        "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-requests", "x-ratelimit-remaining-tokens",
        "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "transfer-encoding",
    ]  # fmt: skip
    assert whole.headers["content-type"] == "application/json"
    stream = await http.post("/chat/completions", json={**chat, "stream": True})
    assert stream.headers["content-type"] == "text/event-stream"
    assert stream.headers["cache-control"] == "no-cache"


async def test_a_transcription_has_the_recorded_form_and_headers(
    simulate: Any, sound: Any, wire: Path
) -> None:
    _, response, body = recorded("browser-capture-transcription-json")
    assert wire == WIRE
    async with simulate(plan="free") as http:
        ours = await http.post(
            "/audio/transcriptions",
            data={"model": "whisper-large-v3"},
            files={"file": ("clip.wav", sound((0.2, 1.0), seconds=1.9))},
        )
    assert shape(ours.json(), ordered=True) == shape(json.loads(body), ordered=True)
    assert ours.json()["text"].startswith(" ")
    assert ours.json()["x_groq"]["id"] == ours.headers["x-request-id"]
    theirs = {key: value for key, value in response["headers"].items() if "ratelimit" in key}
    assert {key: ours.headers[key] for key in theirs} == theirs
    shared = ("content-type", "cache-control", "vary")
    assert [ours.headers[key] for key in shared] == [response["headers"][key] for key in shared]
    limits = [key for key in ours.headers if "ratelimit" in key]
    assert limits == sorted(limits)
