"""What the tests of whole calls share: answers, refusals, and asking."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from client import (
    ClientEvent,
    ConnectionError,  # noqa: A004 - the client's
    GroqClient,
    Request,
    user,
)
from client.resilience.rate_limit import RateLimiter
from client.testing import (
    BodyPart,
    FakeClock,
    FakeResponse,
    FakeTransport,
    Stall,
)

T = TypeVar("T")
Connect = Callable[..., GroqClient]
LimiterOf = Callable[[GroqClient, str], RateLimiter]
Events = list[ClientEvent]

REPLY: dict[str, object] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Yes"}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
}


def reply(**headers: str) -> FakeResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FakeResponse.json(REPLY, headers=named)


def refusal(
    status: int, message: str = "No.", *, code: str | None = None, **headers: str
) -> FakeResponse:
    error = {"message": message, "type": "x", **({"code": code} if code else {})}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FakeResponse.json({"error": error}, status=status, headers=named)


def tokens_left(remaining: int, limit: int = 6000) -> dict[str, str]:
    return {
        "x-ratelimit-limit-tokens": str(limit),
        "x-ratelimit-remaining-tokens": str(remaining),
        "x-ratelimit-reset-tokens": f"{(limit - remaining) * 60 / limit}s",
    }


def ask(groq: GroqClient, model: str = "m", text: str = "", **how: Any) -> "asyncio.Task[object]":
    question = groq.chat.create(model=model, messages=[user(text or "Why?")], **how)
    return asyncio.create_task(question)


async def failure_of(call: Awaitable[object], kind: type[T]) -> T:
    with pytest.raises(kind) as caught:  # type: ignore[type-var]
        await call
    return caught.value  # type: ignore[return-value]


def of(kind: type[T], events: Sequence[object]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


class Timed:
    """Notes when each request is sent, and lets each wait for its answer for so many seconds."""

    def __init__(self, transport: FakeTransport, clock: FakeClock, *pauses: float) -> None:
        self._transport = transport
        self._clock = clock
        self._pauses = list(pauses)
        self.times: list[float] = []

    async def send(self, request: Request) -> FakeResponse:
        self.times.append(self._clock.now())
        if self._pauses:
            await self._clock.sleep(self._pauses.pop(0))
        return await self._transport.send(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def stall(request: Request) -> FakeResponse:
    return FakeResponse(headers={"content-type": "application/json"}, body=[Stall()])


def stream(*parts: BodyPart | dict[str, object]) -> FakeResponse:
    return FakeResponse.stream(*parts, done=False)


def down() -> ConnectionError:
    return ConnectionError("No connection to the host.", phase="connect")


async def open_the_circuit(groq: GroqClient) -> None:
    for _ in range(5):
        await failure_of(ask(groq, max_wait=0), ConnectionError)


async def drained(connect: Connect, *answers: FakeResponse) -> tuple[GroqClient, FakeTransport]:
    """A client whose model has no tokens left, of 6000 a minute."""
    empty = FakeResponse.json({**REPLY, "usage": None}, headers=tokens_left(0))
    transport = FakeTransport(empty, *(answers or (reply(),)))
    groq = connect(transport)
    await ask(groq)
    return groq, transport


class CutAfter:
    """Cuts the first upload after so many bytes, and takes the others whole."""

    def __init__(self, size: int, answer: FakeResponse) -> None:
        self._size = size
        self._answer = answer
        self.received: list[bytes] = []

    async def send(self, request: Request) -> FakeResponse:
        assert request.body is not None
        assert not isinstance(request.body, bytes)
        received = b""
        async with aclosing(request.body.open()) as pieces:
            async for piece in pieces:
                received += piece
                if not self.received and len(received) >= self._size:
                    self.received.append(received[: self._size])
                    raise ConnectionError("The upload was cut.")
        self.received.append(received)
        return self._answer

    async def aclose(self) -> None:
        """Nothing is open."""


def open_files() -> set[str]:
    names: set[str] = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            names.add(str(handle.readlink()))
    return names
