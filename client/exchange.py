"""One request and its answer: authenticated, observed, bounded, its errors typed.

``Wire`` is what all services of a client share; ``Exchange`` is one use of it. Neither knows HTTP:
the transport does.
"""

import builtins
import itertools
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Final, TypeVar

from client.codec import decode, decode_error
from client.errors import (
    GroqError,
    RedirectError,
    ResponseTooLargeError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
    UnexpectedContentTypeError,
)
from client.events import (
    BodyReceived,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    RequestSent,
)
from client.ports import Auth, Clock, Observer, Request, Response, Timeouts, Transport
from client.timing import Timing
from client.types.base import WireValue
from client.types.rate_limits import RateLimits
from client.version import VERSION

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
MAX_ERROR_BYTES: Final = 64 * 1024

_log = logging.getLogger(__name__)
_V = TypeVar("_V", bound=WireValue)


class Wire:
    """The way to the service that all of a client's requests take."""

    def __init__(
        self,
        *,
        base_url: str,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        transport: Transport,
        auth: Auth,
        clock: Clock,
    ) -> None:
        self.base_url = base_url
        self.headers = {"user-agent": f"groq-workbench/{VERSION}", **headers}
        self.timeouts = timeouts
        self.transport = transport
        self.auth = auth
        self.clock = clock
        self.observers: list[Observer] = []
        self.rate_limits: dict[str, RateLimits] = {}
        self.numbers = itertools.count(1)

    def tell(self, event: ClientEvent) -> None:
        """Tell every observer; one that raises is logged and does not disturb the request."""
        for observer in self.observers:
            try:
                observer(event)
            except Exception:  # noqa: BLE001 - a foreign observer may raise anything
                _log.exception("An observer failed on %s", type(event).__name__)


class Exchange:
    """A request on its way and the answer to it. Used once.

    Attributes:
        timing: the stamps, written as things happen.
        rate_limits: what the answer's headers say, ``None`` before them or without.
        request_id: the service's name for this request.

    """

    def __init__(
        self,
        wire: Wire,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        model: str | None = None,
        streaming: bool = False,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.wire = wire
        self.number = next(wire.numbers)
        self.timing = Timing()
        self.rate_limits: RateLimits | None = None
        self.request_id: str | None = None
        self.timeouts = timeouts or wire.timeouts
        self._model = model
        self._response: Response | None = None
        self._over = False
        accept = {"accept": "text/event-stream", "accept-encoding": "identity"}
        if not streaming:
            accept = {"accept": "application/json", "accept-encoding": "gzip"}
        content = {"content-type": "application/json"} if body is not None else {}
        self._request = Request(
            method=method,
            url=wire.base_url + path,
            headers={**accept, **content, **wire.headers, **(headers or {})},
            body=body,
            streaming=streaming,
            timeouts=self.timeouts,
        )

    async def open(self, content_type: str) -> Response:
        """Send the request; the answer's headers are there, its body is not.

        Raises:
            APIError: the service answered with an error.
            TransportError: it was not reached, or the answer is not of ``content_type``.

        """
        try:
            response = await self._send()
            if response.status >= 300:
                await self._refuse(response)
            _check_content_type(response, content_type)
        except BaseException as error:
            await self.fail(error)
            raise
        return response

    async def fetch(self, kind: type[_V]) -> _V:
        """Send the request and read the whole answer as a value.

        Raises:
            APIError, TransportError: as ``open``; ``ProtocolError`` when it is not of this kind.

        """
        response = await self.open("application/json")
        try:
            body = await self._read(response, MAX_BODY_BYTES)
            self.timing.end = self.wire.clock.now()
            if self.wire.observers:
                self.tell(BodyReceived(exchange=self.number, at=self.timing.end, body=body))
            value = decode(kind, body)
        except BaseException as error:
            await self.fail(error)
            raise
        await self.close()
        return value

    def tell(self, event: ClientEvent) -> None:
        """Tell the observers."""
        self.wire.tell(event)

    async def fail(self, error: BaseException) -> None:
        """End it with an error, or by the caller's leaving; only the first call counts."""
        if not self._over:
            self._over = True
            now = self.wire.clock.now()
            self.timing.end = self.timing.end or now
            if isinstance(error, GroqError):
                self.tell(ExchangeFailed(exchange=self.number, at=now, error=error))
            else:
                self.tell(ExchangeCancelled(exchange=self.number, at=now))
        await self._let_go()

    async def close(self) -> None:
        """End it in order."""
        self._over = True
        await self._let_go()

    async def _let_go(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            await response.aclose()

    async def _send(self) -> Response:
        request = self._request
        clock = self.wire.clock
        credentials = await self.wire.auth.headers()
        self.timing.sent = clock.now()
        if self.wire.observers:
            self.tell(
                RequestSent(
                    exchange=self.number,
                    at=self.timing.sent,
                    method=request.method,
                    url=request.url,
                    headers=request.headers,
                    body=request.body,
                    model=self._model,
                    streaming=request.streaming,
                )
            )
        authenticated = Request(
            method=request.method,
            url=request.url,
            headers={**request.headers, **credentials},
            body=request.body,
            streaming=request.streaming,
            timeouts=request.timeouts,
        )
        response = await self._within_first_byte(authenticated)
        self._response = response
        self.timing.headers = clock.now()
        self._note(response)
        return response

    async def _within_first_byte(self, request: Request) -> Response:
        """A server that drips its headers resets no clock: the bound is on all of them."""
        seconds = _smallest(request.timeouts.first_byte, request.timeouts.total)
        try:
            async with self.wire.clock.timeout(seconds):
                return await self.wire.transport.send(request)
        except TransportError:
            raise
        except builtins.TimeoutError:
            message = f"The service sent no answer within {seconds:g} s."
            raise TimeoutError(message, phase="first byte") from None

    def _note(self, response: Response) -> None:
        at = self.timing.headers or 0.0
        self.request_id = response.headers.get("x-request-id")
        self.rate_limits = RateLimits.from_headers(response.headers, received_at=at)
        if self.rate_limits is not None and self._model is not None:
            self.wire.rate_limits[self._model] = self.rate_limits
        if self.wire.observers:
            self.tell(
                HeadersReceived(
                    exchange=self.number,
                    at=at,
                    status=response.status,
                    headers=response.headers,
                    rate_limits=self.rate_limits,
                    model=self._model,
                )
            )

    async def _refuse(self, response: Response) -> None:
        """Raise the error that a status other than success means."""
        if response.status < 400:
            raise RedirectError(
                f"The service redirects (status {response.status}); the key is not carried along. "
                "Check base_url."
            )
        body = await self._read(response, MAX_ERROR_BYTES, cut=True)
        if self.wire.observers:
            now = self.wire.clock.now()
            self.tell(BodyReceived(exchange=self.number, at=now, body=body))
        wall_time = self.wire.clock.wall_time()
        raise decode_error(response.status, response.headers, body, wall_time=wall_time)

    async def _read(self, response: Response, bound: int, *, cut: bool = False) -> bytes:
        """The whole body; beyond the bound it is cut, or a ResponseTooLargeError."""
        pieces: list[bytes] = []
        size = 0
        async for piece in self._pieces(response):
            pieces.append(piece)
            size += len(piece)
            if size > bound:
                if cut:
                    break
                message = f"The answer is larger than {bound:,} bytes."
                raise ResponseTooLargeError(message)
        return b"".join(pieces)[:bound]

    async def _pieces(self, response: Response) -> AsyncIterator[bytes]:
        """The body, with a bound on the silence between two reads."""
        body = aiter(response)
        idle = self.timeouts.idle
        while True:
            try:
                async with self.wire.clock.timeout(idle):
                    piece = await anext(body)
            except StopAsyncIteration:
                return
            except TransportError:
                raise
            except builtins.TimeoutError:
                message = f"The answer stalled: nothing came for {idle:g} s."
                raise TimeoutError(message, phase="idle") from None
            yield piece


def _check_content_type(response: Response, expected: str) -> None:
    found = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found == expected:
        return
    shown = found or "no content type"
    raise UnexpectedContentTypeError(
        f"The answer is {shown} where {expected} was expected. Is something between you and the "
        "service, such as a login page, or is base_url not the API's?"
    )


def _smallest(*seconds: float | None) -> float | None:
    return min((s for s in seconds if s is not None), default=None)
