"""Waiting for a rate limit: a queue per model, let in one by one at the time it is due."""

import asyncio
import builtins
import math
from collections.abc import Callable
from typing import Final, TypeAlias

from client.errors import RateLimitError, RequestTooLargeError
from client.events import AdmissionDelayed, ClientEvent
from client.ports import Clock, Cost, Request
from client.resilience.buckets import LABELS
from client.resilience.rate_limit import (
    Admitted,
    Queued,
    RateLimiter,
    Ticket,
    TooLarge,
    TooLong,
)

Tell: TypeAlias = Callable[[ClientEvent], None]

_GROWN: Final = 0.5  # seconds by which a wait is told anew


class Admission:
    """The queue before the rate limits of one model.

    Of those that wait, the head alone has a timer. Whoever leaves, by being cancelled at whatever
    moment, gives back what it held, and the others move up.
    """

    def __init__(self, model: str, clock: Clock, tell: Tell) -> None:
        self.limiter = RateLimiter()
        self._model = model
        self._clock = clock
        self._tell = tell
        self._waiting: dict[Ticket, _Waiter] = {}

    async def enter(
        self, request: Request, cost: Cost, patience: float | None
    ) -> tuple[Ticket, float]:
        """Wait until the request may be sent, for at most ``patience`` seconds.

        Returns its reservation, and for how long it waited.

        Raises:
            RateLimitError: it would take longer; nothing was waited for, or no longer.
            RequestTooLargeError: it is larger than a limit.

        """
        begun = now = self._clock.now()
        decision = self.limiter.admit(cost, now=begun, patience=patience)
        if isinstance(decision, Queued):
            decision = await self._wait(decision, request.exchange)
            now = self._clock.now()
        match decision:
            case Admitted(ticket=ticket):
                return ticket, max(0.0, now - begun)
            case TooLarge():
                raise _too_large(decision, self._model)
            case TooLong():
                raise _too_long(decision, self._model)

    def changed(self) -> None:
        """Let in who can be let in by now, and have the head look at the time anew."""
        if not self._waiting:
            return
        for decision in self.limiter.advance(self._clock.now()):
            waiter = self._waiting[decision.ticket]
            waiter.decision = decision
            waiter.wake()
        head = self.limiter.head
        if head is not None:
            self._waiting[head].wake()

    async def _wait(self, place: Queued, exchange: int) -> Admitted | TooLong | TooLarge:
        ticket = place.ticket
        waiter = self._waiting[ticket] = _Waiter()
        told = -math.inf  # when it was said to end
        try:
            while waiter.decision is None:
                due = self._clock.now() + place.seconds
                if due > told + _GROWN:
                    told = due
                    self._tell(self._delayed(place, exchange))
                await self._news(waiter, place)
                place = self.limiter.place(ticket, self._clock.now()) or place
        except BaseException:
            del self._waiting[ticket]
            self.limiter.refund(ticket, self._clock.now())
            self.changed()
            raise
        del self._waiting[ticket]
        return waiter.decision

    async def _news(self, waiter: "_Waiter", place: Queued) -> None:
        """Wait until something has changed; for the head, that is also its time."""
        waiter.news = asyncio.get_running_loop().create_future()
        seconds = place.seconds if place.position == 1 else None
        try:
            async with self._clock.timeout(seconds):
                await waiter.news
        except builtins.TimeoutError:
            self.changed()

    def _delayed(self, place: Queued, exchange: int) -> AdmissionDelayed:
        dimension = place.dimension
        return AdmissionDelayed(
            exchange=exchange,
            at=self._clock.now(),
            model=self._model,
            reason=LABELS[dimension] if dimension else "as the service asked",
            dimension=dimension or "",
            seconds=place.seconds,
            position=place.position,
        )


class _Waiter:
    """One that waits: what it sleeps on, and what was decided about it meanwhile."""

    def __init__(self) -> None:
        self.news: asyncio.Future[None] | None = None
        self.decision: Admitted | TooLong | TooLarge | None = None

    def wake(self) -> None:
        if self.news is not None and not self.news.done():
            self.news.set_result(None)


def _too_long(refusal: TooLong, model: str) -> RateLimitError:
    limit = LABELS[refusal.dimension] if refusal.dimension else "as the service asked"
    return RateLimitError(
        f"Not sent: the rate limit of {model} ({limit}) has room in {refusal.seconds:.1f} s, "
        "which is longer than this call may wait.",
        retry_after=refusal.seconds,
    )


def _too_large(refusal: TooLarge, model: str) -> RequestTooLargeError:
    excess = refusal.needed - refusal.limit
    return RequestTooLargeError(
        f"Not sent: it takes about {refusal.needed:,.0f} of the {LABELS[refusal.dimension]} of "
        f"{model}, whose limit is {refusal.limit:,.0f}: {excess:,.0f} too many. Shorten the "
        "messages or lower max_completion_tokens."
    )
