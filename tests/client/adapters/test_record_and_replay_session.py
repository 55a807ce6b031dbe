"""A session recorded and replayed tells its observers the same things again."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from client import (
    DEFAULT_BASE_URL,
    BodyReceived,
    ChunkReceived,
    ClientEvent,
    Clock,
    ConnectionError,  # noqa: A004 - ours
    ExchangeCancelled,
    ExchangeFailed,
    GroqClient,
    GroqError,
    HeadersReceived,
    HttpTransport,
    RecordingTransport,
    ReplayTransport,
    Request,
    RequestSent,
    StreamError,
    TimeoutError,  # noqa: A004 - ours
    Transport,
    UnrecordedRequestError,
    user,
)
from client.events import RetryScheduled
from client.redaction import Redactor
from client.resilience.retry import RetryPolicy
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    chunk,
    finish_chunk,
    reasoning_chunk,
    settle,
    text_chunk,
)
from workbench.simulator import Simulator, SimulatorSettings

MODEL = "openai/gpt-oss-20b"
KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}
MASKED_IDS = Redactor()
Session = Callable[[GroqClient], Awaitable[None]]


def essence(value: Any, *, times: bool) -> Any:
    """An event as a recording keeps it: with ids masked, and with or without its times."""
    if isinstance(value, GroqError):
        said = {name: item for name, item in vars(value).items() if name != "headers"}
        return (type(value).__name__, MASKED_IDS.text(str(value)), essence(said, times=times))
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        kept = [name for name in names if times or name not in ("at", "timing", "received_at")]
        return (
            type(value).__name__,
            {name: essence(getattr(value, name), times=times) for name in kept},
        )
    if isinstance(value, dict):
        return {
            name: essence(item, times=times)
            for name, item in value.items()
            if times or name != "timing"
        }
    if isinstance(value, list | tuple):
        return [essence(item, times=times) for item in value]
    if hasattr(value, "model_dump"):
        return essence(value.model_dump(), times=times)
    if isinstance(value, str):
        return MASKED_IDS.text(value)
    return MASKED_IDS.data(value) if isinstance(value, bytes) else value


async def observe(
    session: Session,
    transport: Transport,
    *,
    clock: Clock | None = None,
    base_url: str = DEFAULT_BASE_URL,
) -> list[ClientEvent]:
    events: list[ClientEvent] = []
    async with GroqClient(
        transport=transport,
        clock=clock,
        api_key=KEY,
        base_url=base_url,
        observe=events.append,
        retry=None,
        circuit_breaker=None,
        rate_limit=None,
    ) as groq:
        await session(groq)
    return events


async def talk(groq: GroqClient) -> None:
    """Tools, errors, an error in mid-stream, a cut stream, an answer left early."""
    await groq.models.list()
    messages: list[Any] = [user("What is the weather in Oslo?")]
    async with groq.chat.stream(model=MODEL, messages=messages, tools=[TOOL]) as stream:
        async for _ in stream:
            pass
        assert stream.tool_calls
        messages += [stream.message]
        messages += [
            {"role": "tool", "tool_call_id": call.id, "content": "rain"}
            for call in stream.tool_calls
        ]
    await groq.chat.create(model=MODEL, messages=messages, tools=[TOOL])
    for fault in (
        "status=429; retry-after=2",
        "status=401",
        "error-event=tool_use_failed",
        "cut-after=1500",
        "html=502",
    ):
        stream = groq.chat.stream(
            model=MODEL, messages=[user("Tell me more.")], extra_headers={"x-simulate": fault}
        )
        with pytest.raises(GroqError):
            async for _ in stream:
                pass
    story = [user("A long story, please.")]
    async with groq.chat.stream(model=MODEL, messages=story) as stream:
        async for _ in stream:
            break


@pytest.mark.parametrize("match", ["strict", "loose"])
async def test_a_session_with_the_simulator_replays_to_the_same_events(
    tmp_path: Path, match: Any
) -> None:
    file = tmp_path / "session.har"
    async with Simulator(SimulatorSettings(speed=100, plan="developer", seed=1)) as simulator:
        base_url = simulator.base_url
        recorder = RecordingTransport(HttpTransport.to(base_url), file)
        recorded = await observe(talk, recorder, base_url=base_url)

    replay = ReplayTransport(file, speed=0, match=match)
    assert replay.base_url == base_url
    replayed = await observe(talk, replay, base_url=base_url)

    kinds = {type(event) for event in recorded}
    assert {ChunkReceived, ExchangeFailed, ExchangeCancelled, BodyReceived} <= kinds
    assert len(recorded) == len(replayed)
    for then, now in zip(recorded, replayed, strict=True):
        assert essence(then, times=False) == essence(now, times=False)
    assert KEY not in file.read_text()


class Timeline:
    """An answer that takes its time."""

    def __init__(self, clock: Clock, response: FakeResponse, *pauses: float) -> None:
        self.status, self.headers = response.status, response.headers
        self._clock, self._response, self._pauses = clock, response, [*pauses, 0.0]

    async def __aiter__(self) -> Any:
        place = 0
        async for piece in self._response:
            await self._clock.sleep(self._pauses[min(place, len(self._pauses) - 1)])
            place += 1
            yield piece
        await self._clock.sleep(self._pauses[-2] if len(self._pauses) > 1 else 0.0)

    async def aclose(self) -> None:
        await self._response.aclose()


class SlowTransport:
    """Answers from a script after a pause each."""

    def __init__(self, clock: Clock, *answers: FakeResponse | Exception) -> None:
        self._clock, self._answers = clock, list(answers)

    async def send(self, request: Request) -> Timeline:
        await self._clock.sleep(0.375)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Timeline(self._clock, answer, 0.25, 0.0, 0.5, 0.0625)

    async def aclose(self) -> None:
        pass


SCRIPT: Sequence[Callable[[], FakeResponse | Exception]] = [
    lambda: FakeResponse.stream(
        reasoning_chunk("Hm."), text_chunk("Grüße"), text_chunk(" 🎉"), finish_chunk()
    ),
    lambda: FakeResponse.json(
        {"error": {"message": "Wait.", "code": "rate_limit_exceeded"}},
        status=429,
        headers={"retry-after": "2"},
    ),
    lambda: ConnectionError("No connection to nowhere."),
    lambda: TimeoutError("No connection in time.", phase="connect"),
    lambda: OSError("foreign"),
    lambda: FakeResponse.stream(text_chunk("Half a"), ConnectionError("It broke."), done=False),
    lambda: FakeResponse.stream(text_chunk("No end"), done=False),
    lambda: FakeResponse.stream(
        b"data: {\xff", b"\xfe}\n\n", text_chunk("after garbage"), done=False
    ),
    lambda: FakeResponse.stream(
        chunk({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f"}}]}),
        b'event: error\ndata: {"error":{"message":"m","code":"tool_use_failed"}}\n\n',
        done=False,
    ),
]


async def hurry(groq: GroqClient) -> None:
    for number in range(len(SCRIPT)):
        try:
            async for _ in groq.chat.stream(model=MODEL, messages=[user(f"Question {number}")]):
                pass
        except GroqError:
            pass


async def in_virtual_time(
    clock: FakeClock, transport: Transport, session: Session = hurry
) -> list[ClientEvent]:
    task = asyncio.ensure_future(observe(session, transport, clock=clock))
    for _ in range(10_000):
        if task.done():
            return task.result()
        await clock.advance(1 / 64)
    raise AssertionError("it does not end")


async def test_a_script_replays_with_exactly_the_same_times(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    clock = FakeClock()
    script = SlowTransport(clock, *(answer() for answer in SCRIPT))
    recorded = await in_virtual_time(clock, RecordingTransport(script, file, clock=clock))

    clock = FakeClock()
    replayed = await in_virtual_time(clock, ReplayTransport(file, clock=clock))

    assert len(recorded) == len(replayed)
    for then, now in zip(recorded, replayed, strict=True):
        assert essence(then, times=True) == essence(now, times=True)


@pytest.mark.parametrize(("speed", "scale"), [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0)])
async def test_chunks_come_at_their_times_scaled_by_the_speed(
    tmp_path: Path, speed: float, scale: float
) -> None:
    file = tmp_path / "session.har"
    clock = FakeClock()
    recorder = RecordingTransport(SlowTransport(clock, SCRIPT[0]()), file, clock=clock)

    async def ask(groq: GroqClient) -> None:
        await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()

    await in_virtual_time(clock, recorder, ask)
    clock = FakeClock()
    events = await in_virtual_time(clock, ReplayTransport(file, clock=clock, speed=speed), ask)

    times = [event.at - 1000 for event in events if isinstance(event, ChunkReceived)]
    assert times == [scale * at for at in (0.625, 0.625, 1.125, 1.1875)]
    headers = next(event for event in events if isinstance(event, HeadersReceived))
    assert headers.at - 1000 == scale * 0.375


@pytest.mark.parametrize("speed", [0, float("inf")])
async def test_without_speed_nothing_waits(tmp_path: Path, speed: float) -> None:
    file = tmp_path / "session.har"
    clock = FakeClock()
    script = SlowTransport(clock, *(answer() for answer in SCRIPT))
    await in_virtual_time(clock, RecordingTransport(script, file, clock=clock))

    still = FakeClock()
    await observe(hurry, ReplayTransport(file, clock=still, speed=speed), clock=still)

    assert still.now() == 1000


async def test_a_stall_that_the_client_gave_up_on_is_given_up_on_again(tmp_path: Path) -> None:
    from client.testing import Stall

    async def ask(groq: GroqClient) -> None:
        with pytest.raises(StreamError, match="longer than the 4 s"):
            await groq.chat.stream(model=MODEL, messages=[user("Why?")], timeout=4).reply()

    file = tmp_path / "session.har"
    clock = FakeClock()
    script = FakeTransport(FakeResponse.stream(text_chunk("Well,"), Stall(), done=False))
    recorded = await in_virtual_time(clock, RecordingTransport(script, file, clock=clock), ask)
    clock = FakeClock()
    replayed = await in_virtual_time(clock, ReplayTransport(file, clock=clock), ask)

    assert [essence(event, times=True) for event in recorded] == [
        essence(event, times=True) for event in replayed
    ]


async def test_an_answer_that_was_left_ends_where_its_caller_left(tmp_path: Path) -> None:
    from client.testing import Stall

    async def leave(groq: GroqClient) -> None:
        async for _ in groq.chat.stream(model=MODEL, messages=[user("Why?")]):
            break

    async def stay(groq: GroqClient) -> None:
        with pytest.raises(StreamError, match="caller left") as failure:
            await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()
        assert failure.value.partial is not None
        assert failure.value.partial.text == "Well,"

    file = tmp_path / "session.har"
    clock = FakeClock()
    script = FakeTransport(FakeResponse.stream(text_chunk("Well,"), Stall(), done=False))
    await in_virtual_time(clock, RecordingTransport(script, file, clock=clock), leave)

    await in_virtual_time(clock := FakeClock(), ReplayTransport(file, clock=clock), stay)


async def test_a_request_left_before_its_answer_began_is_recorded(tmp_path: Path) -> None:
    class Silence:
        async def send(self, request: Request) -> FakeResponse:
            await asyncio.Event().wait()
            raise AssertionError

        async def aclose(self) -> None:
            pass

    file = tmp_path / "session.har"
    recorder = RecordingTransport(Silence(), file)
    async with GroqClient(transport=recorder, api_key=KEY) as groq:
        task = asyncio.ensure_future(groq.models.list())
        await settle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    (entry,) = json.loads(file.read_text())["log"]["entries"]
    assert entry["response"]["status"] == 0
    assert entry["_error"]["type"] == "left"
    with pytest.raises(ConnectionError, match="caller left"):
        await GroqClient(transport=ReplayTransport(file, speed=0), api_key=KEY).models.list()


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


async def test_events_name_what_was_asked(tmp_path: Path) -> None:
    """A replay sends real requests: observers see the body that was asked, not the recorded one."""
    file = tmp_path / "session.har"
    script = FakeTransport(FakeResponse.stream(text_chunk("Yes."), finish_chunk()))

    async def ask(groq: GroqClient, text: str) -> None:
        await groq.chat.stream(model=MODEL, messages=[user(text)]).reply()

    await observe(lambda groq: ask(groq, "One?"), RecordingTransport(script, file))
    replay = ReplayTransport(file, speed=0, match="loose")
    events = await observe(lambda groq: ask(groq, "Two?"), replay)

    (sent,) = [event for event in events if isinstance(event, RequestSent)]
    assert sent.body is not None
    assert b"Two?" in sent.body


async def test_every_repetition_is_recorded_and_replays_with_its_wait(tmp_path: Path) -> None:
    async def ask(groq: GroqClient) -> None:
        reply = await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()
        assert reply.text == "At last."

    async def observed(clock: FakeClock, transport: Transport) -> list[ClientEvent]:
        events: list[ClientEvent] = []
        retry = RetryPolicy(jitter=lambda: 0.5)
        async with GroqClient(
            transport=transport, clock=clock, api_key=KEY, retry=retry, observe=events.append
        ) as groq:
            task = asyncio.ensure_future(ask(groq))
            while not task.done():
                await clock.advance(1 / 64)
            await task
        return events

    file = tmp_path / "session.har"
    busy = {"error": {"message": "over capacity", "type": "internal_server_error"}}
    script = (
        FakeResponse.json(busy, status=503),
        ConnectionError("It broke."),
        FakeResponse.stream(text_chunk("At last."), finish_chunk()),
    )
    clock = FakeClock()
    server = SlowTransport(clock, *script)
    recorded = await observed(clock, RecordingTransport(server, file, clock=clock))
    clock = FakeClock()
    replayed = await observed(clock, ReplayTransport(file, clock=clock))

    assert len(json.loads(file.read_text())["log"]["entries"]) == 3
    assert sum(isinstance(event, RetryScheduled) for event in recorded) == 2
    assert [essence(event, times=True) for event in recorded] == [
        essence(event, times=True) for event in replayed
    ]
