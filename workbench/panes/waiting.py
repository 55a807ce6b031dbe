"""A wait in the conversation: what for, counting down, and how to end it."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from workbench.session.waits import Wait
from workbench.widgets.figures import countdown
from workbench.widgets.transcript import NoticeEntry


class Waiting:
    """A notice that counts down until ``close``."""

    def __init__(self, wait: Wait, *, owner: Widget, now: Callable[[], float]) -> None:
        self.entry = NoticeEntry("information")
        self._wait = wait
        self._owner = owner
        self._now = now
        self._timer: Timer | None = None
        self._tell()

    def close(self) -> None:
        """Count no more."""
        if self._timer is not None:
            self._timer.stop()

    def _tell(self) -> None:
        left = max(0.0, self._wait.until - self._now())
        when = f" · {countdown(left)}" if left > 0 else ""
        self.entry.update(f"{self._wait.title}{when}", f"{self._wait.reason}\nEsc stops waiting")
        if left > 0:
            self._timer = self._owner.set_timer(max(left % 1.0, 0.05), self._tell)
