"""One exchange as it is written down while it happens. No I/O."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from client import RecordedExchange
from workbench.session.wire.exchange import Step, StepKind, WireExchange

MOST_BODY_BYTES: Final = 8 * 1024 * 1024
"""What is kept of one body; the rest is counted."""
_OVERHEAD: Final = 2048  # headers and objects of an attempt, roughly
_READ: Final = 112  # the moment and the size of a read

Mask: TypeAlias = Callable[[RecordedExchange], RecordedExchange]


class Attempt:
    """One sending: what came of it so far. Its times are seconds since it was sent."""

    def __init__(self, sent: RecordedExchange, at: float, mask: Mask) -> None:
        self.at = at
        self.open = True
        self.left_out = 0
        self._exchange = sent
        self._mask = mask
        self._body = bytearray()
        self._times = array("d")
        self._sizes = array("Q")
        self._masked = False

    @property
    def size(self) -> int:
        """Bytes of memory that it takes, roughly."""
        request = len(self._exchange.request_body or b"")
        bodies = request + len(self._exchange.body) + len(self._body)
        reads = len(self._exchange.chunks) + len(self._times)
        return bodies + reads * _READ + _OVERHEAD

    def headers(self, status: int, headers: dict[str, str], at: float) -> None:
        """The answer began."""
        self._exchange = replace(
            self._exchange, status=status, headers=headers, headers_at=at - self.at
        )

    def read(self, piece: bytes, at: float) -> None:
        """A piece of the body came."""
        room = MOST_BODY_BYTES - len(self._body)
        if len(piece) > room:
            self.left_out += len(piece) - max(room, 0)
            piece = piece[: max(room, 0)]
        if piece:
            self._times.append(at - self.at)
            self._sizes.append(len(piece))
            self._body += piece

    def end(self, at: float, error: BaseException | None) -> None:
        """It is over."""
        if self.open:
            self.open = False
            self._exchange = self._so_far().ended(at - self.at, error)
            self._body.clear()
            del self._times[:], self._sizes[:]

    def mask(self) -> None:
        """Take out of what it brought what nobody may see; heavy for large bodies."""
        if not self.open and not self._masked:
            self._exchange = self._mask(self._exchange)
            self._masked = True

    def shown(self) -> RecordedExchange:
        """It as it stands, masked."""
        if self._masked:
            return self._exchange
        return self._mask(self._so_far() if self.open else self._exchange)

    @classmethod
    def loaded(cls, exchange: RecordedExchange) -> "Attempt":
        """One of a file, masked already."""
        attempt = cls(exchange, 0.0, lambda kept: kept)
        attempt.open, attempt._masked = False, True
        return attempt

    def _so_far(self) -> RecordedExchange:
        return replace(
            self._exchange,
            body=bytes(self._body),
            chunks=tuple(zip(self._times, self._sizes, strict=True)),
        )


class Entry:
    """One exchange: its attempts and what happened beside them.

    Attributes:
        number: the client's; 0 for one out of a file.
        attempts: in their order; none yet while the first waits for a rate limit.
        closed: nothing more will come.

    """

    def __init__(
        self,
        entry_id: int,
        *,
        sent: RecordedExchange,
        at: float,
        number: int = 0,
        model: str | None = None,
        streaming: bool = False,
    ) -> None:
        self.id = entry_id
        self.number = number
        self.attempts: list[Attempt] = []
        self.closed = False
        self._sent = sent
        self._at = at
        self._model = model
        self._streaming = streaming
        self._origin = ""
        self._steps: list[Step] = []

    @classmethod
    def loaded(
        cls, entry_id: int, exchange: RecordedExchange, *, origin: str, model: str | None
    ) -> "Entry":
        """One of a file."""
        entry = cls(entry_id, sent=exchange, at=0.0, model=model)
        entry.attempts.append(Attempt.loaded(exchange))
        entry.closed = True
        entry._origin = origin
        entry._streaming = "event-stream" in exchange.headers.get("content-type", "")
        return entry

    @property
    def size(self) -> int:
        """Bytes of memory that it takes, roughly."""
        return sum(attempt.size for attempt in self.attempts) + _OVERHEAD

    def send(self, sent: RecordedExchange, at: float, mask: Mask) -> Attempt:
        """Another attempt goes out, masked; ``mask`` is for what it brings."""
        attempt = Attempt(sent, at, mask)
        self.attempts.append(attempt)
        self.closed = False
        return attempt

    def note(self, at: float, kind: StepKind, text: str) -> None:
        """Something happened beside the bytes."""
        self._steps.append(Step(at=max(0.0, at - self._at), kind=kind, text=text))

    def shown(self) -> WireExchange:
        """It as it stands, masked."""
        attempts = tuple(attempt.shown() for attempt in self.attempts) or (self._sent,)
        return WireExchange(
            id=self.id,
            source="file" if self._origin else "here",
            origin=self._origin,
            model=self._model,
            streaming=self._streaming,
            attempts=attempts,
            began=tuple(attempt.at - self._at for attempt in self.attempts) or (0.0,),
            steps=tuple(self._steps),
            open=not self.closed,
            left_out=sum(attempt.left_out for attempt in self.attempts),
            number=self.number,
        )
