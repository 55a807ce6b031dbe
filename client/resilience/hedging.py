"""A transport around a transport that sends a second request when the first is slow to answer."""

import asyncio
import builtins
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from client.errors import GroqError
from client.ports import Clock, Request, Response, Transport

Hedge: TypeAlias = Callable[[Request], float | None]
"""Seconds after which a request is sent a second time if no answer has begun; ``None``: never."""


class HedgedTransport:
    """Sends some requests twice, and takes the answer that begins first.

        HedgedTransport(HttpTransport.to(url), lambda r: 0.5 if r.method == "GET" else None, clock)

    It shortens the longest waits, at the price of requests: what the service counts, it counts
    twice. So it is part of no client unless somebody puts it there, and completions, which cost
    tokens, are best left out. What came second is closed unread. Only what is ``replayable`` is
    ever sent twice.
    """

    def __init__(self, transport: Transport, hedge: Hedge, clock: Clock) -> None:
        self._transport = transport
        self._hedge = hedge
        self._clock = clock
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(self, request: Request) -> Response:
        """Send it, and again if that seems worth it, and wait for the headers.

        Raises:
            TransportError: neither got through; the first one's error.

        """
        after = self._hedge(request) if request.replayable else None
        if after is None:
            return await self._transport.send(request)
        sendings = [asyncio.create_task(self._transport.send(request))]
        try:
            with suppress(builtins.TimeoutError):
                async with self._clock.timeout(after):
                    await asyncio.wait(sendings)
            if not sendings[0].done():
                sendings.append(asyncio.create_task(self._transport.send(request)))
            winner = await _first_answered(sendings)
        except BaseException:
            self._leave(sendings)
            raise
        self._leave([sending for sending in sendings if sending is not winner])
        return await winner

    async def aclose(self) -> None:
        """Close every connection."""
        if self._leaving:
            await asyncio.wait(self._leaving)
        await self._transport.aclose()

    def _leave(self, sendings: "list[asyncio.Task[Response]]") -> None:
        for sending in sendings:
            sending.cancel()
            task = asyncio.create_task(_let_go(sending))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)


async def _first_answered(
    sendings: "list[asyncio.Task[Response]]",
) -> "asyncio.Task[Response]":
    """The first that is answered; if none is, the first of all."""
    waiting = set(sendings)
    while waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for sending in done:
            if not sending.cancelled() and sending.exception() is None:
                return sending
    return sendings[0]


async def _let_go(sending: "asyncio.Task[Response]") -> None:
    with suppress(GroqError, asyncio.CancelledError, Exception):
        response = await sending
        await response.aclose()
