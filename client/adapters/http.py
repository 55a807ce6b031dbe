"""HTTP by httpx: the only module that knows it.

httpx's transport is used directly, without its client: no redirects, no cookies, no environment
but the proxy chosen here.
"""

import ssl
import sys
import urllib.request
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from functools import lru_cache
from importlib.util import find_spec
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from client.adapters.network import Connection, Network
from client.adapters.system_words import system_words
from client.adapters.under_way import UnderWay, under_way
from client.config import Engine, is_loopback
from client.errors import (
    ConnectionError,  # noqa: A004 - ours: the design's name
    GroqError,
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
_FAULTS: Final = (
    (httpx.LocalProtocolError, "The request cannot be written as HTTP: is a header malformed?"),
    (zlib.error, "The answer's content encoding is broken."),
    (ValueError, "{host} does not answer in HTTP."),  # of a chunked body
)
_INFLATED_PIECE: Final = 64 * 1024
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS


class HttpTransport:
    """A pool of connections to one service.

    Args:
        proxy: an address to go through, ``None`` for a direct connection.
        verify: TLS verification; a context replaces the system's.
        engine: what carries the bytes under httpx's types; ``aiohttp`` comes with the extra
            ``fast``.

    Raises:
        ValidationError: the engine is not installed.

    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: ssl.SSLContext | bool = True,
        engine: Engine = "httpx",
    ) -> None:
        if engine == "aiohttp" and find_spec("httpx_aiohttp") is None:
            raise ValidationError("engine 'aiohttp' needs the extra `fast`: groq-workbench[fast].")
        self._proxy = proxy
        self._verify = verify
        self._engine = engine
        self._pool: httpx.AsyncBaseTransport | None = None

    @classmethod
    def to(cls, base_url: str, *, engine: Engine = "httpx") -> Self:
        """A transport for one address, through the environment's proxy unless on loopback."""
        # A context for TLS takes 20 ms to make, for nothing where no TLS is spoken.
        plain = urlsplit(base_url).scheme == "http" and is_loopback(base_url)
        return cls(proxy=_proxy_for(base_url), verify=not plain, engine=engine)

    async def send(self, request: Request) -> "HttpResponse":
        """Send it and wait for the headers.

        Raises:
            ConnectionError, TimeoutError, ProtocolError: it did not get through.

        """
        pool = self._open_pool()
        body, delivery = request.body, request.delivery
        told = None if delivery is None else UnderWay(request.method.encode() + b" ", delivery)
        before = under_way.set(told)
        try:
            if body is None or isinstance(body, bytes):
                held = httpx.ByteStream(body or b"")
                return await _carry(pool, request, held, 0 if body is None else len(body))
            async with aclosing(body.open()) as pieces:
                return await _carry(pool, request, _Upload(pieces), body.length)
        finally:
            under_way.reset(before)

    async def aclose(self) -> None:
        """Close every connection."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose()

    def _open_pool(self) -> httpx.AsyncBaseTransport:
        if self._pool is None:
            try:
                self._pool = self._new_pool()
            except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
                problem = type(error).__name__  # its text may hold the proxy's password
            else:
                return self._pool
            raise ConnectionError(
                "No connection can be made with the environment's proxy or certificates: "
                f"{problem}",
                phase="connect",
            )
        return self._pool

    def _new_pool(self) -> httpx.AsyncBaseTransport:
        if self._engine == "aiohttp":
            from client.adapters.aiohttp_engine import aiohttp_pool

            proxy = None if self._proxy is None else httpx.Proxy(self._proxy)
            return aiohttp_pool(verify=self._verify, limits=_LIMITS, proxy=proxy)
        pool = httpx.AsyncHTTPTransport(verify=self._verify, limits=_LIMITS, proxy=self._proxy)
        # httpx has no argument for this one of httpcore's; without it all works, slower.
        pool._pool._network_backend = Network()  # noqa: SLF001
        return pool


class _Upload(httpx.AsyncByteStream):
    """A body as httpx takes one; whoever opened it closes it, when httpx has let go of it."""

    def __init__(self, pieces: AsyncGenerator[bytes, None]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


async def _carry(
    pool: httpx.AsyncBaseTransport,
    request: Request,
    body: httpx.ByteStream | _Upload,
    length: int | None,
) -> "HttpResponse":
    timeouts = request.timeouts
    url, authority = _address(request.url)
    host = authority.decode()  # with its port, unless that goes without saying
    headers = [(b"host", authority)]
    headers += [(name.encode(), value.encode()) for name, value in request.headers.items()]
    if length is None:
        headers.append((b"transfer-encoding", b"chunked"))
    elif length or request.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", b"%d" % length))
    outgoing = httpx.Request(
        request.method,
        url,
        headers=headers,
        stream=body,
        extensions={
            "timeout": {
                "connect": timeouts.connect,
                "pool": timeouts.connect,
                "write": timeouts.idle,
                # Reading is bounded by whoever reads.
                "read": None,
            }
        },
    )
    if isinstance(body, httpx.ByteStream):
        outgoing.read()
    try:
        return HttpResponse(await _answer(pool, outgoing), host)
    except GroqError:
        raise  # of a body that could not be read
    except Exception as error:  # noqa: BLE001 - whatever a transport raises ends here
        failure = _typed(error, host)
    # Raised out here, so that no context leads to an error that repeats a header.
    raise failure


async def _answer(pool: httpx.AsyncBaseTransport, outgoing: httpx.Request) -> httpx.Response:
    try:
        return await pool.handle_async_request(outgoing)
    except httpx.TransportError as error:
        if not isinstance(outgoing.stream, httpx.ByteStream) or not _was_unsent(error):
            raise
    # An idle connection had been closed by the service. httpx's own pool sees that before.
    return await pool.handle_async_request(outgoing)


class HttpResponse:
    """An answer of httpx as the client's port wants it."""

    def __init__(self, response: httpx.Response, host: str) -> None:
        self._response = response
        self._host = host
        self.status = response.status_code
        self.headers: Mapping[str, str] = _headers(response)
        connection = response.extensions.get("network_stream")
        self._connection = connection if isinstance(connection, Connection) else None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise ProtocolError(f"The answer is encoded as {encoding!r}, which was not asked for.")
        plain = encoding in ("identity", "")
        connection = self._connection
        try:
            if plain and connection is not None and connection.is_chunked:
                # As below, by fewer steps: this is how streams come.
                async with aclosing(connection.chunked_body()) as pieces:
                    async for piece in pieces:
                        yield piece
            inflate = None if plain else zlib.decompressobj(_GZIP_OR_ZLIB)
            async for piece in self._raw():
                for inflated in (piece,) if inflate is None else _inflated(inflate, piece):
                    yield inflated
        except Exception as error:  # noqa: BLE001 - whatever a transport raises ends here
            failure = _typed(error, self._host)
        else:
            return
        raise failure

    async def _raw(self) -> AsyncIterator[bytes]:
        """The body as it arrives, its transfer encoding undone."""
        connection = self._connection
        if connection is not None and connection.is_chunked:
            async with aclosing(connection.chunked_body()) as pieces:
                async for piece in pieces:
                    yield piece
        async for piece in self._response.stream:  # type: ignore[union-attr] # never sync here
            yield piece

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._response.aclose()


def _inflated(inflate: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    """A piece of a compressed body, inflated bit by bit; httpx would do it at once."""
    while True:
        inflated = inflate.decompress(piece, _INFLATED_PIECE)
        if inflated:
            yield inflated
        piece = inflate.unconsumed_tail
        if inflate.eof or not (piece or len(inflated) == _INFLATED_PIECE):
            return


def _headers(response: httpx.Response) -> dict[str, str]:
    """The headers as text, names in lower case; httpx's own way costs ten times as much."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


@lru_cache(maxsize=64)
def _address(text: str) -> tuple[httpx.URL, bytes]:
    """An address, and the host header that goes with it. Raises ValidationError."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValidationError(f"{text!r} is not an address.") from None
    return url, url.netloc


def _typed(error: Exception, host: str) -> TransportError:
    """Our error for one of httpx's, caused by it unless it may repeat a header."""
    failure = _translated(error, host)
    if not isinstance(error, httpx.LocalProtocolError):
        failure.__cause__ = error
    return failure


def _translated(error: Exception, host: str) -> TransportError:
    if _is_certificate_problem(error):
        failure = ConnectionError(f"{host} does not prove who it is: {error}", phase="connect")
        failure.retryable = False
        return failure
    if "httpx_aiohttp" in sys.modules:
        from client.adapters.aiohttp_engine import aiohttp_problem

        if (problem := aiohttp_problem(error, host)) is not None:
            return problem
    return _of_httpx(error, host)


def _of_httpx(error: Exception, host: str) -> TransportError:
    for kind, phase, message in _PHASES:
        if isinstance(error, kind):
            return TimeoutError(message.format(host=host), phase=phase)
    for fault, message in _FAULTS:
        if isinstance(error, fault):
            return ProtocolError(message.format(host=host))
    if isinstance(error, EOFError) or _left(error):
        return ConnectionError(f"{host} closed the connection before the answer was whole.")
    if isinstance(error, httpx.RemoteProtocolError):
        return ProtocolError(f"{host} does not answer in HTTP.")
    if isinstance(error, httpx.ProxyError):
        return ConnectionError(f"The proxy makes no connection to {host}: {error}", phase="connect")
    if isinstance(error, httpx.ConnectError):
        return ConnectionError(f"No connection to {host}: {system_words(error)}", phase="connect")
    return ConnectionError(f"The connection to {host} broke.")


def _was_unsent(error: Exception) -> bool:
    if "httpx_aiohttp" not in sys.modules:
        return False
    from client.adapters.aiohttp_engine import was_unsent

    return was_unsent(error)


def _left(error: Exception) -> bool:
    """Httpx gives one class to a peer that left and to one that speaks no HTTP."""
    text = str(error).lower()
    told = "disconnected" in text or "closed connection" in text
    return told and isinstance(error, httpx.RemoteProtocolError)


def _is_certificate_problem(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _proxy_for(base_url: str) -> str | None:
    """The environment's proxy for an address; none for loopback, whatever the environment says."""
    parts = urlsplit(base_url)
    if is_loopback(base_url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"
