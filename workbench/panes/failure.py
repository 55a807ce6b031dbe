"""A failure in the conversation: what happened, counting down to when it may be asked again."""

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from workbench.panes.notices import notice, wait_of
from workbench.session.problems import Problem
from workbench.widgets.transcript import NoticeEntry


class Failure:
    """A notice that keeps itself up to date until ``close``; it ticks only while there is a wait.

    Attributes:
        model: which one failed; another need not wait.
        entry: what the conversation shows.

    """

    def __init__(
        self, problem: Problem, *, model: str | None, owner: Widget, now: Callable[[], float]
    ) -> None:
        self.model = model
        self.entry = NoticeEntry("error" if problem.retry_at is None else "warning")
        self._problem = problem
        self._owner = owner
        self._now = now
        self._timer: Timer | None = None
        self._tell()

    @property
    def wait(self) -> float:
        """Seconds until it may be asked again."""
        return wait_of(self._problem, self._now())

    def close(self) -> None:
        """Something else was asked: keep what happened, without the keys that no longer apply."""
        if self._timer is not None:
            self._timer.stop()
        self.entry.update(self._problem.title, self._problem.explanation)

    def _tell(self) -> None:
        now = self._now()
        self.entry.update(*notice(self._problem, now))
        wait = wait_of(self._problem, now)
        if wait > 0:
            self._timer = self._owner.set_timer(max(wait % 1.0, 0.05), self._tell)
