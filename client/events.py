"""What an observer is told, in the order in which it happens. No I/O.

The events of one exchange share its ``exchange`` number. ``at`` is the client's monotonic clock in
seconds. No event holds the API key: the request is shown as it was before it was authenticated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from client.errors import GroqError
from client.timing import Timing
from client.types.chat import ChatChunk, ChatReply
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
class HeadersReceived(_Event):
    """The service began to answer."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    rate_limits: RateLimits | None
    model: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkReceived(_Event):
    """An event of a streamed reply arrived; ``data`` is its text as it came."""

    chunk: ChatChunk
    data: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReceived(_Event):
    """The whole body of an unstreamed answer is there."""

    body: bytes = field(repr=False)


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
    | HeadersReceived
    | ChunkReceived
    | BodyReceived
    | ReplyCompleted
    | ExchangeFailed
    | ExchangeCancelled
)
