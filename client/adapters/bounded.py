"""A transport around a transport that gives up when no answer begins."""

import builtins
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

from client.errors import GroqError, TimeoutError  # noqa: A004 - ours: it names the phase
from client.ports import Clock, Request, Response, Transport, UploadBody


class BoundedTransport:
    """Bounds the time until all headers of an answer are there.

    A server that drips its headers resets no clock. The bound is on each sending by itself, so
    that what repeats a request can stand outside of it. For an upload it begins with the last byte
    sent: how long that takes is a matter of the line.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def send(self, request: Request) -> Response:
        """Send it and wait for the headers. Raises TransportError."""
        seconds = request.timeouts.first_byte
        try:
            if request.body is None or isinstance(request.body, bytes):
                async with self._clock.timeout(seconds):
                    return await self._transport.send(request)
            async with AsyncExitStack() as bound:

                async def begin() -> None:
                    await bound.enter_async_context(self._clock.timeout(seconds))

                upload = _Watched(request.body, begin)
                return await self._transport.send(replace(request, body=upload))
        except GroqError:
            raise
        except builtins.TimeoutError:
            message = f"The service sent no answer within {seconds:g} s."
            raise TimeoutError(message, phase="first byte") from None

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()


class _Watched:
    """A body that says when its last byte was taken."""

    def __init__(self, body: UploadBody, sent: Callable[[], Awaitable[None]]) -> None:
        self._body = body
        self._sent = sent
        self.length = body.length
        self.replayable = body.replayable
        self.shown = body.shown

    async def open(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Raises GroqError."""
        async with aclosing(self._body.open()) as pieces:
            async for piece in pieces:
                yield piece
        await self._sent()
