"""Nothing a client can send makes the simulator answer with a fault of its own."""

import json
import struct
import time
import tracemalloc
from contextlib import suppress
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.simulator import answers, catalogue, tokens
from workbench.simulator.batch_lines import parse_lines
from workbench.simulator.capabilities import check_capabilities
from workbench.simulator.clip import UnreadableError, measure
from workbench.simulator.errors import APIError
from workbench.simulator.form import Form, Upload
from workbench.simulator.reply import compose
from workbench.simulator.request import parse_chat, parse_object
from workbench.simulator.transcription_request import parse_transcription

_LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_ANY = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "function", "name", "text", "schema", "properties", "url"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
_CONTENT = st.text(max_size=200) | st.lists(
    st.one_of(
        st.fixed_dictionaries({"type": st.just("text"), "text": st.text(max_size=40)}),
        st.fixed_dictionaries(
            {
                "type": st.just("image_url"),
                "image_url": st.fixed_dictionaries(
                    {"url": st.sampled_from(["https://a.b/c", "data:image/png;base64,/9j", "x"])}
                ),
            }
        ),
        _ANY,
    ),
    max_size=3,
)
_MESSAGE = st.fixed_dictionaries(
    {"role": st.sampled_from(["system", "user", "assistant", "tool"])},
    optional={"content": _CONTENT | _ANY, "tool_calls": _ANY, "tool_call_id": st.text(max_size=3)},
)
_TOOL = st.fixed_dictionaries(
    {
        "type": st.just("function"),
        "function": st.fixed_dictionaries(
            {"name": st.sampled_from(["get_weather", "search", "f"])}, optional={"parameters": _ANY}
        ),
    }
)
_BODY = st.fixed_dictionaries(
    {
        "model": st.sampled_from([model.id for model in catalogue.MODELS]),
        "messages": st.lists(_MESSAGE, max_size=4) | _ANY,
    },
    optional={
        "tools": st.lists(_TOOL, max_size=3) | _ANY,
        "tool_choice": st.sampled_from(["auto", "none", "required"]) | _ANY,
        "response_format": _ANY
        | st.just({"type": "json_object"})
        | _ANY.map(
            lambda schema: {
                "type": "json_schema",
                "json_schema": {"name": "x", "schema": schema},
            }
        ),
        "stop": _ANY,
        "max_tokens": st.integers(-1, 50) | _ANY,
        "seed": _ANY,
        "reasoning_effort": st.sampled_from(["none", "low", "high"]) | _ANY,
        "temperature": _ANY,
    },
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(_BODY)
def test_a_request_is_answered_or_refused(body: dict[str, Any]) -> None:
    model = next(model for model in catalogue.MODELS if model.id == body["model"])
    try:
        request = parse_chat(parse_object(json.dumps(body).encode()))
        check_capabilities(request, model, "free")
    except APIError as error:
        refused: int | None = error.status
    else:
        refused = None
    if refused is not None:
        assert 400 <= refused < 500
        return
    draft = answers.write(request, model, Random(1))
    reply = compose(request, model, draft, room=4000, random=Random(1))
    assert reply.completion_tokens >= 0
    assert tokens.admission_cost(request) >= 4


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=500))
def test_any_question_has_an_answer(question: str) -> None:
    body: Any = {
        "model": "openai/gpt-oss-20b",
        "messages": [{"role": "user", "content": question}],
    }
    draft = answers.write(parse_chat(body), catalogue.MODELS[1], Random(1))
    assert draft.content
    assert "".join(tokens.pieces(draft.content)) == draft.content


@pytest.mark.parametrize(
    "part", ["word ", "x", "1+", "```\n", "a@", "In Paris and ", "(" * 50, "\n\n# ", "a=", "say "]
)
async def test_a_very_long_prompt_is_answered_within_a_moment(
    http: httpx.AsyncClient, part: str
) -> None:
    text = (part * 100_000)[:100_000]
    body = {"model": "qwen/qwen3.8-27b", "messages": [{"role": "user", "content": text}]}
    began = time.monotonic()
    response = await http.post("/chat/completions", json=body)
    assert response.status_code == 200
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("rate", [1, 999_983, 0xFFFFFFFF])
@pytest.mark.parametrize("channels", [1, 1000])
def test_a_claimed_rate_takes_no_memory(sound: Any, rate: int, channels: int) -> None:
    claimed = bytearray(sound((0, 1), seconds=2))
    claimed[22:28] = struct.pack("<HI", channels, rate)
    claimed[32:34] = struct.pack("<H", channels * 2)
    tracemalloc.start()
    try:
        with suppress(UnreadableError):
            measure(bytes(claimed))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000


async def test_half_a_character_does_not_stop_an_answer(http: httpx.AsyncClient) -> None:
    body = (
        b'{"model":"openai/gpt-oss-20b","stream":true,"messages":[{"role":"user",'
        b'"content":"Who is \\ud83d?"}]}'
    )
    headers = {"content-type": "application/json"}
    response = await http.post("/chat/completions", content=body, headers=headers)
    assert response.status_code == 200
    assert response.text.endswith("data: [DONE]\n\n")


_FIELD = st.sampled_from(
    ["model", "url", "language", "prompt", "response_format"]
) | st.sampled_from(["temperature", "timestamp_granularities[]", "x"])
_VALUE = st.text(max_size=12) | st.sampled_from(
    ["whisper-large-v3", "verbose_json", "word", "en", "0.5", "nan", "data:,x", "data:;base64,AA"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(_FIELD, st.lists(_VALUE, min_size=1, max_size=2).map(tuple), max_size=6),
    st.none() | st.text(max_size=8),
    st.booleans(),
)
def test_a_form_of_audio_is_read_or_refused(
    fields: dict[str, tuple[str, ...]], filename: str | None, translate: bool
) -> None:
    files = {} if filename is None else {"file": Upload(filename=filename + ".wav", data=b"x")}
    try:
        request = parse_transcription(Form(fields=fields, files=files), translate=translate)
    except APIError as error:
        refused: int | None = error.status
    else:
        refused = None
        assert request.audio
        assert 0 <= request.temperature <= 1
    assert refused in (None, 400, 413)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([b"", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"fLaC", b"OggS", b"ID3", b"\xff\xfb"]),
    st.binary(max_size=400),
)
def test_any_bytes_are_measured_or_unreadable(head: bytes, data: bytes) -> None:
    clip = None
    with suppress(UnreadableError):
        clip = measure(head + data)
    assert clip is None or clip.seconds >= 0


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=60), st.integers(0, 44), st.integers(0, 255))
def test_a_damaged_sound_is_measured_or_unreadable(
    sound: Any, noise: bytes, place: int, byte: int
) -> None:
    damaged = bytearray(sound((0, 0.1), seconds=0.2) + noise)
    damaged[place] = byte
    clip = None
    with suppress(UnreadableError):
        clip = measure(bytes(damaged))
    assert clip is None or clip.level <= 6


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=40) | _ANY.map(lambda value: json.dumps(value).encode())))
def test_any_lines_are_requests_or_faults(lines: list[bytes]) -> None:
    requests, faults = parse_lines(b"\n".join(lines), "/v1/chat/completions")
    assert requests or faults
