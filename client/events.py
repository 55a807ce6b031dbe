"""What an observer is told, in the order in which it happens. No I/O.

The events of one exchange share its ``exchange`` number. ``at`` is the client's monotonic clock in
seconds. No event holds the API key: the request is shown as it was before it was authenticated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from client.errors import GroqError
from client.timing import Timing
from client.types.chat import ChatReply
from client.types.chunks import ChatChunk
from client.types.rate_limits import RateLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    exchange: int
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSent(_Event):
    """A request is on its way."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    model: str | None
    streaming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionReady(_Event):
    """There is a connection for the request; told once for each attempt that got one.

    All durations are seconds measured here. ``None`` says that it did not happen, as on a
    connection that served before, or that it cannot be told.

    Attributes:
        reused: whether the connection has carried a request before.
        name_lookup: looking up the host's addresses; none for an address in figures.
        tcp: connecting to one of them. With aiohttp's engine TLS is part of it, and waiting for
            a place where a hundred connections are in use.
        tls: agreeing on keys; ``None`` without TLS, and with aiohttp's engine.

    Through a proxy, ``name_lookup`` and ``tcp`` are those of the way to the proxy. A transport
    that does not say, such as a fake one, tells no such event.
    """

    reused: bool
    name_lookup: float | None = None
    tcp: float | None = None
    tls: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWritten(_Event):
    """The last byte of the request was handed to the operating system.

    Told once for each attempt, where the transport says so.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadersReceived(_Event):
    """The service began to answer; each attempt that is answered tells it."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    rate_limits: RateLimits | None
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionDelayed(_Event):
    """The request waits for a rate limit: until ``at + seconds``, unless its turn comes sooner.

    Told again when the wait grows. Cancelling the call ends the wait at once. ``AttemptStarted``
    or the end of the exchange says that it is over.

    Attributes:
        model: whose limit it is.
        reason: the limit in words, such as "tokens per minute".
        dimension: the limit in the service's abbreviation, such as "TPM"; "" when it named none.
        seconds: how long it will take as things stand.
        position: in the queue; 1 is next.

    """

    model: str
    reason: str
    dimension: str
    seconds: float
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryScheduled(_Event):
    """An attempt failed, and the request is sent again at ``at + delay``.

    Cancelling the call ends the wait at once. ``AttemptStarted`` or the end of the exchange says
    that it is over.

    Attributes:
        attempt: the number of the attempt to come; the first repetition is 2.
        attempts: how many there may be in all.
        delay: seconds until then.
        reason: what went wrong, in a few words.
        error: what the call would have failed with.

    """

    attempt: int
    attempts: int
    delay: float
    reason: str
    error: GroqError


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted(_Event):
    """The wait is over and the request goes out; not told of a first attempt that did not wait.

    ``attempt`` counts from 1; ``waited`` is what the call has waited so far, in seconds.
    """

    attempt: int
    waited: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitChanged(_Event):
    """A circuit breaker changed its state, because of this exchange.

    Attributes:
        host: of the service.
        family: of its endpoints, such as "chat".
        state: as it is now; half-open, one call at a time tries whether the service is back.
        retry_after: seconds until an open circuit lets a call try, 0 in the other states.

    """

    host: str
    family: str
    state: Literal["closed", "open", "half-open"]
    retry_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkReceived(_Event):
    """An event of a streamed reply arrived; ``data`` is its text as it came."""

    chunk: ChatChunk
    data: str = field(repr=False)


class _ChunkReceived(_Event):
    """One in the making: of the same slots, and not frozen yet, which is quick to fill."""

    __slots__ = ("chunk", "data")
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__  # shares a slot with it

    def __init__(self, exchange: int, at: float, chunk: ChatChunk, data: str) -> None:
        self.exchange = exchange  # type: ignore[misc] # read-only in what it will be
        self.at = at  # type: ignore[misc]
        self.chunk = chunk
        self.data = data
        self.__class__ = ChunkReceived  # type: ignore[assignment] # of the same layout


chunk_received: Final = cast(
    "Callable[[int, float, ChatChunk, str], ChunkReceived]", _ChunkReceived
)
"""A ChunkReceived of this exchange, at this time, with this chunk and its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReceived(_Event):
    """The whole body of an unstreamed answer is there.

    Of one that is handed on in pieces, such as sound or a file, ``body`` is the beginning alone,
    and ``size`` says how many bytes there were.
    """

    body: bytes = field(repr=False)
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCompleted(_Event):
    """A chat reply is whole."""

    reply: ChatReply
    timing: Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFailed(_Event):
    """The exchange ended in an error."""

    error: GroqError


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeCancelled(_Event):
    """The caller left before the answer was whole."""


ClientEvent: TypeAlias = (
    RequestSent
    | ConnectionReady
    | RequestWritten
    | AdmissionDelayed
    | AttemptStarted
    | RetryScheduled
    | CircuitChanged
    | HeadersReceived
    | ChunkReceived
    | BodyReceived
    | ReplyCompleted
    | ExchangeFailed
    | ExchangeCancelled
)
"""Anything an observer may be told; new kinds may be added."""
