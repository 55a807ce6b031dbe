import asyncio
import json
import re
from typing import Any

import httpx
import pytest

from workbench.simulator import Simulator, SimulatorSettings
from workbench.simulator.buckets import go_duration, time_to_refill
from workbench.simulator.faults import Fault, UnknownFaultError, parse_fault

CHAT = {
    "model": "openai/gpt-oss-20b",
    "messages": [{"role": "user", "content": "Why is the sky blue?"}],
    "stream": True,
}


async def spoiled(http: httpx.AsyncClient, spec: str, **more: Any) -> httpx.Response:
    return await http.post("/chat/completions", json={**CHAT, **more}, headers={"x-simulate": spec})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429", Fault(status=429)),
        ("status=429; retry-after=2", Fault(status=429, retry_after=2)),
        ("cut-after=2000", Fault(cut_after=2000)),
        ("stall-after=500;", Fault(stall_after=500)),
        ("first-byte-delay=3", Fault(first_byte_delay=3)),
        ("garbage-after=100", Fault(garbage_after=100)),
        ("error-event=tool_use_failed", Fault(error_event="tool_use_failed")),
        ("html=502", Fault(html=502)),
        ("content-type=text/html", Fault(content_type="text/html")),
        ("status=503; rate=0.1", Fault(status=503, rate=0.1)),
        ("", Fault()),
    ],
)
def test_the_grammar_is_read(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize("text", ["explode", "status=999", "rate=2", "cut-after=x", "cut-after=-1"])
def test_what_is_not_in_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(UnknownFaultError):
        parse_fault(text)
    with pytest.raises(ValueError, match="fault"):
        Simulator(SimulatorSettings(fault=text))


async def test_an_unknown_fault_is_a_400_that_lists_the_known_ones(http: httpx.AsyncClient) -> None:
    response = await spoiled(http, "explode=1")
    assert response.status_code == 400
    for name in ("status", "cut-after", "stall-after", "garbage-after", "error-event", "rate"):
        assert name in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("status", "part"),
    [
        (400, '"type":"invalid_request_error"'),
        (401, '"code":"invalid_api_key"'),
        (403, '{"error":{"message":"Access denied. Please check your network settings."}}'),
        (404, '"code":"model_not_found"'),
        (413, "Request too large for model `openai/gpt-oss-20b` in organization `org_01"),
        (422, '"type":"invalid_request_error"'),
        (424, '"type":"invalid_request_error"'),
        (429, "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_01"),
        (498, '"code":"capacity_exceeded"'),
        (500, '"type":"internal_server_error"'),
        (502, "<title>502 Bad Gateway</title>"),
        (503, "openai/gpt-oss-20b is currently over capacity. Please try again and back off"),
    ],
)
async def test_every_status_has_its_body(http: httpx.AsyncClient, status: int, part: str) -> None:
    response = await spoiled(http, str(status))
    assert response.status_code == status
    assert part in response.text


@pytest.mark.parametrize("wait", [1, 2, 7, 30, 600, 4000])
async def test_a_429_waits_as_long_as_asked(http: httpx.AsyncClient, wait: int) -> None:
    response = await spoiled(http, f"status=429; retry-after={wait}")
    assert response.headers["retry-after"] == str(wait)
    assert "x-ratelimit-reset-tokens" in response.headers
    assert "Please try again in " in response.json()["error"]["message"]


@pytest.mark.parametrize("model", ["openai/gpt-oss-20b", "whisper-large-v3", "allam-2-7b"])
@pytest.mark.parametrize("plan", ["free", "developer"])
@pytest.mark.parametrize("wait", [0, 0.5, 2, 30, 45, 1800, 4000, 40_000, 80_000])
async def test_the_headers_of_a_429_agree_with_its_text(
    simulate: Any, model: str, plan: str, wait: float
) -> None:
    async with simulate(plan=plan) as http:
        response = await spoiled(http, f"status=429; retry-after={wait}", model=model)
    error = response.json()["error"]
    numbers = re.search(r"\((\w+)\): Limit (\d+), Used (\d+), Requested (\d+)\.", error["message"])
    assert numbers is not None
    limit, used, requested = (int(number) for number in numbers.groups()[1:])
    window = {"TPM": 60, "TPD": 86_400, "ASPH": 3600, "ASPD": 86_400}[numbers[1]]
    assert 0 <= used <= limit
    assert 0 < requested <= limit
    assert wait - window / limit <= (used + requested - limit) * window / limit <= wait
    shown = {"TPM": "tokens", "ASPH": "audio-seconds"}.get(numbers[1])
    for name in ("tokens", "audio-seconds", "requests"):
        if f"x-ratelimit-limit-{name}" not in response.headers:
            continue
        told = {
            part: response.headers[f"x-ratelimit-{part}-{name}"]
            for part in ("limit", "remaining", "reset")
        }
        if name == shown:
            missing = time_to_refill(limit, window, used)
            assert told == {
                "limit": str(limit),
                "remaining": str(limit - used),
                "reset": go_duration(missing),
            }
        else:
            assert told["remaining"] == told["limit"]
            assert told["reset"] == "0s"


ENDPOINTS: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/audio/transcriptions", {"files": {"model": (None, "whisper-large-v3")}}),
    ("POST", "/audio/translations", {"files": {"model": (None, "whisper-large-v3")}}),
    ("POST", "/audio/speech", {"json": {"model": "canopylabs/orpheus-v1-english"}}),
    ("POST", "/files", {"files": {"purpose": (None, "batch")}}),
    ("GET", "/files", {}),
    ("GET", "/files/file_01x", {}),
    ("GET", "/files/file_01x/content", {}),
    ("DELETE", "/files/file_01x", {}),
    ("POST", "/batches", {"json": {}}),
    ("GET", "/batches", {}),
    ("GET", "/batches/batch_01x", {}),
    ("POST", "/batches/batch_01x/cancel", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ENDPOINTS)
async def test_every_endpoint_can_be_made_to_fail(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any]
) -> None:
    async def ask(fault: str) -> httpx.Response:
        return await http.request(method, path, headers={"x-simulate": fault}, **body)

    limited = await ask("status=429; retry-after=7")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "7")
    if "model" in str(body):
        model = "whisper-large-v3" if "files" in body else "canopylabs/orpheus-v1-english"
        assert f"for model `{model}` in organization" in limited.text
    assert (await ask("503")).json()["error"]["type"] == "internal_server_error"
    assert (await ask("html=502")).headers["content-type"] == "text/html"
    assert (await ask("content-type=text/html")).headers["content-type"] == "text/html"
    assert (await ask("garbage-after=5")).content[5] == 0xFF
    with pytest.raises(httpx.RemoteProtocolError):
        await ask("cut-after=5")


async def test_an_answer_of_sound_can_be_cut_and_stalled(http: httpx.AsyncClient) -> None:
    speech = {
        "model": "canopylabs/orpheus-v1-english",
        "voice": "troy",
        "input": "How are you?",
        "response_format": "wav",
    }
    received = bytearray()

    async def read(fault: str) -> None:
        received.clear()
        headers = {"x-simulate": fault}
        async with http.stream(
            "POST", "/audio/speech", json=speech, headers=headers, timeout=0.6
        ) as answer:
            async for part in answer.aiter_raw():
                received.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        await read("cut-after=1000")
    assert len(received) == 1000
    with pytest.raises(httpx.ReadTimeout):
        await read("stall-after=2000")
    assert received.startswith(b"RIFF")
    assert len(received) == 2000


async def test_a_cut_closes_the_connection_after_exactly_so_many_bytes(
    http: httpx.AsyncClient,
) -> None:
    received = bytearray()

    async def read() -> None:
        headers = {"x-simulate": "cut-after=1234"}
        async with http.stream("POST", "/chat/completions", json=CHAT, headers=headers) as answer:
            async for part in answer.aiter_raw():
                received.extend(part)

    with pytest.raises(httpx.RemoteProtocolError):
        await read()
    assert len(received) == 1234


async def test_a_stall_sends_so_many_bytes_and_then_nothing(http: httpx.AsyncClient) -> None:
    received = bytearray()

    async def read() -> None:
        headers = {"x-simulate": "stall-after=500"}
        async with http.stream(
            "POST", "/chat/completions", json=CHAT, headers=headers, timeout=0.6
        ) as answer:
            async for part in answer.aiter_raw():
                received.extend(part)

    with pytest.raises(httpx.ReadTimeout):
        await read()
    assert len(received) == 500


async def test_garbage_comes_in_between_and_the_stream_goes_on(http: httpx.AsyncClient) -> None:
    body = (await spoiled(http, "garbage-after=300")).content
    assert body[300] == 0xFF
    assert body[:300].startswith(b"data: {")
    assert body.endswith(b"data: [DONE]\n\n")
    with pytest.raises(UnicodeDecodeError):
        body[300:364].decode()


async def test_the_first_byte_can_be_late(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock) as http:
        before = held_clock.at
        await http.get("/models", headers={"x-simulate": "first-byte-delay=3"})
        assert held_clock.at - before == pytest.approx(3)


async def test_an_error_event_ends_the_stream_without_done(http: httpx.AsyncClient) -> None:
    text = (await spoiled(http, "error-event=tool_use_failed")).text
    *chunks, event, rest = text.split("\n\n")
    assert rest == ""
    assert len(chunks) > 2
    name, data = event.split("\n")
    assert name == "event: error"
    error = json.loads(data.removeprefix("data: "))["error"]
    assert list(error) == ["message", "type", "code", "failed_generation", "status_code"]
    assert error["code"] == "tool_use_failed"
    whole = await spoiled(http, "error-event=json_validate_failed", stream=False)
    assert whole.status_code == 400
    assert whole.json()["error"]["code"] == "json_validate_failed"


async def test_a_page_and_a_wrong_label_look_like_a_proxy(http: httpx.AsyncClient) -> None:
    page = await spoiled(http, "html=502")
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    labelled = await spoiled(http, "content-type=text/html")
    assert (labelled.status_code, labelled.headers["content-type"]) == (200, "text/html")
    assert labelled.text.endswith("data: [DONE]\n\n")


async def test_a_standing_fault_hits_its_share_and_a_header_overrules_it(simulate: Any) -> None:
    async with simulate(fault="status=503; rate=0.3") as http:
        statuses = [(await http.get("/models")).status_code for _ in range(200)]
        assert 30 <= statuses.count(503) <= 90
        assert statuses.count(200) == 200 - statuses.count(503)
        spared = [
            (await http.get("/models", headers={"x-simulate": ""})).status_code for _ in range(20)
        ]
    assert set(spared) == {200}


async def test_leaving_stops_open_streams_at_once() -> None:
    before = asyncio.all_tasks()
    async with Simulator(SimulatorSettings()) as simulator:
        client = httpx.AsyncClient(
            base_url=simulator.base_url, headers={"authorization": "Bearer gsk_x"}, trust_env=False
        )
        streams = []
        for spec in ("stall-after=300", "", "cut-after=100000"):
            request = client.build_request(
                "POST", "/chat/completions", json=CHAT, headers={"x-simulate": spec}
            )
            streams.append(await client.send(request, stream=True))
    for stream in streams:
        await stream.aclose()
    await client.aclose()
    assert asyncio.all_tasks() == before
