"""A session recorded and replayed tells its observers the same things again."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from client import (
    BodyReceived,
    ChunkReceived,
    ClientEvent,
    ConnectionError,  # noqa: A004 - ours
    ExchangeCancelled,
    ExchangeFailed,
    GroqClient,
    HeadersReceived,
    HttpTransport,
    RecordingTransport,
    ReplayTransport,
    Request,
    RequestSent,
    StreamError,
    Transport,
    user,
)
from client.events import RetryScheduled
from client.resilience.retry import RetryPolicy
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    finish_chunk,
    settle,
    text_chunk,
)
from tests.client.adapters.replayed_sessions import (
    KEY,
    MODEL,
    SCRIPT,
    SlowTransport,
    essence,
    hurry,
    in_virtual_time,
    observe,
    talk,
)
from workbench.simulator import Simulator, SimulatorSettings


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
