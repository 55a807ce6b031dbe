"""Watches an answer's figures while it runs."""

from collections.abc import Callable
from typing import Final

from textual.screen import Screen
from textual.timer import Timer

from workbench.session.chat import ChatSession
from workbench.widgets.status_bar import StatusBar

_PAUSE: Final = 0.25
"""Seconds between two looks at a running answer's figures."""
_EAGER: Final = 0.05
"""The same while the first token is awaited, for a moment: it is what everyone looks at."""
_MOMENT: Final = 2.0


class AnswerWatch:
    """Shows the figures of the session's answer; looks at them only while it runs."""

    def __init__(
        self, screen: Screen[None], chat: ChatSession, *, now: Callable[[], float]
    ) -> None:
        self._screen = screen
        self._chat = chat
        self._now = now
        self._since: float | None = None
        self._timer: Timer | None = None

    @property
    def running(self) -> bool:
        """Whether an answer runs."""
        return self._since is not None

    def begin(self) -> None:
        """A question is on its way."""
        self._since = self._now()
        self._look_again()

    def look(self) -> None:
        """Show the figures of this moment."""
        latency = self._chat.latency
        waiting = latency is None or latency.time_to_first_token is None
        self._screen.query_one(StatusBar).show_latency(
            latency, waiting_since=self._since if waiting else None
        )

    def _look_again(self) -> None:
        self.look()
        since, latency = self._since, self._chat.latency
        if since is None:
            return
        waiting = latency is None or latency.time_to_first_token is None
        eager = waiting and self._now() - since < _MOMENT
        self._timer = self._screen.set_timer(_EAGER if eager else _PAUSE, self._look_again)

    def finish(self) -> None:
        """The answer is over: look once more, then rest."""
        if self._timer is not None:
            self._timer.stop()
        self._since = self._timer = None
        self.look()
