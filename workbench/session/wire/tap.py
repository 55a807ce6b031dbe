"""A transport around a transport that tells of every byte that passes."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Protocol

from client import Request, Response, Transport


class Listener(Protocol):
    """Is told what passes, as it passes. Must not raise."""

    def headers(self, status: int, headers: Mapping[str, str]) -> None:
        """The answer began."""

    def read(self, piece: bytes) -> None:
        """A piece of the body came."""

    def end(self, error: BaseException | None) -> None:
        """It is over: in order, by an error, or, with a cancellation, by leaving."""


class TappedTransport:
    """Carries requests as the transport does.

    Args:
        transport: what carries them.
        begin: told of every request before it goes out; gives who hears of the rest.

    """

    def __init__(self, transport: Transport, begin: Callable[[Request], Listener]) -> None:
        self._transport = transport
        self._begin = begin

    async def send(self, request: Request) -> Response:
        """Send it and wait for the headers. Raises what the transport raises."""
        listener = self._begin(request)
        try:
            response = await self._transport.send(request)
        except BaseException as error:
            listener.end(error)
            raise
        listener.headers(response.status, response.headers)
        return TappedResponse(response, listener)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()


class TappedResponse:
    """An answer whose reads are told as they pass."""

    def __init__(self, response: Response, listener: Listener) -> None:
        self.status = response.status
        self.headers = response.headers
        self._response = response
        self._listener = listener
        self._complete = False
        self._broken: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        tell = self._listener.read
        try:
            async for piece in self._response:
                tell(piece)
                yield piece
        except Exception as error:
            self._broken = error
            raise
        self._complete = True

    async def aclose(self) -> None:
        """Let go of the connection."""
        try:
            await self._response.aclose()
        finally:
            left = None if self._complete else GeneratorExit()
            self._listener.end(self._broken or left)
