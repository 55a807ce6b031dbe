"""Connections for httpcore by asyncio alone; it would make them through another library.

That costs less, and it lets a chunked body be read past httpcore, which takes every chunk apart.
"""

import asyncio
import builtins
import re
import ssl
from collections.abc import AsyncGenerator, Iterable
from contextlib import suppress
from typing import Any, Final, cast

import httpcore

from client.adapters.chunked import ChunkedDecoder
from client.adapters.happy_eyeballs import connect, is_address, look_up
from client.adapters.under_way import UnderWay, under_way

_HELD_BYTES: Final = 256 * 1024  # unread beyond this, the peer must wait
_PIECE_BYTES: Final = 64 * 1024  # of a body, handed on at a time: what it becomes takes more room
_HEAD_BYTES: Final = 64 * 1024
_CHUNKED_HEAD: Final = re.compile(
    rb"HTTP/1\.1 (?!1|204|304)\d{3}[^\n]*\r\n(?:[^\n]+\r\n)*?"
    rb"transfer-encoding:[ \t]*chunked[ \t]*\r\n",
    re.IGNORECASE,
)
_INTERIM_HEAD: Final = re.compile(rb"HTTP/1\.\d 1\d\d")


class Network(httpcore.AsyncNetworkBackend):
    """Opens connections on the running event loop."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore's own; always None
    ) -> "Connection":
        """Connect. Raises httpcore's ConnectError, ConnectTimeout."""
        now = asyncio.get_running_loop().time
        name_lookup = None
        try:
            async with asyncio.timeout(timeout):
                addresses = [host]
                if not is_address(host):
                    begun = now()
                    addresses = await look_up(host, port)
                    name_lookup = now() - begun
                begun = now()
                connection = await connect(Connection, addresses, port, local_address)
                connection.name_lookup, connection.tcp = name_lookup, now() - begun
                return connection
        except builtins.TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Connection(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection: what came and is not read yet, and who waits for more.

    The head of an answer is handed over apart from its body, which makes ``chunked_body``
    possible: until its first byte is read, the body may be read there instead.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._held = bytearray()
        self._reading = True
        self._ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._writable = True
        self._head: bytearray | None = bytearray()  # of the answer that comes, while it comes
        self.is_chunked = False
        # Seconds that its making took, until the first request is told.
        self.name_lookup: float | None = None
        self.tcp: float | None = None
        self.tls: float | None = None
        self._carried = False  # a request, whole or in part
        self._writing: UnderWay | None = None  # the request that is being written

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection stands."""
        # Other event loops' transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep it until it is read."""
        self._held += data
        if len(self._held) > _HELD_BYTES and self._reading and self._transport is not None:
            self._reading = False
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> None:
        """The peer says no more, and is answered alike."""
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self._ended = True
        self._error = error
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        """The peer does not take it as fast as it comes."""
        self._writable = False

    def resume_writing(self) -> None:
        """The peer takes more."""
        self._writable = True
        _wake(self._writer)

    # What httpcore calls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes, none at the end. Raises httpcore's ReadError, ReadTimeout."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.delivery.written()
        try:
            if timeout is None:
                await self._wait_to_read()
            else:
                async with asyncio.timeout(timeout):
                    await self._wait_to_read()
        except builtins.TimeoutError as error:
            raise httpcore.ReadTimeout(str(error)) from error
        if self._head is not None:
            max_bytes = min(max_bytes, self._left_of_head())
        return self._take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it. Raises httpcore's WriteError, WriteTimeout."""
        if not buffer:
            return
        if self._transport is None or self._transport.is_closing():
            raise httpcore.WriteError("The connection is closed.") from self._error
        self._head, self.is_chunked = bytearray(), False
        if self._writing is None:
            self._begin(buffer)
        self._transport.write(buffer)
        if self._writable:
            return
        self._writer = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await self._writer
        except builtins.TimeoutError as error:
            raise httpcore.WriteTimeout(str(error)) from error

    async def aclose(self) -> None:
        """Close it at once."""
        transport = self._transport
        if transport is None:
            return
        self._transport = None
        transport.close()
        try:
            await asyncio.sleep(0)
        finally:
            transport.abort()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Connection":
        """Go on in TLS. Raises httpcore's ConnectError, ConnectTimeout."""
        if self._transport is None:
            raise httpcore.ConnectError("The connection is closed.")
        now = asyncio.get_running_loop().time
        begun = now()
        try:
            async with asyncio.timeout(timeout):
                transport = await asyncio.get_running_loop().start_tls(
                    self._transport, self, ssl_context, server_hostname=server_hostname
                )
        except BaseException as error:
            await self.aclose()
            if isinstance(error, builtins.TimeoutError):
                raise httpcore.ConnectTimeout(str(error)) from error
            if isinstance(error, OSError):
                raise httpcore.ConnectError(str(error)) from error
            raise
        if transport is None:
            raise httpcore.ConnectError("The connection was closed while TLS began.")
        self._transport = transport
        self.tls = (self.tls or 0.0) + now() - begun
        return self

    def get_extra_info(self, info: str) -> object:
        """What httpcore wants to know: whether an idle connection was closed or said something."""
        if info == "is_readable":
            return self._ended or bool(self._held)
        return None if self._transport is None else self._transport.get_extra_info(info)

    # Past httpcore

    async def chunked_body(self) -> AsyncGenerator[bytes, None]:
        """The body of the answer whose head was read, if it ``is_chunked``.

        Its last, empty chunk is left for httpcore, which thereby sees the answer end.

        Raises:
            EOFError: the peer left in the middle of it.
            ValueError: it is not chunked as it should be.
            httpcore's ReadError: the connection broke.

        """
        self.is_chunked = False  # it can be read once
        decoder = ChunkedDecoder()
        loop = asyncio.get_running_loop()
        while True:
            while not self._held and not self._ended:
                self._reader = loop.create_future()
                await self._reader
            data = self._take(_PIECE_BYTES)
            if not data:
                raise EOFError
            piece = decoder.feed(data)
            if decoder.ended:
                self._held[:0] = decoder.rest
            if piece:
                yield piece
            if decoder.problem:
                raise ValueError(decoder.problem)
            if decoder.ended:
                return

    # Steps

    def _begin(self, head: bytes) -> None:
        """Tell that the connection is there, when a request's head is to be written to it.

        What is said to a proxy before, to get through, is no request.
        """
        request = under_way.get()
        if request is None or not head.startswith(request.method):
            return
        reused, self._carried = self._carried, True
        self._writing = request
        request.delivery.connected(
            reused=reused,
            name_lookup=None if reused else self.name_lookup,
            tcp=None if reused else self.tcp,
            tls=None if reused else self.tls,
        )

    async def _wait_to_read(self) -> None:
        while not self._held and not self._ended:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader

    def _take(self, max_bytes: int) -> bytes:
        held = self._held
        if not held and self._error is not None:
            raise httpcore.ReadError(str(self._error)) from self._error
        if len(held) <= max_bytes:
            data = bytes(held)
            held.clear()
        else:
            data = bytes(held[:max_bytes])
            del held[:max_bytes]
        if not self._reading and len(held) < _HELD_BYTES // 2 and self._transport is not None:
            self._reading = True
            with suppress(RuntimeError):  # it is closing
                self._transport.resume_reading()
        return data

    def _left_of_head(self) -> int:
        """How many of the bytes held belong to the head that is being read."""
        head = self._head
        if head is None:
            return len(self._held)
        known = len(head)
        head += self._held
        end = head.find(b"\r\n\r\n", max(0, known - 3)) + 4
        if end < 4:
            if len(head) > _HEAD_BYTES:
                self._head = None
            return len(self._held)
        del head[end:]
        if _INTERIM_HEAD.match(head):
            self._head = bytearray()
        else:
            self._head = None
            self.is_chunked = _CHUNKED_HEAD.match(head) is not None
        return end - known


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
