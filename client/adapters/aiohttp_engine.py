"""aiohttp under httpx's types: the faster engine, of the extra ``fast``."""

import socket
import ssl
import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import aiohttp
from httpx_aiohttp import AiohttpTransport

from client.adapters.system_words import system_words
from client.adapters.under_way import under_way
from client.errors import (
    ConnectionError,  # noqa: A004 - ours: the design's name
    ProtocolError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
)

if TYPE_CHECKING:
    from aiohttp.abc import ResolveResult
    from aiohttp.connector import Connection
    from httpx import Limits, Proxy

# aiohttp adds these of its own accord; what is sent is the client's to say.
_NOT_ADDED: Final = ("accept", "accept-encoding", "content-type", "user-agent")


def aiohttp_pool(
    *, verify: ssl.SSLContext | bool, limits: "Limits", proxy: "Proxy | None"
) -> AiohttpTransport:
    """A pool of aiohttp's connections that keeps no cookies and looks into no environment.

    Raises:
        ValueError: the proxy speaks something other than HTTP.

    """
    if proxy is not None and proxy.url.scheme not in ("http", "https"):
        raise ValueError("aiohttp goes through HTTP proxies only.")

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=_Connector(
                ssl=pool.ssl_context,
                limit=limits.max_connections or 0,
                keepalive_timeout=limits.keepalive_expiry,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NOT_ADDED,
            auto_decompress=False,
            trust_env=False,
        )

    pool = AiohttpTransport(
        verify=verify, limits=limits, proxy=proxy, trust_env=True, client=session
    )
    return pool


class _Connector(aiohttp.TCPConnector):
    """Tells the delivery of each request how it came by its connection.

    aiohttp's tracing tells more, and costs each request the fifteenth part of its instructions.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - aiohttp's own
        super().__init__(resolver=_Resolver(), **options)
        self._known: WeakSet[object] = WeakSet()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> "Connection":
        """Get a connection that is idle, or make one."""
        begun = time.monotonic()
        lookup: list[float] = []
        before = _lookup.set(lookup)
        try:
            connection = await super().connect(req, traces, timeout)
        finally:
            _lookup.reset(before)
        reused = connection.transport in self._known
        if not reused:
            self._known.add(connection.transport)
        request = under_way.get()
        if request is None:
            pass
        elif reused:
            request.delivery.connected(reused=True)
        else:
            took = time.monotonic() - begun
            name_lookup = sum(lookup) if lookup else None
            tcp = took - sum(lookup)
            request.delivery.connected(reused=False, name_lookup=name_lookup, tcp=tcp)
        return connection


# Where the request that is connecting wants the seconds of its lookup put.
_lookup: Final[ContextVar[list[float] | None]] = ContextVar("lookup", default=None)


class _Resolver(aiohttp.ThreadedResolver):
    """Notes how long a lookup took, for whoever waits for it."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> "list[ResolveResult]":
        begun = time.monotonic()
        found = await super().resolve(host, port, family)
        if (waiting := _lookup.get()) is not None:
            waiting.append(time.monotonic() - begun)
        return found


def aiohttp_problem(error: BaseException, host: str) -> TransportError | None:
    """Our error for what aiohttp met, ``None`` if it was not aiohttp.

    The transport names some of them after others: a peer that left is a ``ConnectTimeout`` there.
    """
    met = _met_by_aiohttp(error)
    match met:
        case None:
            return None
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            message = f"The proxy makes no connection to {host}: {_reason(met)}"
            return ConnectionError(message, phase="connect")
        case aiohttp.ConnectionTimeoutError():
            return TimeoutError(f"No connection to {host} in time.", phase="connect")
        case aiohttp.ClientConnectorError():
            return ConnectionError(f"No connection to {host}: {_reason(met)}", phase="connect")
        case aiohttp.ClientPayloadError() if "Not enough data" not in _words(met):
            return ProtocolError(f"{host} does not answer in HTTP.")
        case aiohttp.ClientResponseError():
            return ProtocolError(f"{host} does not answer in HTTP.")
        case _:
            return ConnectionError(f"{host} closed the connection before the answer was whole.")


def was_unsent(error: BaseException | None) -> bool:
    """Whether the connection was closed already when the request was to be written to it."""
    while error is not None and not isinstance(error, aiohttp.ClientConnectionResetError):
        error = error.__cause__
    return error is not None and "closing transport" in str(error)


def _met_by_aiohttp(error: BaseException | None) -> aiohttp.ClientError | None:
    while error is not None and not isinstance(error, aiohttp.ClientError):
        error = error.__cause__
    return error


def _reason(error: aiohttp.ClientError) -> str:
    """What went wrong, without the address, which may hold a proxy's password."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"status {error.status}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return system_words(error.os_error)
    return type(error).__name__


def _words(error: BaseException | None) -> str:
    words = ""
    while error is not None:
        words, error = f"{words} {error}", error.__cause__
    return words
