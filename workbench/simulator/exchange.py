"""One HTTP request and its answer, over ASGI. Knows bytes and headers, nothing of chat."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from workbench.simulator.errors import APIError, Header, request_too_large

# ASGI leaves the values of its messages open.
ASGIMessage: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[ASGIMessage]]
Send: TypeAlias = Callable[[ASGIMessage], Awaitable[None]]


class Exchange:
    """A request that has been read as far as its headers, and the way to answer it."""

    def __init__(self, scope: ASGIMessage, receive: Receive, send: Send, *, date: str) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: str = scope.get("query_string", b"").decode("latin-1")
        self.headers: dict[str, str] = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        self.body = b""
        self.request_id = ""
        self.key = ""
        #: Of a batch's requests; others say in their body what they want.
        self.service_tier: str | None = None
        self._receive = receive
        self.send = send
        self._date = date

    async def read_body(self, limit: int) -> None:
        """Read the whole body; a 413 when it is larger than the limit.

        What is too much is read all the same, and thrown away: a client that is still sending
        when the connection is closed never sees the refusal.
        """
        parts = bytearray()
        arrived = 0
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            part = message.get("body", b"")
            more = message.get("more_body", False)
            arrived += len(part)
            if arrived <= limit:
                parts += part
            elif arrived > limit + _PATIENCE_BYTES:
                raise request_too_large()
        if arrived > limit:
            raise request_too_large()
        self.body = bytes(parts)

    async def disconnected(self) -> None:
        """Return once the client has gone. Only after the body has been read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def start(
        self, status: int, content_type: str, headers: Sequence[Header] = (), *, cache: str
    ) -> None:
        """Send the head, in the service's order."""
        head: list[Header] = [
            ("date", self._date),
            ("content-type", content_type),
            ("cache-control", cache),
            ("vary", "Origin"),
            ("x-groq-region", "local"),
            ("x-request-id", self.request_id),
            *headers,
            ("server", "groq-workbench-simulator"),
        ]
        await self.send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode("latin-1")) for name, value in head],
            }
        )

    async def write(self, data: bytes, *, last: bool = False) -> None:
        """Send a part of the body."""
        await self.send({"type": "http.response.body", "body": data, "more_body": not last})

    async def answer(
        self,
        status: int,
        body: bytes,
        headers: Sequence[Header] = (),
        *,
        content_type: str = "application/json",
    ) -> None:
        """Send a whole answer."""
        await self.start(status, content_type, headers, cache=NO_STORE)
        await self.write(body)
        await self.write(b"", last=True)

    async def refuse(self, error: APIError) -> None:
        """Send a refusal."""
        await self.answer(error.status, error.body, error.headers, content_type=error.content_type)


# How much more than it accepts the server reads before it hangs up.
_PATIENCE_BYTES = 512 * 1024 * 1024

NO_STORE = "private, max-age=0, no-store, no-cache, must-revalidate"


class ClientGoneError(Exception):
    """The client left before its request was whole; there is nobody to answer."""


async def until_disconnect(exchange: Exchange, work: Coroutine[None, None, None]) -> None:
    """Run the work to its end, or stop it as soon as the client has gone."""
    task = asyncio.ensure_future(work)
    watcher = asyncio.ensure_future(exchange.disconnected())
    try:
        await asyncio.wait({task, watcher}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watcher.cancel()
        stopped = task.cancel()
        with suppress(asyncio.CancelledError):
            await watcher
        if stopped:
            with suppress(asyncio.CancelledError):
                await task
    if not stopped:
        task.result()
