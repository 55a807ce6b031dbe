"""Sessions to record and replay, and what their events have in common."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from client import (
    DEFAULT_BASE_URL,
    ClientEvent,
    Clock,
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
    GroqError,
    Request,
    TimeoutError,  # noqa: A004 - ours
    Transport,
    user,
)
from client.redaction import Redactor
from client.testing import (
    FakeClock,
    FakeResponse,
    chunk,
    finish_chunk,
    reasoning_chunk,
    text_chunk,
)

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
