"""The race itself: figures above, answers that stream below, and the verdict."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.neutralise import neutralise
from workbench.session.problems import Problem
from workbench.session.race.board import Board
from workbench.session.race.results import LaneResult
from workbench.session.race.updates import (
    LaneFinished,
    LaneLeft,
    LaneTextArrived,
    RaceUpdate,
    RoundBegan,
)
from workbench.widgets.ground import GroundVertical
from workbench.widgets.race.scoreboard import Scoreboard
from workbench.widgets.race.tail import Kind
from workbench.widgets.race.tracks import Tracks
from workbench.widgets.transcript import ScreenLag


class TrackPane(GroundVertical):
    """``show`` it the race's updates and ``show_board`` its figures; posts ``Chosen``."""

    class Chosen(Message):
        """A lane was clicked."""

        def __init__(self, lane: int) -> None:
            super().__init__()
            self.lane = lane

    def compose(self) -> ComposeResult:
        """What is going on, figures, answers, verdict."""
        yield Static(id="race-progress")
        yield Scoreboard(id="race-board")
        yield Static(id="race-rule")
        yield Tracks(id="race-tracks")
        yield Static(id="race-verdict")

    # -- what the screen calls --------------------------------------------------------------

    def begin(self, lanes: int) -> None:
        """Show a race of so many lanes that has not begun."""
        self._tracks.begin(lanes)
        self.show_verdict(())

    def lag(self, lane: int) -> ScreenLag | None:
        """How long a lane's last answer took from its arrival to the terminal."""
        return self._tracks.lag(lane)

    def displayed(self, now: float) -> None:
        """A frame has gone to the terminal."""
        self._tracks.displayed(now)

    def show(self, update: RaceUpdate) -> None:
        """Show what happened in the race."""
        match update:
            case RoundBegan():
                for lane in update.order:
                    self._tracks.clear(lane)
            case LaneTextArrived():
                kind: Kind = "reasoning" if update.reasoning else "answer"
                self._tracks.add(update.lane, update.text, kind, at=update.at)
            case LaneFinished():
                self._end(update.result)
            case LaneLeft():
                self._tracks.add(update.lane, f"\n{update.reason}: out of the race.", "note")
            case _:
                pass  # the screen tells it in words

    def show_board(self, board: Board, *, selected: int | None) -> None:
        """Show the figures of this moment."""
        self.query_one(Scoreboard).show(board, selected=selected)

    def show_progress(self, said: Content) -> None:
        """Say what is going on."""
        # its height never changes, and a layout of the screen would cost more than the line
        self.query_one("#race-progress", Static).update(said, layout=False)

    def show_verdict(self, lines: tuple[Content, ...]) -> None:
        """Say who is faster, as far as anybody can tell."""
        verdict = self.query_one("#race-verdict", Static)
        verdict.display = bool(lines)
        verdict.update(Content("\n").join(lines))

    # -- inside -----------------------------------------------------------------------------

    @property
    def _tracks(self) -> Tracks:
        return self.query_one(Tracks)

    def _end(self, result: LaneResult) -> None:
        if result.problem is not None:
            self._tracks.add(result.lane, told(result.problem), "problem")
        elif result.end == "stopped":
            self._tracks.add(result.lane, "\n■ Stopped", "note")
        elif result.finish_reason == "length":
            self._tracks.add(result.lane, "\n■ Cut by the longest answer", "note")

    @on(Tracks.Chosen)
    @on(Scoreboard.Chosen)
    def _chosen(self, event: Tracks.Chosen | Scoreboard.Chosen) -> None:
        event.stop()
        self.post_message(self.Chosen(event.lane))


def told(problem: Problem) -> str:
    """What happened to a lane, what to do, and that the others go on."""
    parts = (f"✗ {problem.title}", problem.explanation, problem.advice)
    return "\n" + "\n".join(neutralise(part).strip() for part in parts if part)
