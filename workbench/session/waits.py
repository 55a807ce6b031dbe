"""What the client waits for before it sends, for whoever shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from client import (
    AdmissionDelayed,
    AttemptStarted,
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    HeadersReceived,
    RetryScheduled,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A request that waits before it is sent, or sent again.

    Attributes:
        title: what is waited for, in a few words.
        reason: why.
        until: when it goes on, on the client's monotonic clock, as things stand.

    """

    title: str
    reason: str
    until: float


class Waits:
    """An observer of the client that tells of every wait, and when it is over."""

    def __init__(self) -> None:
        self._waiting: set[int] = set()
        self._subscribers: list[Callable[[Wait | None], None]] = []

    def __call__(self, event: ClientEvent) -> None:
        """Take note of waits that begin and end."""
        match event:
            case AdmissionDelayed():
                self._waiting.add(event.exchange)
                self._tell(_for_a_limit(event))
            case RetryScheduled():
                self._waiting.add(event.exchange)
                self._tell(_to_retry(event))
            case AttemptStarted() | HeadersReceived() | ExchangeFailed() | ExchangeCancelled():
                if event.exchange in self._waiting:
                    self._waiting.discard(event.exchange)
                    self._tell(None)

    def subscribe(self, tell: Callable[[Wait | None], None]) -> Callable[[], None]:
        """Have ``tell`` called with each wait, and with ``None`` when it is over.

        Call the result to end that.
        """
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def _tell(self, wait: Wait | None) -> None:
        for tell in tuple(self._subscribers):
            tell(wait)


def _for_a_limit(event: AdmissionDelayed) -> Wait:
    place = f" {event.position - 1} before it." if event.position > 1 else ""
    return Wait(
        title="Waiting for the rate limit",
        reason=f"There is not enough left of the {event.reason}.{place}",
        until=event.at + event.seconds,
    )


def _to_retry(event: RetryScheduled) -> Wait:
    return Wait(
        title=f"Asking again, {event.attempt} of {event.attempts}",
        reason=f"{event.reason[:1].upper()}{event.reason[1:]}.",
        until=event.at + event.delay,
    )
