"""Answers as the resilient transport hands them on."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from client.errors import TransportError
from client.ports import Response
from client.resilience.attempt import Attempt
from client.types.rate_limits import RateLimits
from client.types.usage import Usage

# Whole lines of a stream that keep it alive and say nothing.
_COMMENTS: Final = re.compile(rb"(?::[^\r\n]*(?:\r\n|\n|\r)|\r\n|\n|\r)*")

SendAgain: TypeAlias = Callable[[TransportError], Awaitable["TrackedResponse | None"]]


class ReadResponse:
    """An answer whose body was read already."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body

    async def aclose(self) -> None:
        """Nothing is open."""


class TrackedResponse:
    """An answer on its way that books its own end: with the circuit, and with the rate limits.

    One that breaks or stalls before its first event can be asked for again, with ``replace``, where
    the policies allow; then ``headers`` and ``rate_limits`` are the other answer's. ``settle`` says
    how the exchange ended; without it the transport knows only whether the body came to its end.
    """

    def __init__(
        self,
        response: Response,
        attempt: Attempt,
        rate_limits: RateLimits | None,
        send_again: SendAgain,
    ) -> None:
        self.rate_limits = rate_limits
        self.status = response.status
        self.headers = response.headers
        self.response = response
        self.attempt = attempt
        self._send_again = send_again
        self._body = aiter(response)
        self._ended = False
        self.replaceable = True  # nothing of it has come but comments

    def __aiter__(self) -> "TrackedResponse":
        return self

    async def __anext__(self) -> bytes:
        try:
            piece = await anext(self._body)
        except StopAsyncIteration:
            self._ended = True
            raise
        except TransportError as error:
            self.attempt.end(error)
            raise
        if self.replaceable and not _COMMENTS.fullmatch(piece):
            self.replaceable = False
            self.attempt.began()
        return piece

    async def replace(self, failure: TransportError) -> bool:
        """Whether another answer now stands in for this one, which failed before its beginning."""
        if not self.replaceable:
            return False
        self.attempt.end(failure)
        return await self._replaced(failure)

    def settle(self, end: Usage | BaseException | None) -> None:
        """Say how the exchange ended: with this usage, or with an error."""
        self.attempt.end(end)

    async def aclose(self) -> None:
        """Let go of the connection; who leaves early says nothing of the service."""
        if self._ended:
            self.attempt.end(None)
        else:
            self.attempt.leave()
        await self.response.aclose()

    async def _replaced(self, failure: TransportError) -> bool:
        """Whether another answer of the same kind now stands in for this one."""
        await self.response.aclose()
        other = await self._send_again(failure)
        if other is None:
            return False
        if _kind(other) != _kind(self):
            await other.aclose()
            return False
        self.response, self.attempt = other.response, other.attempt
        self._body = aiter(other.response)
        self.headers, self.rate_limits = other.headers, other.rate_limits
        return True


def _kind(response: TrackedResponse) -> tuple[int, str]:
    return response.status, response.headers.get("content-type", "")
