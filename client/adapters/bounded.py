"""A transport around a transport that gives up when no answer begins."""

import builtins

from client.errors import GroqError, TimeoutError  # noqa: A004 - ours: it names the phase
from client.ports import Clock, Request, Response, Transport


class BoundedTransport:
    """Bounds the time until all headers of an answer are there.

    A server that drips its headers resets no clock. The bound is on each sending by itself, so
    that what repeats a request can stand outside of it.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def send(self, request: Request) -> Response:
        """Send it and wait for the headers. Raises TransportError."""
        seconds = request.timeouts.first_byte
        try:
            async with self._clock.timeout(seconds):
                return await self._transport.send(request)
        except GroqError:
            raise
        except builtins.TimeoutError:
            message = f"The service sent no answer within {seconds:g} s."
            raise TimeoutError(message, phase="first byte") from None

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()
