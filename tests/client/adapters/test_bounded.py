"""The bound on the first byte of an answer: for an upload it begins when all is sent."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from client import Request, TimeoutError, Timeouts  # noqa: A004
from client.adapters.bounded import BoundedTransport
from client.testing import FakeClock, FakeResponse


class SlowLine:
    """A body of two pieces, 50 seconds each on their way."""

    length = None
    replayable = True
    shown = b"shown"

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.closed = 0

    async def open(self) -> AsyncGenerator[bytes, None]:
        try:
            for piece in (b"a", b"b"):
                yield piece
                await self._clock.sleep(50)
        finally:
            self.closed += 1


class Peer:
    """A transport that reads what it is sent, and answers so many seconds after that."""

    def __init__(self, clock: FakeClock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self.read = b""

    async def send(self, request: Request) -> FakeResponse:
        if request.body is not None and not isinstance(request.body, bytes):
            async with aclosing(request.body.open()) as pieces:
                async for piece in pieces:
                    self.read += piece
        await self._clock.sleep(self._seconds)
        return FakeResponse.json({})

    async def aclose(self) -> None:
        raise AssertionError


def request(body: bytes | SlowLine) -> Request:
    timeouts = Timeouts(first_byte=60)
    return Request(method="POST", url="https://x/", headers={}, body=body, timeouts=timeouts)


async def test_an_upload_may_take_longer_than_the_first_byte() -> None:
    clock = FakeClock()
    body, peer = SlowLine(clock), Peer(clock, 59)
    sending = asyncio.ensure_future(BoundedTransport(peer, clock).send(request(body)))

    await clock.advance(100 + 59)

    assert (await sending).status == 200
    assert peer.read == b"ab"
    assert body.closed == 1
    assert clock.waiting == 0


@pytest.mark.parametrize("seconds_of_upload", [0, 100])
async def test_no_answer_after_the_last_byte_is_a_timeout(seconds_of_upload: float) -> None:
    clock = FakeClock()
    body = SlowLine(clock) if seconds_of_upload else b"{}"
    sending = asyncio.ensure_future(BoundedTransport(Peer(clock, 61), clock).send(request(body)))

    await clock.advance(seconds_of_upload + 59.9)
    assert not sending.done()
    await clock.advance(0.2)

    with pytest.raises(TimeoutError) as caught:
        await sending
    assert caught.value.phase == "first byte"


async def test_a_cancelled_upload_is_closed_and_leaves_no_alarm() -> None:
    clock = FakeClock()
    body = SlowLine(clock)
    sending = asyncio.ensure_future(BoundedTransport(Peer(clock, 1), clock).send(request(body)))
    await clock.advance(60)

    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending

    assert body.closed == 1
    assert clock.waiting == 0
