"""The times of exchanges, as an observer of the client sees them."""

import json
from collections.abc import Callable, Iterator

import pytest

from client import APIError, GroqClient, Request, RetryPolicy, user
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)
from workbench.session import stopwatch as module
from workbench.session.stopwatch import ExchangeTimes, Stopwatch

USAGE = {"completion_tokens": 3, "completion_time": 0.2, "queue_time": 0.01}


class Watched:
    """A client whose exchanges are timed; parsing a chunk takes 1 ms."""

    def __init__(self, *answers: FakeResponse | Callable[[Request], FakeResponse]) -> None:
        self.clock = FakeClock()
        self.watch = Stopwatch(self._now)
        self.groq = GroqClient(
            transport=FakeTransport(*answers),
            clock=self.clock,
            observe=self.watch,
            api_key="gsk_test_0123456789",
            retry=RetryPolicy(jitter=lambda: 0.0),
        )

    def _now(self) -> float:
        self.clock._now += 0.001
        return self.clock._now

    async def ask(self) -> ExchangeTimes:
        stream = self.groq.chat.stream(model="m", messages=[user("Hi")])
        await stream.reply()
        found = self.watch.get(stream.exchange)
        assert found is not None
        return found


def streamed(clock: FakeClock, *chunks: dict[str, object], pause: float = 0.1) -> FakeResponse:
    def body() -> Iterator[bytes]:
        for one in (*chunks, finish_chunk(usage=USAGE)):
            clock._now += pause
            yield b"data: " + json.dumps(one).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    return FakeResponse(headers={"content-type": "text/event-stream"}, body=body())


async def test_a_stream_s_parts_are_stamped() -> None:
    stage = Watched(
        lambda _: streamed(stage.clock, reasoning_chunk("hm"), text_chunk("a"), text_chunk("b"))
    )

    times = await stage.ask()

    assert times.outcome == "completed"
    assert times.first_reasoning == pytest.approx(1000.1)
    assert times.first_content == pytest.approx(1000.201)
    assert times.last_token == pytest.approx(1000.302)
    assert times.first_token == times.first_reasoning
    assert times.parsed_first == pytest.approx(0.001)
    assert times.parsing == pytest.approx(0.004)
    assert times.usage is not None
    assert times.usage.queue_time == 0.01
    assert stage.watch.latest_chat is times


async def test_chunks_of_one_read_are_parsed_one_after_the_other() -> None:
    both = b"".join(
        b"data: " + json.dumps(text_chunk(text)).encode() + b"\n\n" for text in ("a", "b", "c")
    )
    stage = Watched(FakeResponse.stream(both, finish_chunk(usage=USAGE)))

    times = await stage.ask()

    # three in the first read, whose last one was done after 3 ms, and the end in another
    assert times.parsing == pytest.approx(0.004)


async def test_a_failure_keeps_its_words() -> None:
    refused = FakeResponse.json({"error": {"message": "Invalid API Key"}}, status=401)
    stage = Watched(refused)
    told: list[ExchangeTimes] = []
    stage.watch.subscribe(told.append)

    with pytest.raises(APIError):
        await stage.ask()

    (times,) = told
    assert (times.outcome, times.status) == ("failed", 401)
    assert "Invalid API Key" in times.problem
    assert times.first_token is None


async def test_a_repeated_request_is_timed_from_its_last_sending() -> None:
    busy = FakeResponse.json({"error": {"message": "busy"}}, status=503)
    stage = Watched(busy, FakeResponse.stream(text_chunk("a"), finish_chunk()))

    times = await stage.ask()

    assert times.attempts == 2
    assert times.status == 200
    assert times.sent >= times.began


async def test_only_the_newest_exchanges_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    stage = Watched(FakeResponse.stream(text_chunk("a"), finish_chunk()))

    numbers = [(await stage.ask()).exchange for _ in range(5)]

    assert [number for number in numbers if stage.watch.get(number)] == numbers[-3:]


async def test_other_requests_are_no_chats() -> None:
    stage = Watched(FakeResponse.json({"object": "list", "data": []}))

    await stage.groq.models.list()

    assert stage.watch.latest_chat is None
