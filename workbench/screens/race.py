"""A race: the only place where what its session tells changes widgets."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message

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
from workbench.screens.race_watch import RaceWatch
from workbench.screens.workspace import Surroundings
from workbench.session.models import ModelCatalogue
from workbench.session.race.forecast import shortages
from workbench.session.race.race import Race
from workbench.session.race.setup import RaceSetup
from workbench.session.race.updates import RaceFinished, RaceUpdate
from workbench.session.waterfall import Painting
from workbench.visits import WaterfallWanted
from workbench.widgets.headline import Headline
from workbench.widgets.key_bar import KeyBar

_RACE: Final = "race"
_NO_LIST: Final = "The list of models did not come; what is marked can race. Esc, F7 ask again."
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
        self._unlisted = ""
        self._watch = RaceWatch(self, now=surroundings.now)

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
                self._unlisted = _NO_LIST
                self._judge()
                return
        if self._pane.display:
            self._pane.show_models(self._listed(), self._speeds())

    @on(SetupPane.Changed)
    def _setup_changed(self, event: SetupPane.Changed) -> None:
        event.stop()
        self._setup = event.setup
        self._wrong = f"{event.wrong} cannot be as it is typed." if event.wrong else ""
        self._judge()

    def _judge(self) -> None:
        """Say what stands in the way of the race, before it is run."""
        around, setup = self.surroundings, self._setup
        limits = {model: around.status.rate_limits(model) for model in setup.models}
        missing = setup.problem or self._wrong
        self._pane.show_notes(
            (missing, self._unlisted),
            shortages(setup, limits, around.now()),
            unknown=sum(known is None for known in limits.values()),
        )
        self.headline.say("Space marks two to six models; all get the same prompt")
        self.offer({"back"} if missing else {"race", "back"})

    # -- the race ---------------------------------------------------------------------------

    def action_race(self) -> None:
        """Run the race; nothing while one runs."""
        if self._watch.running:
            return
        if self._setup.problem or self._wrong:
            self._pane.take_focus()  # what is missing stands below
            return
        race = self._begin(self._setup)
        self._pane.display = False
        self._track.display = True
        self.set_focus(None)
        self.headline.say(self._setup.prompt)
        self._watch.begin(race)
        self.run_worker(self._follow(race), group=_RACE, exclusive=True)
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
            self._watch.note(update)
            self._track.show(update)
            if isinstance(update, RaceFinished):
                self._offer_keys()

    def displayed(self) -> None:
        """A frame has gone to the terminal."""
        self._track.displayed(self.surroundings.now())

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        if self._track.display:
            self.call_after_refresh(self._watch.look)
            self.call_after_refresh(self._watch.show_verdict)

    # -- commands ---------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of the race to the fields while there is none."""
        del parameters
        return action not in _OF_THE_TRACK or self._track.display

    def action_stop(self) -> None:
        """Stop all lanes; nothing where nothing runs."""
        if self._watch.race is not None:
            self._watch.race.stop()

    def action_back(self) -> None:
        """Stop what runs; else go from the figures to the setup, and from there back."""
        if self._watch.running:
            self.action_stop()
        elif self._track.display:
            self._show_setup()
        else:
            self.dismiss()

    def action_decide(self) -> None:
        """Decide by the next metric."""
        self._watch.decide()

    def action_lane(self, step: int) -> None:
        """Point at another lane; the ends do not wrap around."""
        self._watch.point(self._watch.selected + step)

    @on(TrackPane.Chosen)
    def _lane_chosen(self, event: TrackPane.Chosen) -> None:
        event.stop()
        self._watch.point(event.lane)

    def action_read(self) -> None:
        """Show the whole answer of the lane pointed at."""
        race, lane = self._watch.race, self._watch.selected
        if race is None:
            return
        answer = race.answer(lane)
        if not answer.text and not answer.reasoning:
            self.say("This lane has no answer yet.")
            return
        model = race.setup.models[lane]
        self.app.push_screen(AnswerScreen(model, answer, clipboard=self._clipboard))

    def action_waterfall(self) -> None:
        """Show where the time of the lane's last request went."""
        race, lane = self._watch.race, self._watch.selected
        exchange = race.exchange(lane) if race is not None else None
        if exchange is None:
            self.say("This lane has sent nothing yet.")
            return
        lag = self._track.lag(lane)
        painting = Painting(first=lag.first, last=lag.last) if lag else None
        self.post_message(WaterfallWanted(exchange, painting=painting))

    def action_export(self) -> None:
        """Write the race into a new file."""
        race = self._watch.race
        if race is None or not race.results:
            self.say("There is nothing to export yet.")
            return
        self.app.push_screen(
            ExportScreen(
                race,
                service=self.surroundings.service,
                begun=self._watch.begun,
                files=self._files,
            ),
            lambda path: self.say(f"Written to {path}") if path else None,
        )

    def _offer_keys(self) -> None:
        offered = {"read", "waterfall", "decide"}
        offered |= {"stop"} if self._watch.running else {"race", "back", "export"}
        self.offer(offered)

    @property
    def _pane(self) -> SetupPane:
        return self.query_one(SetupPane)

    @property
    def _track(self) -> TrackPane:
        return self.query_one(TrackPane)
