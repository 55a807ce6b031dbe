"""When each part of the latest exchanges happened, whoever made them, for whoever asks later."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from client import (
    AttemptStarted,
    BodyReceived,
    ChunkReceived,
    ClientEvent,
    ConnectionReady,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    ReplyCompleted,
    RequestSent,
    RequestWritten,
    Usage,
)

Outcome: TypeAlias = Literal["running", "completed", "failed", "cancelled"]

KEPT: Final = 500
"""Exchanges whose times are remembered: the newest."""
_CHAT: Final = "/chat/completions"


@dataclass(slots=True, kw_only=True)
class ExchangeTimes:
    """The stamps of one exchange, on the client's clock; written as things happen.

    ``None`` means that it did not happen, not yet, or that nobody told. Those up to ``headers``
    are of the last attempt.

    Attributes:
        began: the call was ready to go, before whatever it had to wait for.
        sent: it went out, the last time.
        waited: seconds between the two, for limits and after failed attempts.
        connection: how it came by its connection; ``written`` when its last byte was out.
        first_event: the first event's bytes arrived; ``last_event`` the last one's.
        parsed_first: seconds from the arrival of the first token to its being parsed.
        parsing: seconds spent so on the whole answer.
        problem: what it failed with.

    """

    exchange: int
    method: str
    path: str
    model: str | None
    streaming: bool
    began: float
    sent: float
    attempts: int = 1
    waited: float = 0.0
    connection: ConnectionReady | None = None
    written: float | None = None
    headers: float | None = None
    status: int | None = None
    first_event: float | None = None
    first_reasoning: float | None = None
    first_content: float | None = None
    last_token: float | None = None
    last_event: float | None = None
    end: float | None = None
    outcome: Outcome = "running"
    problem: str = ""
    usage: Usage | None = None
    parsed_first: float | None = None
    parsing: float | None = None

    @property
    def first_token(self) -> float | None:
        """The first token's arrival, reasoning or answer."""
        stamps = [at for at in (self.first_reasoning, self.first_content) if at is not None]
        return min(stamps, default=None)


class Stopwatch:
    """An observer of the client that keeps the times of the newest exchanges.

    Args:
        now: the client's clock, for how long parsing took.

    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._times: OrderedDict[int, ExchangeTimes] = OrderedDict()
        self._lag = 0.0  # of the read that came last
        self._subscribers: list[Callable[[ExchangeTimes], None]] = []

    def get(self, exchange: int) -> ExchangeTimes | None:
        """The times of an exchange, ``None`` when it is unknown or forgotten."""
        return self._times.get(exchange)

    @property
    def latest_chat(self) -> ExchangeTimes | None:
        """The newest chat completion."""
        found = (one for one in reversed(self._times.values()) if one.path.endswith(_CHAT))
        return next(found, None)

    def subscribe(self, tell: Callable[[ExchangeTimes], None]) -> Callable[[], None]:
        """Have ``tell`` called when an exchange has ended; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def __call__(self, event: ClientEvent) -> None:
        """Take the time."""
        if isinstance(event, RequestSent):
            self._begin(event)
            return
        times = self._times.get(event.exchange)
        if times is None:
            return
        match event:
            case ChunkReceived():
                self._take_chunk(times, event)
            case AttemptStarted():
                _begin_again(times, event)
            case ConnectionReady():
                times.connection = event
            case RequestWritten():
                times.written = event.at
            case HeadersReceived():
                times.headers, times.status = event.at, event.status
            case BodyReceived():
                times.last_event = event.at
            case ReplyCompleted() | ExchangeFailed() | ExchangeCancelled():
                self._end(times, event)
            case _:
                pass  # waits show in what comes after them

    def _begin(self, event: RequestSent) -> None:
        self._times[event.exchange] = ExchangeTimes(
            exchange=event.exchange,
            method=event.method,
            path=urlsplit(event.url).path,
            model=event.model,
            streaming=event.streaming,
            began=event.at,
            sent=event.at,
        )
        if len(self._times) > KEPT:
            self._times.popitem(last=False)

    def _take_chunk(self, times: ExchangeTimes, event: ChunkReceived) -> None:
        """Note a chunk; those of one read share their arrival, and the last one tells how long."""
        lag = max(0.0, self._now() - event.at)
        same_read = times.last_event == event.at
        times.parsing = (times.parsing or 0.0) + (lag - min(lag, self._lag) if same_read else lag)
        self._lag = lag
        times.last_event = event.at
        if times.first_event is None:
            times.first_event = event.at
        if times.first_content is None:
            chunk = event.chunk
            if chunk.reasoning and times.first_reasoning is None:
                times.first_reasoning = event.at
            if chunk.text or chunk.delta.tool_calls:
                times.first_content = event.at
            if times.parsed_first is None and times.first_token is not None:
                times.parsed_first = lag
        if times.first_token is not None:
            times.last_token = event.at

    def _end(
        self, times: ExchangeTimes, event: ReplyCompleted | ExchangeFailed | ExchangeCancelled
    ) -> None:
        times.end = event.at
        match event:
            case ReplyCompleted():
                times.outcome = "completed"
                times.usage = event.reply.usage
                if event.timing.last_token is not None:
                    times.last_token = event.timing.last_token
            case ExchangeFailed():
                times.outcome, times.problem = "failed", str(event.error)
            case ExchangeCancelled():
                times.outcome = "cancelled"
        for tell in tuple(self._subscribers):
            tell(times)


def _begin_again(times: ExchangeTimes, event: AttemptStarted) -> None:
    times.sent, times.attempts, times.waited = event.at, event.attempt, event.waited
    times.connection = times.written = times.headers = times.status = None
