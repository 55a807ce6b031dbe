"""aiohttp under httpx's types: the faster engine, of the extra ``fast``."""

import ssl
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

import aiohttp
from httpx_aiohttp import AiohttpTransport

from client.adapters.under_way import under_way
from client.errors import (
    ConnectionError,  # noqa: A004 - ours: the design's name
    ProtocolError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
)

if TYPE_CHECKING:
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
            connector=aiohttp.TCPConnector(
                ssl=pool.ssl_context,
                limit=limits.max_connections or 0,
                keepalive_timeout=limits.keepalive_expiry,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NOT_ADDED,
            auto_decompress=False,
            trust_env=False,
            trace_configs=[_delivery_trace()],
        )

    pool = AiohttpTransport(
        verify=verify, limits=limits, proxy=proxy, trust_env=True, client=session
    )
    return pool


def _delivery_trace() -> aiohttp.TraceConfig:
    """Tells the delivery of each request of its connection, of which TLS is a part.

    When the request is written aiohttp does not say: it tells that it is about to.
    """
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(_connecting)
    trace.on_dns_resolvehost_start.append(_looking_up)
    trace.on_dns_resolvehost_end.append(_looked_up)
    trace.on_connection_create_end.append(_connected)
    trace.on_connection_reuseconn.append(_reused)
    return trace


async def _connecting(_session: object, steps: SimpleNamespace, _event: object) -> None:
    steps.begun, steps.name_lookup = time.monotonic(), None


async def _looking_up(_session: object, steps: SimpleNamespace, _event: object) -> None:
    steps.looking_up = time.monotonic()


async def _looked_up(_session: object, steps: SimpleNamespace, _event: object) -> None:
    steps.name_lookup = time.monotonic() - steps.looking_up


async def _connected(_session: object, steps: SimpleNamespace, _event: object) -> None:
    request = under_way.get()
    if request is not None:
        tcp = time.monotonic() - steps.begun - (steps.name_lookup or 0.0)
        request.delivery.connected(reused=False, name_lookup=steps.name_lookup, tcp=tcp)


async def _reused(_session: object, _steps: SimpleNamespace, _event: object) -> None:
    request = under_way.get()
    if request is not None:
        request.delivery.connected(reused=True)


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
        return str(error.os_error)
    return type(error).__name__


def _words(error: BaseException | None) -> str:
    words = ""
    while error is not None:
        words, error = f"{words} {error}", error.__cause__
    return words
