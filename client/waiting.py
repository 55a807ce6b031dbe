"""The waits of one exchange for the service: bounded, and ended from outside by an error."""

import asyncio
import builtins
from collections.abc import Awaitable, Callable
from typing import TypeVar

from client.errors import (
    ConnectionError,  # noqa: A004 - ours: the design's name
    GroqError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
)
from client.ports import Clock, Timeouts
from client.watch import Watch

_T = TypeVar("_T")


class Waiting:
    """Waits for one step after the other, each within its bound and all within the whole call's.

    Aborting, and the alarm, cancel the waiting task as ``asyncio.timeout`` does, and likewise take
    the cancellation back.

    Attributes:
        aborted: the error that ended it from outside, ``None`` while none has.

    """

    def __init__(self, clock: Clock, timeouts: Timeouts) -> None:
        self._clock = clock
        self._total = timeouts.total
        self._deadline: float | None = None
        self._task: asyncio.Task[object] | None = None  # the one that waits just now
        self._watch = Watch(clock, self._expire)
        self._phase = ""  # what is overdue when it rings
        self._expired: TimeoutError | None = None
        self.aborted: GroqError | None = None

    @property
    def busy(self) -> bool:
        """Whether a task waits just now."""
        return self._task is not None

    def begin(self) -> None:
        """The call begins: its bound counts from here."""
        self._deadline = None if self._total is None else self._clock.now() + self._total

    def stop(self) -> None:
        """No more waits will come soon."""
        self._watch.stop()

    def abort(self, error: GroqError) -> None:
        """End the wait that is under way, and any to come, with ``error``; the first one counts."""
        if self.aborted is None:
            self.aborted = error
            if self._task is not None and self._expired is None:
                self._task.cancel()

    async def until(self, step: Callable[[], Awaitable[_T]], seconds: float | None) -> _T:
        """Wait for one step, no longer than the bounds allow, until aborted.

        Raises:
            GroqError: it failed, took too long, or was aborted.

        """
        if self.aborted is not None:
            raise self.aborted
        self._expired = None
        task = self._task = asyncio.current_task()
        cancellations = task.cancelling() if task else 0
        if seconds is not None or self._deadline is not None:
            self._bound(seconds)
        try:
            result = await step()
        except (asyncio.CancelledError, GroqError) as error:
            raise self._eviction(task, cancellations) or error from error.__cause__
        except builtins.TimeoutError:
            raise self._overdue(self._phase) from None
        except Exception as error:
            message = f"The request could not be carried: {type(error).__name__}."
            raise ConnectionError(message) from error
        finally:
            self._task = None
            self._watch.end()
        if eviction := self._eviction(task, cancellations):
            raise eviction
        return result

    def _bound(self, seconds: float | None) -> None:
        """Say how long the task may wait."""
        due = None if seconds is None else self._clock.now() + seconds
        self._phase = "idle"
        if self._deadline is not None and (due is None or self._deadline < due):
            self._phase, due = "total", self._deadline
        if due is not None:
            self._watch.begin(due)

    def _expire(self) -> None:
        if self._task is not None and self.aborted is None:
            self._expired = self._overdue(self._phase)
            self._task.cancel()

    def _eviction(
        self, task: "asyncio.Task[object] | None", cancellations: int
    ) -> GroqError | None:
        """The error that ends the wait, unless somebody else cancelled the task as well."""
        reason = self.aborted or self._expired
        if reason is not None and task is not None and task.cancelling() > cancellations:
            return reason if task.uncancel() <= cancellations else None
        return reason

    def _overdue(self, phase: str) -> TimeoutError:
        if phase == "total":
            message = f"The call took longer than the {self._total:g} s it was given."
        else:
            message = "The answer stalled: nothing came in time."
        return TimeoutError(message, phase=phase)
