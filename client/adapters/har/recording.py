"""A transport around a transport that writes down what passes."""

import asyncio
import json
import logging
from array import array
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from client.adapters.clock import SystemClock
from client.adapters.har.exchange import Failure, RecordedConnection, RecordedExchange
from client.adapters.har.file import HarFile
from client.adapters.har.redacted import redact_exchange
from client.adapters.har.writing import encode_entry
from client.ports import Clock, Delivery, Request, Response, Transport
from client.redaction import Redactor

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
_AT_ONCE: Final = 256 * 1024  # larger ones are written as JSON in a thread: the loop must not wait
_log = logging.getLogger(__name__)


class RecordingTransport:
    """Records every exchange to a HAR 1.2 file, with the moment of every read.

        transport = RecordingTransport(HttpTransport.to(base_url), Path("session.har"))

    Written without keys, cookies, headers nobody needs, and ids of organisations: see
    ``redact_exchange``. Prompts and replies are what a recording is for: they are in it. An
    exchange is on disk when its response is closed. A recording that fails, such as on a full
    disk, disturbs no request: it stops, and ``failure`` says why.

    Args:
        transport: what carries the requests.
        file: where to; only its owner may read it.
        clock: for the times; the system's by default.
        secrets: values to hide beside the credentials of the requests, which are hidden anyway.
        overwrite: replace a file that is there.
        max_body_bytes: what is kept of one body; a longer one replays as cut.

    Raises:
        ValidationError: the file is there already, or cannot be written.

    """

    def __init__(
        self,
        transport: Transport,
        file: Path,
        *,
        clock: Clock | None = None,
        secrets: Iterable[str] = (),
        overwrite: bool = False,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._transport = transport
        self._file = HarFile(file, overwrite=overwrite)
        self._clock = clock or SystemClock()
        self._redactor = Redactor(secrets)
        self._max_body_bytes = max_body_bytes
        self._sent = 0
        self._writing: set[asyncio.Task[None]] = set()
        self.failure: OSError | None = None

    async def send(self, request: Request) -> "RecordedResponse":
        """Send it and wait for the headers. Raises what the transport raises."""
        self._redactor.learn_from(request.headers)
        begun = self._clock.now()
        exchange = RecordedExchange(
            method=request.method,
            url=request.url,
            started_at=self._clock.wall_time(),
            number=self._sent,
            request_headers=request.headers,
            request_body=request.shown_body,
        )
        self._sent += 1
        noted = _NotedDelivery(request.delivery, self._clock, begun)
        try:
            response = await self._transport.send(replace(request, delivery=noted))
        except BaseException as error:
            failure = Failure.of(error) if isinstance(error, Exception) else None
            ended_at = self._clock.now() - begun
            exchange = replace(exchange, connection=noted.connection, written_at=noted.written_at)
            self.write(replace(exchange, ended_at=ended_at, left=failure is None, failure=failure))
            raise
        exchange = replace(
            exchange,
            connection=noted.connection,
            written_at=noted.written_at,
            status=response.status,
            headers=response.headers,
            headers_at=self._clock.now() - begun,
        )
        return RecordedResponse(
            self,
            response,
            exchange,
            clock=self._clock,
            begun=begun,
            max_body_bytes=self._max_body_bytes,
        )

    async def aclose(self) -> None:
        """Close every connection, then the file."""
        try:
            await self._transport.aclose()
        finally:
            if self._writing:
                await asyncio.gather(*self._writing)
            self._file.close()

    def write(self, exchange: RecordedExchange) -> None:
        """Write down an exchange that is over."""
        if len(exchange.body) + len(exchange.request_body or b"") <= _AT_ONCE:
            self._append(self._rendered(exchange))
            return
        task = asyncio.ensure_future(self._write_large(exchange))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write_large(self, exchange: RecordedExchange) -> None:
        self._append(await asyncio.to_thread(self._rendered, exchange))

    def _rendered(self, exchange: RecordedExchange) -> str:
        """The entry as JSON, "" when it cannot be written: that is no reason to fail a request."""
        try:
            entry = encode_entry(redact_exchange(exchange, self._redactor))
            return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        except Exception as error:  # noqa: BLE001 - a foreign transport may hand over anything
            _log.warning("An exchange could not be recorded: %s.", type(error).__name__)
            return ""

    def _append(self, entry: str) -> None:
        if self.failure is not None or not entry:
            return
        try:
            self._file.append_text(entry)
        except OSError as error:
            self.failure = error
            _log.warning("The recording ends here: %s.", error.strerror or type(error).__name__)


class _NotedDelivery:
    """Notes how a request was sent, and passes it on."""

    def __init__(self, delivery: Delivery | None, clock: Clock, begun: float) -> None:
        self._delivery = delivery
        self._now = clock.now
        self._begun = begun
        self.connection: RecordedConnection | None = None
        self.written_at: float | None = None

    def connected(
        self,
        *,
        reused: bool,
        name_lookup: float | None = None,
        tcp: float | None = None,
        tls: float | None = None,
    ) -> None:
        """There is a connection for it."""
        at = self._now() - self._begun
        self.connection = RecordedConnection(
            at=at, reused=reused, name_lookup=name_lookup, tcp=tcp, tls=tls
        )
        if self._delivery is not None:
            self._delivery.connected(reused=reused, name_lookup=name_lookup, tcp=tcp, tls=tls)

    def written(self) -> None:
        """Its last byte was sent."""
        self.written_at = self._now() - self._begun
        if self._delivery is not None:
            self._delivery.written()


class RecordedResponse:
    """An answer whose reads are noted as they pass."""

    def __init__(
        self,
        recorder: RecordingTransport,
        response: Response,
        exchange: RecordedExchange,
        *,
        clock: Clock,
        begun: float,
        max_body_bytes: int,
    ) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self._recorder = recorder
        self._response = response
        self._exchange = exchange
        self._now = clock.now
        self._begun = begun
        self._room = max_body_bytes
        self._body = bytearray()
        self._times = array("d")
        self._sizes = array("Q")
        self._ended_at: float | None = None
        self._failure: Failure | None = None
        self._written = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._response:
                self._note(piece)
                yield piece
        except Exception as error:
            self._ended_at = self._now()
            self._failure = Failure.of(error)
            raise
        self._ended_at = self._now()

    async def aclose(self) -> None:
        """Let go of the connection, and write down what there was."""
        try:
            await self._response.aclose()
        finally:
            if not self._written:
                self._written = True
                self._recorder.write(self._recorded())

    def _note(self, piece: bytes) -> None:
        now = self._now()
        if self._failure is not None:
            return
        if len(piece) > self._room:
            self._failure = Failure(
                type="ResponseTooLargeError",
                message="The recording holds no more than the beginning of this answer.",
            )
            return
        self._room -= len(piece)
        self._times.append(now - self._begun)
        self._sizes.append(len(piece))
        self._body += piece

    def _recorded(self) -> RecordedExchange:
        ended_at = self._now() if self._ended_at is None else self._ended_at
        return replace(
            self._exchange,
            body=bytes(self._body),
            chunks=tuple(zip(self._times, self._sizes, strict=True)),
            ended_at=ended_at - self._begun,
            left=self._ended_at is None and self._failure is None,
            failure=self._failure,
        )
