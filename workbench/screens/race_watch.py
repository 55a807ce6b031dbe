"""Watches a race's figures while it runs, and keeps what a person wants to see of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from textual.screen import Screen
from textual.timer import Timer

from workbench.panes.race.track import TrackPane
from workbench.screens.race_progress import Progress, progress, short_names, verdicts
from workbench.session.race.board import board
from workbench.session.race.race import Race
from workbench.session.race.results import DECISIVE, Metric
from workbench.session.race.updates import (
    LinedUp,
    RaceFinished,
    RaceUpdate,
    RoundBegan,
    RoundDelayed,
    RoundFinished,
)

_PAUSE: Final = 0.125
"""Seconds between two looks at the figures of a race that runs."""
_TALL: Final = 32
"""Lines from which there is room for the verdict by every metric."""


class RaceWatch:
    """Shows the figures of a race on its pane; looks at them only while it runs.

    Attributes:
        race: the one on the pane, ``None`` before the first.
        begun: when it was begun, by the wall clock.
        selected: the lane pointed at.
        running: whether it runs.

    """

    def __init__(self, screen: Screen[None], *, now: Callable[[], float]) -> None:
        self.race: Race | None = None
        self.begun = datetime.now().astimezone()
        self.selected = 0
        self.running = False
        self._screen = screen
        self._now = now
        self._at = Progress()
        self._since = 0.0
        self._metric: Metric = DECISIVE[0]
        self._timer: Timer | None = None

    @property
    def finished(self) -> bool:
        """Whether all that was told of the race has been shown."""
        return self._at.finished

    def begin(self, race: Race) -> None:
        """Show a race that begins now."""
        lanes = len(race.setup.models)
        self.race, self.running = race, True
        self.begun, self._since = datetime.now().astimezone(), self._now()
        self.selected = min(self.selected, lanes - 1)
        self._at = Progress()
        self._track.begin(lanes)
        self._timer = self._screen.set_interval(_PAUSE, self.look)
        self.look()

    def note(self, update: RaceUpdate) -> None:
        """Take note of how far it is."""
        match update:
            case LinedUp():
                self._at = replace(self._at, lined_up=True)
            case RoundDelayed():
                self._at = replace(self._at, delayed=update)
            case RoundBegan():
                self._at = replace(self._at, delayed=None)
            case RoundFinished():
                self._at = replace(self._at, starts_within=update.starts_within)
                self.show_verdict()
            case RaceFinished():
                self._finish(stopped=update.stopped)
            case _:
                pass

    def _finish(self, *, stopped: bool) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer, self.running = None, False
        elapsed = self._now() - self._since
        self._at = replace(self._at, finished=True, stopped=stopped, delayed=None, elapsed=elapsed)
        self.look()
        self.show_verdict()

    def decide(self) -> None:
        """Decide by the next metric."""
        self._metric = DECISIVE[(DECISIVE.index(self._metric) + 1) % len(DECISIVE)]
        self._show_board()
        self.show_verdict()

    def point(self, lane: int) -> None:
        """Point at a lane; beyond the ends, at the last one there."""
        if self.race is not None:
            self.selected = min(max(lane, 0), len(self.race.setup.models) - 1)
            self._show_board()

    def look(self) -> None:
        """Show the figures of this moment."""
        if self.race is None:
            return
        now = self._now()
        if not self._at.finished:
            self._at = replace(self._at, elapsed=now - self._since)
        self._show_board()
        width = self._screen.size.width - 2
        self._track.show_progress(progress(self.race, self._at, now=now, width=width))

    def show_verdict(self) -> None:
        """Say who is faster, by every metric where there is room."""
        if self.race is not None:
            names = short_names(self.race.setup.models)
            every = self._screen.size.height >= _TALL
            self._track.show_verdict(verdicts(self.race, self._metric, names, every=every))

    def _show_board(self) -> None:
        if self.race is not None:
            self._track.show_board(board(self.race, self._metric), selected=self.selected)

    @property
    def _track(self) -> TrackPane:
        return self._screen.query_one(TrackPane)
