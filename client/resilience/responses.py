"""Answers as the resilient transport hands them on."""

import builtins
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from client.errors import TimeoutError, TransportError  # noqa: A004 - ours: it names the phase
from client.ports import Clock, Response
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

    A body that breaks or stalls before its first event is asked for again where the policies
    allow; then ``headers`` and ``rate_limits`` are the other answer's. ``settle`` says how the
    exchange ended; without it the transport knows only whether the body came to its end.
    """

    def __init__(
        self,
        response: Response,
        attempt: Attempt,
        rate_limits: RateLimits | None,
        send_again: SendAgain,
        clock: Clock,
    ) -> None:
        self.rate_limits = rate_limits
        self.status = response.status
        self.headers = response.headers
        self.response = response
        self.attempt = attempt
        self._send_again = send_again
        self._clock = clock
        self._body = aiter(response)
        self._ended = False
        self.replaceable = True  # nothing of it has come but comments

    def __aiter__(self) -> "TrackedResponse":
        return self

    async def __anext__(self) -> bytes:
        if self.replaceable:
            piece = await self.next_within(None)
            if piece is None:
                raise StopAsyncIteration
            return piece
        try:
            return await anext(self._body)
        except StopAsyncIteration:
            self._ended = True
            raise
        except TransportError as error:
            self.attempt.end(error)
            raise

    async def next_within(self, seconds: float | None) -> bytes | None:
        """The next bytes, ``None`` at the end, while it is ``replaceable``.

        Raises:
            TransportError: they did not come within so many seconds, nor did those of another.

        """
        while True:
            try:
                async with self._clock.timeout(seconds):
                    piece = await anext(self._body, None)
            except TransportError as error:
                failure = error
            except builtins.TimeoutError:
                message = "The answer stalled: nothing came in time."
                failure = TimeoutError(message, phase="idle")
            else:
                if piece is None:
                    self._ended = True
                elif not _COMMENTS.fullmatch(piece):
                    self.replaceable = False
                    self.attempt.began()
                return piece
            self.attempt.end(failure)
            if not await self._replaced(failure):
                raise failure

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
