"""Fakes of the client's ports, for our tests and for yours.

clock = FakeClock()
transport = FakeTransport(FakeResponse.stream(text_chunk("Hello"), finish_chunk()))
groq = GroqClient(transport=transport, clock=clock, api_key="gsk_test")
"""

import asyncio
import builtins
import heapq
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

from client.ports import Request, UploadBody


class FakeClock:
    """A clock that stands still until ``advance`` moves it.

    Sleeping and timeouts wait for it; nothing waits for real.
    """

    def __init__(self, now: float = 1000.0, wall_time: float = 1_700_000_000.0) -> None:
        self._now = now
        self._epoch = wall_time - now
        self._alarms: list[Alarm] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        """Monotonic seconds."""
        return self._now

    def wall_time(self) -> float:
        """Unix seconds."""
        return self._epoch + self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been advanced by so much."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        alarm = self.call_at(self._now + seconds, lambda: _wake(woken))
        try:
            await woken
        finally:
            alarm.cancel()

    def timeout(self, seconds: float | None) -> "FakeTimeout":
        """A bound on a block, in this clock's time."""
        return FakeTimeout(self, seconds)

    def call_later(self, seconds: float, ring: Callable[[], object]) -> "Alarm | asyncio.Handle":
        """Ring when the clock has been advanced by so much; at once if that is nothing."""
        if seconds <= 0:
            return asyncio.get_running_loop().call_soon(ring)
        return self.call_at(self._now + seconds, ring)

    def call_at(self, when: float, ring: Callable[[], object]) -> "Alarm":
        """Ring when the clock reaches ``when``."""
        alarm = Alarm(when, next(self._numbers), ring, self._alarms)
        heapq.heappush(self._alarms, alarm)
        return alarm

    @property
    def waiting(self) -> int:
        """How many alarms are set."""
        return len(self._alarms)

    async def advance(self, seconds: float) -> None:
        """Move on, ringing every alarm at its time and letting those it wakes run."""
        end = self._now + seconds
        await settle()
        while self._alarms and self._alarms[0].when <= end:
            alarm = heapq.heappop(self._alarms)
            self._now = max(self._now, alarm.when)
            alarm.ring()
            await settle()
        self._now = end
        await settle()


@dataclass(eq=False, slots=True)
class Alarm:
    """Something that a fake clock will do at a time."""

    when: float
    number: int
    ring: Callable[[], object] = field(repr=False)
    alarms: "list[Alarm]" = field(repr=False)

    def __lt__(self, other: "Alarm") -> bool:
        return (self.when, self.number) < (other.when, other.number)

    def cancel(self) -> None:
        """Do not ring, if it has not rung yet."""
        if self in self.alarms:
            self.alarms.remove(self)
            heapq.heapify(self.alarms)


class FakeTimeout:
    """``asyncio.timeout`` in a fake clock's time; what is already over rings at once."""

    def __init__(self, clock: FakeClock, seconds: float | None) -> None:
        self._clock = clock
        self._seconds = seconds
        self._alarm: Alarm | None = None
        self._soon: asyncio.Handle | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancellations = 0
        self._expired = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        if self._task is None:
            raise RuntimeError("A timeout is used inside a task.")
        self._cancellations = self._task.cancelling()
        if self._seconds is not None and self._seconds <= 0:
            self._soon = asyncio.get_running_loop().call_soon(self._expire)
        elif self._seconds is not None:
            self._alarm = self._clock.call_at(self._clock.now() + self._seconds, self._expire)
        return self

    def _expire(self) -> None:
        if self._task is not None:
            self._expired = True
            self._task.cancel()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        task, self._task = self._task, None
        if self._alarm is not None:
            self._alarm.cancel()
        if self._soon is not None:
            self._soon.cancel()
        if not self._expired or task is None:
            return
        if task.uncancel() <= self._cancellations and isinstance(error, asyncio.CancelledError):
            raise builtins.TimeoutError from error


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


async def settle(rounds: int = 50) -> None:
    """Let everything that can run now run."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Stall:
    """In a body: silence, until the given event is set or for ever."""

    until: asyncio.Event | None = None


BodyPart: TypeAlias = bytes | Exception | Stall


@dataclass(slots=True, kw_only=True)
class FakeResponse:
    """An answer to hand out: bytes, errors to raise and silences, in order."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Iterable[BodyPart] = ()
    closed: bool = False

    @classmethod
    def json(
        cls, value: object, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Self:
        """An answer in JSON."""
        return cls(
            status=status,
            headers={"content-type": "application/json", **(headers or {})},
            body=(json.dumps(value).encode(),),
        )

    @classmethod
    def reply(cls, text: str, *, headers: Mapping[str, str] | None = None) -> Self:
        """A whole reply with this text; for one with more in it, ``json(chat_reply(...))``."""
        return cls.json(chat_reply(text), headers=headers)

    @classmethod
    def stream(
        cls,
        *parts: Mapping[str, object] | BodyPart,
        done: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """An event stream: chunks as objects, or bytes, errors and silences; then ``[DONE]``."""
        body = [_event(part) if isinstance(part, Mapping) else part for part in parts]
        if done:
            body.append(b"data: [DONE]\n\n")
        return cls(headers={"content-type": "text/event-stream", **(headers or {})}, body=body)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.body:
            if isinstance(part, Exception):
                raise part
            if isinstance(part, Stall):
                await (part.until or asyncio.Event()).wait()
            else:
                yield part

    async def aclose(self) -> None:
        """Note that the client let go."""
        self.closed = True


class FakeTransport:
    """Answers requests from a script and keeps them in ``requests``, what they sent in ``bodies``.

    Each answer is a response, an error to raise, or a function of the request; the last one is
    given again when the script is at its end.
    """

    def __init__(
        self, *answers: FakeResponse | Exception | Callable[[Request], FakeResponse]
    ) -> None:
        self._answers = answers
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []
        self.closed = False

    async def send(self, request: Request) -> FakeResponse:
        """Answer from the script."""
        answer = self._answers[min(len(self.requests), len(self._answers) - 1)]
        self.requests.append(request)
        self.bodies.append(await _whole(request.body))
        await asyncio.sleep(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, FakeResponse) else answer(request)

    async def aclose(self) -> None:
        """Note that the client was closed."""
        self.closed = True


async def _whole(body: bytes | UploadBody | None) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    async with aclosing(body.open()) as pieces:
        return b"".join([piece async for piece in pieces])


def _event(value: Mapping[str, object]) -> bytes:
    return b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n"


def chunk(
    delta: Mapping[str, object] | None = None,
    *,
    finish_reason: str | None = None,
    **members: object,
) -> dict[str, object]:
    """A chunk as the service sends it."""
    choice = {"index": 0, "delta": delta or {}, "logprobs": None, "finish_reason": finish_reason}
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "openai/gpt-oss-20b",
        "system_fingerprint": "fp_0000000000",
        "choices": [choice],
        **members,
    }


def text_chunk(text: str) -> dict[str, object]:
    """A chunk that adds text."""
    return chunk({"content": text})


def reasoning_chunk(text: str) -> dict[str, object]:
    """A chunk that adds reasoning."""
    return chunk({"reasoning": text, "channel": "analysis"})


def finish_chunk(
    reason: str = "stop", usage: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The chunk that ends a reply, with what it cost."""
    if usage is None:
        return chunk(finish_reason=reason)
    envelope = {"id": "req_test", "usage": usage}
    return chunk(finish_reason=reason, x_groq=envelope, usage=usage)


def chat_reply(
    text: str | None = "",
    *,
    reasoning: str | None = None,
    tool_calls: Sequence[Mapping[str, object]] = (),
    finish_reason: str | None = None,
    usage: Mapping[str, object] | None = None,
    **members: object,
) -> dict[str, object]:
    """A whole reply as the service sends it, for ``FakeResponse.json``.

    It ends in "tool_calls" if it calls, else in "stop".
    """
    message: dict[str, object] = {"role": "assistant", "content": text}
    if reasoning is not None:
        message["reasoning"] = reasoning
    if tool_calls:
        message["tool_calls"] = list(tool_calls)
    ended = finish_reason or ("tool_calls" if tool_calls else "stop")
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": ended}
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "openai/gpt-oss-20b",
        "system_fingerprint": "fp_0000000000",
        "choices": [choice],
        "usage": usage or {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        "x_groq": {"id": "req_test"},
        **members,
    }


def tool_call(name: str, arguments: Mapping[str, object]) -> dict[str, object]:
    """A tool call as the service sends it, for ``chat_reply``."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"id": f"fc_{name}", "type": "function", "function": function}
