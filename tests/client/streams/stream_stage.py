"""What the tests of streams share: a client on fakes, and ways to read."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from client import (
    ChatStream,
    ClientEvent,
    GroqClient,
    GroqError,
    Timeouts,
    user,
)
from client.testing import (
    FakeClock,
    FakeResponse,
    FakeTransport,
)

USAGE = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8, "completion_time": 0.001}
DONE = b"data: [DONE]\n\n"
Answer = FakeResponse | Exception | Callable[..., FakeResponse]


class Stage:
    """A client on fakes, with what its observer saw."""

    def __init__(self, *answers: Answer, timeout: Timeouts | float = Timeouts()) -> None:  # noqa: B008
        self.clock = FakeClock()
        self.transport = FakeTransport(*answers)
        self.events: list[ClientEvent] = []
        self.groq = GroqClient(
            api_key="gsk_test",
            transport=self.transport,
            clock=self.clock,
            observe=self.events.append,
            timeout=timeout,
            retry=None,
        )

    def stream(self, **options: Any) -> ChatStream:
        return self.groq.chat.stream(model="m", messages=[user("Hello")], **options)

    @property
    def told(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


async def texts(stream: ChatStream) -> list[str]:
    return [piece.text async for piece in stream]


async def read_until_it_breaks(stream: ChatStream) -> tuple[str, GroqError]:
    text = ""
    try:
        async for piece in stream:
            text += piece.text
    except GroqError as error:
        return text, error
    pytest.fail("the stream did not break")


def body(*parts: dict[str, object]) -> bytes:
    return b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts)
