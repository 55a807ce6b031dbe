"""An exchange as the wire log shows it: its attempts, its waits, and how it ended. No I/O."""

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from client import RecordedExchange

Source: TypeAlias = Literal["here", "file"]
StepKind: TypeAlias = Literal["connection", "wait", "retry", "attempt", "circuit", "reply", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened beside the bytes; ``at`` is seconds since the exchange began."""

    at: float
    kind: StepKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WireExchange:
    """One exchange, secrets masked.

    Attributes:
        id: its place in the log, from 1; never used twice.
        source: sent here, or read from a file.
        origin: the name of the file; "" for one that was sent here.
        model: the one it asks for, if any.
        streaming: whether a stream was asked for.
        attempts: each sending and what came of it, the last one last; never empty.
        began: for each attempt, seconds since the exchange began.
        steps: waits, retries, connections and the end, in their order.
        open: whether more may come.
        left_out: bytes of bodies that were not kept.
        number: what the client's events of it bear; 0 for one of a file.

    """

    id: int
    source: Source
    origin: str
    model: str | None
    streaming: bool
    attempts: tuple[RecordedExchange, ...]
    began: tuple[float, ...]
    steps: tuple[Step, ...]
    open: bool
    left_out: int
    number: int = 0

    @property
    def last(self) -> RecordedExchange:
        """The attempt that decided it."""
        return self.attempts[-1]

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.last.method

    @property
    def path(self) -> str:
        """The path of the address, with its query."""
        parts = urlsplit(self.last.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def endpoint(self) -> str:
        """The path without what all addresses of the API begin with."""
        return self.path.removeprefix("/openai").removeprefix("/v1")

    @property
    def status(self) -> int:
        """Of the last attempt, 0 when no answer began."""
        return self.last.status

    @property
    def duration(self) -> float | None:
        """Seconds from the first sending to the end, ``None`` while it is open, or unknown."""
        if self.open or not timed(self.last):
            return None
        return self.began[-1] + self.last.ended_at

    @property
    def received(self) -> int:
        """Bytes of the last answer's body."""
        return sum(size for _, size in self.last.chunks) or len(self.last.body)

    @property
    def failed(self) -> bool:
        """Whether it ended in an error, of the service, of the network or in the stream."""
        return bool(self.last.failure) or self.status >= 400 or b"event: error" in self.last.body


def timed(attempt: RecordedExchange) -> bool:
    """Whether anything is known of when it happened."""
    return bool(attempt.chunks) or attempt.headers_at is not None or attempt.ended_at > 0
