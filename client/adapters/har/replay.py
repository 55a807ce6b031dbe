"""A transport that gives the answers of a recording, at the speed they came."""

import math
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, Literal

from client import errors
from client.adapters.clock import SystemClock
from client.adapters.har.exchange import Failure, RecordedExchange
from client.adapters.har.file import read_entries
from client.adapters.har.matching import SHOWN_DIFFERENCES, Question, differences, nearest
from client.adapters.har.reading import decode_entry
from client.errors import GroqError, TransportError, UnrecordedRequestError, ValidationError
from client.ports import Clock, Delivery, Request
from client.redaction import Redactor

_PATHS: Final = ("/chat/completions", "/models", "/audio/", "/files", "/batches", "/responses")
_GRACE: Final = 1.0
_LEFT: Final = "The recording ends here: its caller left before the answer was whole."


class ReplayTransport:
    """Answers from a recording: our own, or any HAR file, such as a browser's export.

        groq = GroqClient(transport=ReplayTransport(Path("session.har")), api_key="gsk_any")

    Bytes arrive in the pieces and at the moments at which they did; an exchange that broke breaks
    again in the same place. Each recorded exchange is given once.

    Args:
        file: the recording.
        speed: 2 is twice as fast; 0 or infinity do not wait at all.
        clock: what the waiting is by; the system's by default.
        match: ``strict`` answers a request with the same method, address and body, in which the
            order of JSON's keys does not matter. ``loose`` gives what the same method and path got,
            in the order of the recording, and the last answer to a GET again and again.

    Raises:
        ValidationError: the file cannot be read or is no recording.

    """

    def __init__(
        self,
        file: Path,
        *,
        speed: float = 1.0,
        clock: Clock | None = None,
        match: Literal["strict", "loose"] = "strict",
    ) -> None:
        if math.isnan(speed) or speed < 0:
            raise ValidationError("`speed` must be 0 or more.")
        exchanges = [decode_entry(entry) for entry in read_entries(file)]
        exchanges.sort(key=lambda exchange: (exchange.started_at, exchange.number))
        self._file = file
        self._seconds_per_second = 1 / speed if speed else 0.0
        self._clock = clock or SystemClock()
        self._strict = match == "strict"
        self._waiting = [(Question.recorded(exchange), exchange) for exchange in exchanges]
        self._given: list[tuple[Question, RecordedExchange]] = []
        self._redactor = Redactor()

    @property
    def base_url(self) -> str | None:
        """The address of the API in the recording, as a client's ``base_url``; ``None`` unknown."""
        for _, exchange in sorted(
            [*self._given, *self._waiting], key=lambda pair: pair[1].started_at
        ):
            for path in _PATHS:
                before, found, _ = exchange.url.partition(path)
                if found and before.count("/") >= 2:
                    return before
        return None

    async def send(self, request: Request) -> "ReplayResponse":
        """Give the recorded answer when it is due.

        Raises:
            UnrecordedRequestError: there is none.
            TransportError: the error that was recorded.

        """
        begun = self._clock.now()
        self._redactor.learn_from(request.headers)
        exchange = self._take(Question.asked(request, self._redactor))
        pace = _Pace(self._clock, begun, self._seconds_per_second)
        if request.delivery is not None:
            await _deliver(exchange, request.delivery, pace)
        if exchange.headers_at is None:
            await pace.end(exchange)
            message = f"{self._file.name} holds neither an answer nor an error for this request."
            raise UnrecordedRequestError(message)
        await pace.until(exchange.headers_at)
        return ReplayResponse(exchange, pace)

    async def aclose(self) -> None:
        """Nothing to close."""

    def _take(self, asked: Question) -> RecordedExchange:
        fits = asked.same if self._strict else asked.alike
        for place, (recorded, exchange) in enumerate(self._waiting):
            if fits(recorded):
                self._given.append(self._waiting.pop(place))
                return exchange
        again = [exchange for recorded, exchange in self._given if fits(recorded)]
        if again and not self._strict and asked.method == "GET":
            return again[-1]
        raise self._unrecorded(asked, len(again))

    def _unrecorded(self, asked: Question, given: int) -> UnrecordedRequestError:
        place = f"{asked.method} {asked.path}"
        if given:
            times = "once" if given == 1 else f"{given} times"
            return UnrecordedRequestError(
                f"{self._file.name} holds no further answer to {place}: "
                f"it was recorded {times} and has been replayed as often."
            )
        recorded = [question for question, _ in (*self._waiting, *self._given)]
        closest = nearest(recorded, asked)
        if closest is None:
            return UnrecordedRequestError(f"{self._file.name} holds no exchanges.")
        found = tuple(differences(closest, asked))
        shown = "; ".join(found[:SHOWN_DIFFERENCES])
        more = f"; and {len(found) - SHOWN_DIFFERENCES} more" if found[SHOWN_DIFFERENCES:] else ""
        return UnrecordedRequestError(
            f"{self._file.name} holds no answer to this {place}. "
            f"From the nearest it differs in: {shown}{more}.",
            differences=found,
        )


class ReplayResponse:
    """A recorded answer on its way again."""

    def __init__(self, exchange: RecordedExchange, pace: "_Pace") -> None:
        self.status = exchange.status
        self.headers: Mapping[str, str] = exchange.headers
        self._exchange = exchange
        self._pace = pace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body, place = self._exchange.body, 0
        for at, size in self._exchange.chunks:
            await self._pace.until(at)
            yield body[place : place + size]
            place += size
        if place < len(body):  # somebody edited it
            yield body[place:]
        await self._pace.end(self._exchange)

    async def aclose(self) -> None:
        """Nothing to let go of."""


async def _deliver(exchange: RecordedExchange, delivery: Delivery, pace: "_Pace") -> None:
    """Tell what was told of the sending then; how long a connection took is not scaled."""
    connection = exchange.connection
    if connection is not None:
        await pace.until(connection.at)
        delivery.connected(
            reused=connection.reused,
            name_lookup=connection.name_lookup,
            tcp=connection.tcp,
            tls=connection.tls,
        )
    if exchange.written_at is not None:
        await pace.until(exchange.written_at)
        delivery.written()


class _Pace:
    """Waits for the moments of one recorded exchange, all measured from its beginning."""

    def __init__(self, clock: Clock, begun: float, seconds_per_second: float) -> None:
        self._clock = clock
        self._begun = begun
        self._scale = seconds_per_second

    async def until(self, at: float) -> None:
        """Wait until ``at`` recorded seconds after the beginning."""
        if self._scale:
            left = self._begun + at * self._scale - self._clock.now()
            if left > 0:
                await self._clock.sleep(left)

    async def end(self, exchange: RecordedExchange) -> None:
        """End as the exchange did: in order, by its error, or where its caller left."""
        await self.until(exchange.ended_at)
        if exchange.failure is not None:
            raise _raised(exchange.failure)
        if exchange.left:
            if self._scale:
                # A caller who leaves or gives up at the same moment as then comes first.
                await self._clock.sleep(_GRACE)
            failure = errors.ConnectionError(_LEFT)
            failure.retryable = False  # sent again, it would take the answer to another
            raise failure


def _raised(failure: Failure) -> GroqError:
    """The error of that name; a class that is not ours is a ConnectionError."""
    kind = getattr(errors, failure.type, None)
    if failure.type == "TimeoutError":
        return errors.TimeoutError(failure.message, phase=failure.phase)
    if isinstance(kind, type) and issubclass(kind, TransportError | errors.CircuitOpenError):
        error = kind(failure.message)
    else:
        error = errors.ConnectionError(failure.message)
    if error.retryable != failure.retryable:
        error.retryable = failure.retryable
    return error
