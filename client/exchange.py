"""One request and its answer: authenticated, observed, bounded, its errors typed.

Knows no HTTP: the transport does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Final, Self, TypeVar, cast

from client.codec import content_type, decode_answer, decode_error
from client.config import (
    CallOptions,
    check_call_options,
    checked_headers,
    checked_wait,
    header_fields,
    timeouts,
)
from client.delivery import ObservedDelivery
from client.errors import (
    GroqError,
    RedirectError,
    ResponseTooLargeError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    TransportError,
)
from client.events import (
    BodyReceived,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    RequestSent,
)
from client.ports import Cost, ReplaceableResponse, Request, Response, Timeouts, UploadBody
from client.timing import Timing
from client.types.base import WireValue
from client.types.rate_limits import RateLimits
from client.types.usage import Usage
from client.waiting import Waiting
from client.wire import Wire, closed_error

_JSON: Final = "application/json"
MAX_BODY_BYTES: Final = 16 * 1024 * 1024
MAX_ERROR_BYTES: Final = 64 * 1024
_ERROR_BODY_SECONDS: Final = 5.0

_V = TypeVar("_V", bound=WireValue)


class Exchange:
    """A request on its way and the answer to it. Used once, read by one task at a time.

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
        body: bytes | UploadBody | None = None,
        content_type: str = _JSON,
        accept: str = _JSON,
        model: str | None = None,
        streaming: bool = False,
        headers: Mapping[str, str] | None = None,
        timeouts: Timeouts | None = None,
        cost: Cost | None = None,
        max_wait: float | None = None,
    ) -> None:
        self.wire = wire
        self.number = next(wire.numbers)
        self.timing = Timing()
        self.rate_limits: RateLimits | None = None
        self.request_id: str | None = None
        self.timeouts = timeouts or wire.timeouts
        self._response: Response | None = None
        self._body: AsyncIterator[bytes] | None = None
        self._waiting = Waiting(wire.clock, self.timeouts)
        self._over = False
        fields = {
            **wire.headers,
            **(checked_headers(headers) if headers else {}),
            "accept": "text/event-stream" if streaming else accept,
            "accept-encoding": "identity" if streaming else "gzip",
        }
        if body is not None:
            fields["content-type"] = content_type
        self._headers = fields
        self._model = model

        def request(credentials: Mapping[str, str]) -> Request:
            return Request(
                method=method,
                url=wire.base_url + path,
                headers={**fields, **credentials},
                body=body,
                streaming=streaming,
                timeouts=self.timeouts,
                exchange=self.number,
                model=model,
                cost=cost,
                max_wait=max_wait,
                replayable=body is None or isinstance(body, bytes) or body.replayable,
                timing=self.timing,
                delivery=ObservedDelivery(wire, self.number, self.timing),
            )

        self._request = request

    @classmethod
    def of_call(
        cls,
        wire: Wire,
        method: str,
        path: str,
        options: CallOptions,
        *,
        body: bytes | UploadBody | None = None,
        content_type: str = _JSON,
        accept: str = _JSON,
        model: str | None = None,
        cost: Cost | None = None,
    ) -> Self:
        """A request with the options of its call. Raises ValidationError."""
        check_call_options(options)
        bounds = options.get("timeout")
        return cls(
            wire,
            method,
            path,
            body=body,
            content_type=content_type,
            accept=accept,
            model=model,
            cost=cost,
            headers=options.get("extra_headers"),
            timeouts=None if bounds is None else timeouts(bounds),
            max_wait=checked_wait(options.get("max_wait")),
        )

    # Sending and reading

    async def open(self, *content_types: str) -> str:
        """Send the request; the answer's headers are there, its body is still to be read.

        Returns which of ``content_types`` the answer is.

        Raises:
            APIError: the service answered with an error.
            TransportError: it was not reached, or the answer is of another type.

        """
        if self.wire.closed:
            raise closed_error()
        self.wire.open.add(self)
        try:
            response = await self._send()
            if response.status >= 300:
                raise await self._refusal(response)
            return content_type(response.headers, content_types)
        except BaseException as error:
            await self.fail(error)
            raise

    async def fetch(self, kind: type[_V]) -> _V:
        """Send the request and read the whole answer as a value.

        Raises:
            APIError, TransportError: as ``open``; ``ProtocolError`` when it is not of this kind.

        """
        await self.open(_JSON)
        return await self.read_value(kind)

    async def read_value(self, kind: type[_V]) -> _V:
        """Read the whole body as a value, which ends the exchange."""
        response = self._response
        try:
            body = await self._read_all()
            self.timing.end = self.wire.clock.now()
            if self.wire.observers:
                self.tell(BodyReceived(exchange=self.number, at=self.timing.end, body=body))
            value = decode_answer(kind, body, response.headers if response else {})
        except BaseException as error:
            await self.fail(error)
            raise
        usage = getattr(value, "usage", None)
        self.settle(usage if isinstance(usage, Usage) else None)
        await self.close()
        return value

    async def read(self, seconds: float | None) -> bytes | None:
        """The next bytes of the body, ``None`` at its end.

        Raises:
            TransportError: it broke, or nothing came for so long.

        """
        while True:
            body = self._body
            if body is None and self._waiting.aborted is None:
                return None
            try:
                return await self._waiting.until(lambda: _next_of(body), seconds)  # noqa: B023 - now
            except TransportError as error:
                if not await self._replaced(error):
                    raise

    async def _replaced(self, failure: TransportError) -> bool:
        """Whether another answer now stands in for one that failed before its beginning."""
        response = self._response
        overdue = isinstance(failure, TimeoutError) and failure.phase == "total"
        if overdue or self._waiting.aborted or not getattr(response, "replaceable", False):
            return False
        other = cast("ReplaceableResponse", response)
        if not await self._waiting.until(lambda: other.replace(failure), None):
            return False
        self._body = aiter(other)
        self._note(other, self.timing.headers or self.wire.clock.now())
        return True

    @property
    def busy(self) -> bool:
        """Whether a task waits for the service just now."""
        return self._waiting.busy

    # Ending

    def settle(self, end: Usage | BaseException | None) -> None:
        """Tell an answer that keeps accounts how it ended: with this usage, or with an error."""
        self._waiting.stop()
        account: Callable[[object], None] | None = getattr(self._response, "settle", None)
        if account is not None:
            account(end)

    async def close(self) -> None:
        """End it in order."""
        self._over = True
        await self._let_go()

    async def fail(self, error: BaseException) -> None:
        """End it with an error, or by the caller's leaving; only the first end is told."""
        if not self._over:
            self._over = True
            now = self.wire.clock.now()
            if self.timing.end is None:
                self.timing.end = now
            self.settle(error)
            if isinstance(error, GroqError):
                self.tell(ExchangeFailed(exchange=self.number, at=now, error=error))
            else:
                self.tell(ExchangeCancelled(exchange=self.number, at=now))
        await self._let_go()

    async def abort(self, error: GroqError, *, by_caller: bool = False) -> None:
        """End it from outside; a task that reads it, now or later, gets ``error``."""
        self._waiting.abort(error)
        await self.fail(asyncio.CancelledError() if by_caller else error)

    def tell(self, event: ClientEvent) -> None:
        """Tell the observers."""
        self.wire.tell(event)

    async def _let_go(self) -> None:
        self.wire.open.discard(self)
        self._waiting.stop()
        response, self._response, self._body = self._response, None, None
        if response is not None:
            with suppress(Exception):  # closing a broken connection is no news
                await response.aclose()

    # Steps

    async def _send(self) -> Response:
        clock = self.wire.clock
        self._waiting.begin()
        credentials = header_fields(await self._waiting.until(self.wire.auth.headers, None))
        request = self._request(credentials)
        self.timing.sent = clock.now()
        if self.wire.observers:
            self.tell(
                RequestSent(
                    exchange=self.number,
                    at=self.timing.sent,
                    method=request.method,
                    url=request.url,
                    headers=self._headers,
                    body=request.shown_body,
                    model=request.model,
                    streaming=request.streaming,
                )
            )

        async def send() -> Response:
            self._response = await self.wire.transport.send(request)
            return self._response

        response = await self._waiting.until(send, None)
        self.timing.headers = clock.now()
        self._body = aiter(response)
        self._note(response, self.timing.headers)
        return response

    def _note(self, response: Response, at: float) -> None:
        model = self._model
        self.request_id = response.headers.get("x-request-id")
        # Whoever carried it may have read them already.
        limits: RateLimits | None = getattr(response, "rate_limits", None)
        self.rate_limits = limits or RateLimits.from_headers(response.headers, received_at=at)
        if self.rate_limits is not None and model is not None:
            self.wire.rate_limits[model] = self.rate_limits
        if self.wire.observers:
            self.tell(
                HeadersReceived(
                    exchange=self.number,
                    at=at,
                    status=response.status,
                    headers=response.headers,
                    rate_limits=self.rate_limits,
                    model=model,
                )
            )

    async def _refusal(self, response: Response) -> GroqError:
        """The error that a status other than success means."""
        if response.status < 400:
            return RedirectError(
                f"The service redirects (status {response.status}); the key is not carried along. "
                "Check base_url."
            )
        body = await self._read_what_comes()
        clock = self.wire.clock
        if self.wire.observers:
            self.tell(BodyReceived(exchange=self.number, at=clock.now(), body=body))
        wall_time = clock.wall_time()
        return decode_error(response.status, response.headers, body, wall_time=wall_time)

    async def _read_all(self) -> bytes:
        body = bytearray()
        while (piece := await self.read(self.timeouts.idle)) is not None:
            body += piece
            if len(body) > MAX_BODY_BYTES:
                message = f"The answer is larger than {MAX_BODY_BYTES:,} bytes."
                raise ResponseTooLargeError(message)
        return bytes(body)

    async def _read_what_comes(self) -> bytes:
        """The body of an error; the status says enough if it is long, slow or cut."""
        clock = self.wire.clock
        until = clock.now() + _ERROR_BODY_SECONDS
        body = bytearray()
        with suppress(TransportError):
            while len(body) < MAX_ERROR_BYTES:
                piece = await self.read(max(0.0, until - clock.now()))
                if piece is None:
                    break
                body += piece
        return bytes(body[:MAX_ERROR_BYTES])


async def _next_of(body: AsyncIterator[bytes] | None) -> bytes | None:
    """The next piece, ``None`` at the end; a body that was let go of has been aborted."""
    if body is None:
        await asyncio.sleep(0)
        return None
    return await anext(body, None)
