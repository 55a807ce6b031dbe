"""HTTP by httpx: the only module that knows it.

httpx's transport is used directly, without its client: no redirects, no cookies, no environment
but the proxy chosen here.
"""

import ssl
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from client.config import is_loopback
from client.errors import (
    ConnectionError,  # noqa: A004 - ours: the design's name
    ProtocolError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
    ValidationError,
)
from client.ports import Request

_LIMITS: Final = httpx.Limits(
    max_connections=100, max_keepalive_connections=20, keepalive_expiry=30.0
)
_PHASES: Final = (
    (httpx.ConnectTimeout, "connect", "No connection to {host} in time."),
    (httpx.PoolTimeout, "pool", "Every connection is in use; too many requests run at once."),
    (httpx.WriteTimeout, "write", "{host} stopped taking the request."),
    (httpx.ReadTimeout, "idle", "{host} fell silent."),
)


class HttpTransport:
    """A pool of connections to one service.

    Args:
        proxy: an address to go through, ``None`` for a direct connection.
        verify: TLS verification; a context replaces the system's.

    """

    def __init__(self, *, proxy: str | None = None, verify: ssl.SSLContext | bool = True) -> None:
        self._proxy = proxy
        self._verify = verify
        self._pool: httpx.AsyncHTTPTransport | None = None
        self._urls: dict[str, httpx.URL] = {}

    @classmethod
    def to(cls, base_url: str) -> Self:
        """A transport for one address, through the environment's proxy unless on loopback."""
        # A context for TLS takes 20 ms to make, for nothing where no TLS is spoken.
        return cls(proxy=_proxy_for(base_url), verify=base_url.startswith("https:"))

    async def send(self, request: Request) -> "HttpResponse":
        """Send it and wait for the headers.

        Raises:
            ConnectionError, TimeoutError, ProtocolError: it did not get through.

        """
        if self._pool is None:
            self._pool = httpx.AsyncHTTPTransport(
                verify=self._verify, limits=_LIMITS, proxy=self._proxy
            )
        timeouts = request.timeouts
        outgoing = httpx.Request(
            request.method,
            self._url(request.url),
            headers=dict(request.headers),
            content=request.body,
            extensions={
                "timeout": {
                    "connect": timeouts.connect,
                    "pool": timeouts.connect,
                    "write": timeouts.idle,
                    # The exchange has a clock for all headers together, and one for each read.
                    "read": None,
                }
            },
        )
        try:
            response = await self._pool.handle_async_request(outgoing)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises ends here
            raise _typed(error, outgoing.url.host) from _cause(error)
        response.request = outgoing
        return HttpResponse(response)

    async def aclose(self) -> None:
        """Close every connection."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()

    def _url(self, text: str) -> httpx.URL:
        url = self._urls.get(text)
        if url is None:
            try:
                url = self._urls[text] = httpx.URL(text)
            except httpx.InvalidURL:
                raise ValidationError(f"{text!r} is not an address.") from None
        return url


class HttpResponse:
    """An answer of httpx as the client's port wants it."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = dict(response.headers.items())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        response = self._response
        plain = self.headers.get("content-encoding", "identity") == "identity"
        try:
            if plain and isinstance(response.stream, httpx.AsyncByteStream):
                async for piece in response.stream:
                    yield piece
            else:
                async for piece in response.aiter_bytes():
                    yield piece
        except Exception as error:  # noqa: BLE001 - whatever a transport raises ends here
            raise _typed(error, response.request.url.host) from _cause(error)

    async def aclose(self) -> None:
        """Let go of the connection."""
        with suppress(Exception):  # closing a broken connection is no news
            await self._response.aclose()


def _typed(error: Exception, host: str) -> TransportError:
    for kind, phase, message in _PHASES:
        if isinstance(error, kind):
            return TimeoutError(message.format(host=host), phase=phase)
    if isinstance(error, httpx.LocalProtocolError):
        return ProtocolError("The request cannot be written as HTTP: is a header malformed?")
    if isinstance(error, httpx.DecodingError):
        return ProtocolError("The answer's content encoding is broken.")
    if isinstance(error, httpx.RemoteProtocolError):
        return _disconnected(error, host)
    if _is_certificate_problem(error):
        failure = ConnectionError(f"{host} does not prove who it is: {error}")
        failure.retryable = False
        return failure
    if isinstance(error, httpx.ConnectError):
        return ConnectionError(f"No connection to {host}: {error}")
    return ConnectionError(f"The connection to {host} broke.")


def _disconnected(error: httpx.RemoteProtocolError, host: str) -> TransportError:
    """Httpx gives one class to a peer that left and to one that speaks no HTTP."""
    text = str(error).lower()
    if "disconnected" in text or "closed connection" in text:
        return ConnectionError(f"{host} closed the connection before the answer was whole.")
    return ProtocolError(f"{host} does not answer in HTTP: {error}")


def _is_certificate_problem(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _cause(error: Exception) -> Exception | None:
    """The cause to chain; a malformed header's error repeats its value, which may be the key."""
    return None if isinstance(error, httpx.LocalProtocolError) else error


def _proxy_for(base_url: str) -> str | None:
    """The environment's proxy for an address; none for loopback, whatever the environment says."""
    parts = urlsplit(base_url)
    if is_loopback(base_url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
