"""One alarm for all the waits of an exchange, however many there are."""

from collections.abc import Callable
from typing import Final

from client.ports import Alarm, Clock

_EARLY_SECONDS: Final = 1e-3  # an alarm may ring a little before its time


class Watch:
    """Calls ``overdue`` when what waits has waited for too long.

    A stream waits for each of its reads. Setting an alarm for each costs more than the read
    itself, so it is set once, and put off when it rings before its time.
    """

    def __init__(self, clock: Clock, overdue: Callable[[], None]) -> None:
        self._clock = clock
        self._overdue = overdue
        self._alarm: Alarm | None = None
        self._rings_at = 0.0
        self._due: float | None = None

    def begin(self, due: float) -> None:
        """Something waits, and may do so until ``due`` by the clock."""
        self._due = due
        if self._alarm is None or due < self._rings_at:
            self.stop()
            self._set(due)

    def end(self) -> None:
        """It waits no longer."""
        self._due = None

    def stop(self) -> None:
        """Nothing will wait soon."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _set(self, due: float) -> None:
        self._rings_at = due
        self._alarm = self._clock.call_later(max(0.0, due - self._clock.now()), self._ring)

    def _ring(self) -> None:
        self._alarm = None
        due = self._due
        if due is None:
            return
        if due - self._clock.now() > _EARLY_SECONDS:
            self._set(due)
        else:
            self._overdue()
