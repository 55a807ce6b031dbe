"""A race: the only place where what its session tells changes widgets."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker

from client import GroqError
from workbench.commands.command import Command, bindings
from workbench.commands.race import COVERING, FIGURES, RACE
from workbench.messages import Outbox
from workbench.panes.race.setup import SetupPane
from workbench.panes.race.track import TrackPane
from workbench.ports import Clipboard, FileMaker
from workbench.screens.covering import Covering
from workbench.screens.help import Section
from workbench.screens.race_answer import AnswerScreen
from workbench.screens.race_export import ExportScreen
from workbench.screens.race_progress import Progress, progress, short_names, verdicts
from workbench.screens.workspace import Surroundings
from workbench.session.models import ModelCatalogue
from workbench.session.race.board import board
from workbench.session.race.forecast import shortages
from workbench.session.race.race import Race
from workbench.session.race.results import DECISIVE, Metric
from workbench.session.race.setup import RaceSetup
from workbench.session.race.updates import (
    LinedUp,
    RaceFinished,
    RaceUpdate,
    RoundBegan,
    RoundDelayed,
    RoundFinished,
)
from workbench.session.waterfall import Painting
from workbench.visits import WaterfallWanted
from workbench.widgets.headline import Headline
from workbench.widgets.key_bar import KeyBar

_RACE: Final = "race"
_PAUSE: Final = 0.125
"""Seconds between two looks at the figures of a race that runs."""
_OF_THE_TRACK: Final = frozenset({"stop", "decide", "export", "lane", "read", "waterfall"})


class RaceUpdated(Message):
    """The race went on, by these steps."""

    def __init__(self, updates: tuple[RaceUpdate, ...]) -> None:
        super().__init__()
        self.updates = updates


class RaceScreen(Covering):
    """First what is to be raced, then the race.

    Args:
        begin: makes a race of a setup.
        speeds: tokens per second as measured here, by model.
        files: where a race is written down.

    """

    OFFERS: ClassVar[tuple[Command, ...]] = (*RACE, *COVERING)
    CSS_PATH: ClassVar = ["../workbench.tcss", "../race.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(RACE))

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        setup: RaceSetup,
        begin: Callable[[RaceSetup], Race],
        models: ModelCatalogue,
        speeds: Callable[[], Mapping[str, float]],
        files: FileMaker,
        clipboard: Clipboard | None = None,
    ) -> None:
        super().__init__(surroundings)
        self._setup = setup
        self._begin = begin
        self._models = models
        self._speeds = speeds
        self._files = files
        self._clipboard = clipboard
        self._wrong = ""
        self._race: Race | None = None
        self._at = Progress()
        self._begun = datetime.now().astimezone()
        self._since = 0.0
        self._metric: Metric = DECISIVE[0]
        self._selected = 0
        self._timer: Timer | None = None
        self._runner: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """Title, setup or race, keys."""
        yield Headline("Race", self.surroundings.service, id="headline")
        yield SetupPane(self._setup, id="race-setup")
        yield TrackPane(id="race-track")
        yield KeyBar(self.OFFERS, id="race-keys")

    def on_mount(self) -> None:
        """Begin with the setup."""
        self._show_setup()
        self.run_worker(self._list_models(), name="models")

    @property
    def help_sections(self) -> Sequence[Section]:
        """What the figures mean."""
        return (("Figures", FIGURES),)

    # -- the setup --------------------------------------------------------------------------

    def _show_setup(self) -> None:
        self._track.display = False
        self._pane.display = True
        self._pane.show_models(self._listed(), self._speeds())
        self._pane.take_focus()
        self._judge()

    def _listed(self) -> tuple[str, ...]:
        """The models, those with the most room first: the smallest write no answers at all."""
        roomy = sorted(self._models.chat_models, key=lambda model: -(model.context_window or 0))
        return tuple(model.id for model in roomy)

    async def _list_models(self) -> None:
        if not self._models.models:
            try:
                await self._models.refresh()
            except GroqError:
                self._judge("The list of models did not come; what is marked can race. Esc, F7 ask again.")
                return
        if self._pane.display:
            self._pane.show_models(self._listed(), self._speeds())

    @on(SetupPane.Changed)
    def _setup_changed(self, event: SetupPane.Changed) -> None:
        event.stop()
        self._setup = event.setup
        self._wrong = f"{event.wrong} cannot be as it is typed." if event.wrong else ""
        self._judge()

    def _judge(self, problem: str = "") -> None:
        """Say what stands in the way of the race, before it is run."""
        around, setup = self.surroundings, self._setup
        limits = {model: around.status.rate_limits(model) for model in setup.models}
        missing = setup.problem or self._wrong
        self._pane.show_notes(problem or missing, shortages(setup, limits, around.now()))
        self.headline.say("Space marks two to six models; all get the same prompt")
        self.offer({"back"} if missing else {"race", "back"})

    # -- the race ---------------------------------------------------------------------------

    def action_race(self) -> None:
        """Run the race; nothing while one runs."""
        if self._runner is not None:
            return
        if self._setup.problem or self._wrong:
            self._pane.take_focus()  # what is missing stands below
            return
        self._race = race = self._begin(self._setup)
        self._at, self._begun = Progress(), datetime.now().astimezone()
        self._since = self.surroundings.now()
        self._selected = min(self._selected, len(self._setup.models) - 1)
        self._pane.display = False
        self._track.display = True
        self._track.begin(len(self._setup.models))
        self.set_focus(None)
        self.headline.say(self._setup.prompt)
        self._runner = self.run_worker(self._follow(race), group=_RACE, exclusive=True)
        self._timer = self.set_interval(_PAUSE, self._look)
        self._look()
        self._offer_keys()

    async def _follow(self, race: Race) -> None:
        outbox = Outbox[RaceUpdate](lambda updates: self.post_message(RaceUpdated(updates)))
        try:
            async with aclosing(race.run()) as updates:
                async for update in updates:
                    outbox.put(update)
        finally:
            outbox.flush()

    @on(RaceUpdated)
    def _race_updated(self, event: RaceUpdated) -> None:
        event.stop()
        for update in event.updates:
            self._note(update)
            self._track.show(update)

    def _note(self, update: RaceUpdate) -> None:
        match update:
            case LinedUp():
                self._at = replace(self._at, lined_up=True)
            case RoundDelayed():
                self._at = replace(self._at, delayed=update)
            case RoundBegan():
                self._at = replace(self._at, delayed=None)
            case RoundFinished():
                self._at = replace(self._at, starts_within=update.starts_within)
                self._show_verdict()
            case RaceFinished():
                self._finish(stopped=update.stopped)
            case _:
                pass

    def _finish(self, *, stopped: bool) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._runner = None
        self._at = replace(self._at, finished=True, stopped=stopped, delayed=None)
        self._look()
        self._show_verdict()
        self._offer_keys()

    def _look(self) -> None:
        """Show the figures of this moment."""
        if self._race is None:
            return
        now = self.surroundings.now()
        self._at = replace(self._at, elapsed=now - self._since)
        self._show_board()
        self._track.show_progress(
            progress(self._race, self._at, now=now, width=self.size.width - 2)
        )

    def _show_board(self) -> None:
        if self._race is not None:
            self._track.show_board(board(self._race, self._metric), selected=self._selected)

    def _show_verdict(self) -> None:
        if self._race is not None:
            names = short_names(self._race.setup.models)
            tall = self.size.height >= 32
            self._track.show_verdict(verdicts(self._race, self._metric, names, every=tall))

    def displayed(self) -> None:
        """A frame has gone to the terminal."""
        self._track.displayed(self.surroundings.now())

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        if self._race is not None and self._track.display:
            self.call_after_refresh(self._look)
            self.call_after_refresh(self._show_verdict)

    # -- commands ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of the race to the fields while there is none."""
        del parameters
        return action not in _OF_THE_TRACK or self._track.display

    def action_stop(self) -> None:
        """Stop all lanes; nothing where nothing runs."""
        if self._race is not None and self._runner is not None:
            self._race.stop()

    def action_back(self) -> None:
        """Stop what runs; else go from the figures to the setup, and from there back."""
        if self._runner is not None:
            self.action_stop()
        elif self._track.display:
            self._show_setup()
        else:
            self.dismiss()

    def action_decide(self) -> None:
        """Decide by the next metric."""
        self._metric = DECISIVE[(DECISIVE.index(self._metric) + 1) % len(DECISIVE)]
        self._show_board()
        self._show_verdict()

    def action_lane(self, step: int) -> None:
        """Point at another lane; the ends do not wrap around."""
        self._point(self._selected + step)

    @on(TrackPane.Chosen)
    def _lane_chosen(self, event: TrackPane.Chosen) -> None:
        event.stop()
        self._point(event.lane)

    def _point(self, lane: int) -> None:
        if self._race is not None:
            self._selected = min(max(lane, 0), len(self._race.setup.models) - 1)
            self._show_board()

    def action_read(self) -> None:
        """Show the whole answer of the lane pointed at."""
        if self._race is None:
            return
        answer = self._race.answer(self._selected)
        if not answer.text and not answer.reasoning:
            self.say("This lane has no answer yet.")
            return
        model = self._race.setup.models[self._selected]
        self.app.push_screen(AnswerScreen(model, answer, clipboard=self._clipboard))

    def action_waterfall(self) -> None:
        """Show where the time of the lane's last request went."""
        exchange = self._race.exchange(self._selected) if self._race else None
        if exchange is None:
            self.say("This lane has sent nothing yet.")
            return
        lag = self._track.lag(self._selected)
        painting = Painting(first=lag.first, last=lag.last) if lag else None
        self.post_message(WaterfallWanted(exchange, painting=painting))

    def action_export(self) -> None:
        """Write the race into a new file."""
        if self._race is None or not self._race.results:
            self.say("There is nothing to export yet.")
            return
        self.app.push_screen(
            ExportScreen(
                self._race,
                service=self.surroundings.service,
                begun=self._begun,
                files=self._files,
            ),
            lambda path: self.say(f"Written to {path}") if path else None,
        )

    def _offer_keys(self) -> None:
        offered = {"read", "waterfall", "decide"}
        offered |= {"stop"} if self._runner is not None else {"race", "back", "export"}
        self.offer(offered)

    @property
    def _pane(self) -> SetupPane:
        return self.query_one(SetupPane)

    @property
    def _track(self) -> TrackPane:
        return self.query_one(TrackPane)
