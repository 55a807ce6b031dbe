"""Keeps the last exchanges with the service whole, within a bound, secrets masked.

The bytes come from a transport around the client's own, the waits and ends from the client's
events. Nothing here touches a screen, the disk or the network.
"""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from client import (
    AdmissionDelayed,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    GroqClient,
    RecordedExchange,
    Redactor,
    Request,
    RequestSent,
    RetryScheduled,
    Transport,
    redact_exchange,
)
from workbench.session.wire.exchange import WireExchange
from workbench.session.wire.kept import Attempt, Entry
from workbench.session.wire.steps import step_of
from workbench.session.wire.tap import TappedTransport

MOST_EXCHANGES: Final = 200
MOST_BYTES: Final = 32 * 1024 * 1024
_AT_ONCE: Final = 256 * 1024  # larger bodies are searched for secrets in a thread


class WireLog:
    """The last exchanges, newest last; an observer of the client and the owner of its tap.

        log = WireLog()
        groq = GroqClient(config=config, transport=log.tap(transport))
        log.follow(groq)

    Args:
        most_exchanges: how many are kept; the oldest finished one goes first.
        most_bytes: how many bytes of bodies are kept, of all exchanges together.
        wall_time: Unix seconds, for when an exchange began.

    Attributes:
        let_go: how many exchanges were kept once and are no more.

    """

    def __init__(
        self,
        *,
        most_exchanges: int = MOST_EXCHANGES,
        most_bytes: int = MOST_BYTES,
        wall_time: Callable[[], float] = time.time,
    ) -> None:
        self._most_exchanges = most_exchanges
        self._most_bytes = most_bytes
        self._now: Callable[[], float] = time.perf_counter
        self._wall_time = wall_time
        self._redactor = Redactor()
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._by_number: dict[int, Entry] = {}
        self._subscribers: list[Callable[[int], None]] = []
        self._masking: set[asyncio.Task[None]] = set()
        self._ids = 0
        self.let_go = 0

    # -- connecting -------------------------------------------------------------------------

    def tap(self, transport: Transport) -> Transport:
        """A transport that carries what this one does, and tells the log of it."""
        return TappedTransport(transport, self._begin)

    def follow(self, groq: GroqClient) -> None:
        """Hear of the client's waits, retries and ends, by its clock."""
        self._now = groq.now
        groq.observe(self)

    def subscribe(self, tell: Callable[[int], None]) -> Callable[[], None]:
        """Have ``tell(id)`` called when an exchange changes; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    # -- what the client tells --------------------------------------------------------------

    def __call__(self, event: ClientEvent) -> None:
        """Take note of what happens beside the bytes."""
        if isinstance(event, RequestSent):
            self._ask(event)
            return
        entry = self._by_number.get(event.exchange)
        if entry is None:
            return
        step = step_of(event)
        if step is not None:
            entry.note(event.at, step[0], self._redactor.text(step[1]))
            if isinstance(event, AdmissionDelayed | RetryScheduled):
                entry.closed = False
            elif isinstance(event, ExchangeFailed | ExchangeCancelled):
                entry.closed = True
            self._changed(entry)

    def _ask(self, event: RequestSent) -> None:
        sent = RecordedExchange(
            method=event.method,
            url=event.url,
            started_at=self._wall_time(),
            request_headers=event.headers,
            request_body=event.body,
        )
        self._by_number[event.exchange] = entry = Entry(
            self._next_id(),
            sent=self._masked(sent),
            at=event.at,
            number=event.exchange,
            model=event.model,
            streaming=event.streaming,
        )
        self._entries[entry.id] = entry
        self._changed(entry)

    # -- what the tap tells -----------------------------------------------------------------

    def _begin(self, request: Request) -> "_Line":
        self._redactor.learn_from(request.headers)
        at = self._now()
        sent = self._masked(
            RecordedExchange(
                method=request.method,
                url=request.url,
                started_at=self._wall_time(),
                request_headers=request.headers,
                request_body=request.shown_body,
            )
        )
        entry = self._by_number.get(request.exchange)
        if entry is None:  # nobody observes the client that sends it
            entry = Entry(
                self._next_id(), sent=sent, at=at, model=request.model, streaming=request.streaming
            )
            self._entries[entry.id] = entry
        # A model can only repeat, piece by piece, a key that it was told.
        told = self._redactor.finds(request.shown_body or b"")
        attempt = entry.send(sent, at, self._masked_through if told else self._masked)
        self._changed(entry)
        return _Line(
            attempt, now=self._now, changed=lambda: self._changed(entry), over=self._over(entry)
        )

    def _over(self, entry: Entry) -> Callable[[Attempt], None]:
        def over(attempt: Attempt) -> None:
            entry.closed = True  # unless a retry is scheduled after it
            if attempt.size <= _AT_ONCE:
                attempt.mask()
            else:
                masking = asyncio.ensure_future(asyncio.to_thread(attempt.mask))
                self._masking.add(masking)
                masking.add_done_callback(self._masking.discard)
            self._trim()
            self._changed(entry)

        return over

    # -- what a screen asks -----------------------------------------------------------------

    @property
    def exchanges(self) -> tuple[WireExchange, ...]:
        """All that are kept, the oldest first; the bodies of finished ones are not copied."""
        return tuple(entry.shown() for entry in self._entries.values())

    def get(self, exchange_id: int) -> WireExchange | None:
        """The exchange of this id, ``None`` when it is not kept any more."""
        entry = self._entries.get(exchange_id)
        return None if entry is None else entry.shown()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes that are kept, roughly."""
        return sum(entry.size for entry in self._entries.values())

    async def load_many(
        self, exchanges: Iterable[RecordedExchange], *, origin: str
    ) -> tuple[int, ...]:
        """Take in exchanges of a file, which may be megabytes; gives their ids."""
        masked = await asyncio.to_thread(lambda: [self._masked(each) for each in exchanges])
        return self._take_in(masked, origin)

    def load(self, exchanges: Iterable[RecordedExchange], *, origin: str) -> tuple[int, ...]:
        """Take in a few exchanges of a file, masked too; gives their ids."""
        return self._take_in(map(self._masked, exchanges), origin)

    def _take_in(self, masked: Iterable[RecordedExchange], origin: str) -> tuple[int, ...]:
        ids = []
        for exchange in masked:
            entry = Entry.loaded(
                self._next_id(), exchange, origin=origin, model=_model_of(exchange.request_body)
            )
            self._entries[entry.id] = entry
            ids.append(entry.id)
        self._trim()
        for entry_id in ids[-1:]:
            self._changed(self._entries[entry_id])
        return tuple(entry_id for entry_id in ids if entry_id in self._entries)

    def forget(self) -> None:
        """Let go of everything that is over."""
        for entry in [entry for entry in self._entries.values() if entry.closed]:
            self._drop(entry)
        self.let_go = 0

    def _masked(self, exchange: RecordedExchange) -> RecordedExchange:
        return redact_exchange(exchange, self._redactor)

    def _masked_through(self, exchange: RecordedExchange) -> RecordedExchange:
        """Masked also where a secret comes in pieces over many events."""
        masked = self._masked(exchange)
        return replace(masked, body=self._redactor.event_stream(masked.body))

    def _changed(self, entry: Entry) -> None:
        for tell in tuple(self._subscribers):
            tell(entry.id)

    def _next_id(self) -> int:
        self._ids += 1
        return self._ids

    def _trim(self) -> None:
        size = self.size
        finished = [entry for entry in self._entries.values() if entry.closed]
        for entry in finished[:-1]:  # the newest stays, whatever its size
            if len(self._entries) <= self._most_exchanges and size <= self._most_bytes:
                return
            size -= entry.size
            self._drop(entry)
            self.let_go += 1

    def _drop(self, entry: Entry) -> None:
        del self._entries[entry.id]
        self._by_number.pop(entry.number, None)


class _Line:
    """Takes down what one attempt brings."""

    def __init__(
        self,
        attempt: Attempt,
        *,
        now: Callable[[], float],
        changed: Callable[[], None],
        over: Callable[[Attempt], None],
    ) -> None:
        self._attempt = attempt
        self._now = now
        self._changed = changed
        self._over = over

    def headers(self, status: int, headers: Mapping[str, str]) -> None:
        """The answer began."""
        self._attempt.headers(status, dict(headers), self._now())
        self._changed()

    def read(self, piece: bytes) -> None:
        """A piece of the body came."""
        self._attempt.read(piece, self._now())
        self._changed()

    def end(self, error: BaseException | None) -> None:
        """It is over."""
        if self._attempt.open:
            self._attempt.end(self._now(), error)
            self._over(self._attempt)


def _model_of(body: bytes | None) -> str | None:
    try:
        model = json.loads(body or b"null").get("model")
    except (ValueError, AttributeError, RecursionError):
        return None
    return model if isinstance(model, str) else None
