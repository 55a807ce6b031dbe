"""What every workspace is: title and tabs, a body of its own, status, keys, common commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from client import RateLimits
from workbench.commands.command import Command, bindings
from workbench.commands.everywhere import EVERYWHERE
from workbench.messages import LimitsUpdated, OngoingChanged
from workbench.places import PlaceName, next_place
from workbench.ports import Clipboard
from workbench.screens.copying import Copied, copy
from workbench.screens.help import HelpScreen, Section
from workbench.session.latency import Latency
from workbench.session.ongoing import Ongoing
from workbench.session.service import Service
from workbench.session.status import ServiceStatus
from workbench.themes import DARK, LIGHT
from workbench.visits import RaceWanted, WaterfallWanted, WorkspaceWanted
from workbench.widgets.ground import Ground, GroundHorizontal
from workbench.widgets.key_bar import KeyBar
from workbench.widgets.status_bar import StatusBar
from workbench.widgets.title_bar import TitleBar
from workbench.widgets.transcript import ScreenLag


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every workspace shows around its own body.

    ``now`` is the client's monotonic clock in seconds; ``model`` names the chat's model, and
    ``latency`` gives the figures of its running or last answer, ``None`` before the first;
    ``clipboard`` is the desktop's, without one text is only sent to the terminal's.
    """

    service: Service
    status: ServiceStatus
    ongoing: Ongoing
    now: Callable[[], float]
    model: Callable[[], str]
    latency: Callable[[], Latency | None]
    clipboard: Clipboard | None = None


class Workspace(Screen[None], Ground):
    """A screen with a tab. Its own body comes from ``compose_body``.

    A workspace stays alive while another is shown: what it runs goes on, and is painted when the
    person comes back.
    """

    PLACE: ClassVar[PlaceName]
    OFFERS: ClassVar[tuple[Command, ...]] = EVERYWHERE
    """Its commands: those of everywhere and its own."""
    SENDS_SOUND: ClassVar[bool] = False
    """Whether the limits that matter are those of sound; then they are all the status shows."""
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(EVERYWHERE))

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self.surroundings = surroundings
        self._endings: list[Callable[[], None]] = []

    def compose(self) -> ComposeResult:
        """The body between what everyone always sees."""
        around = self.surroundings
        yield TitleBar(
            around.service,
            place=self.PLACE,
            model=around.model(),
            ongoing=around.ongoing,
            id="title-bar",
        )
        with GroundHorizontal(id="panes"):
            yield from self.compose_body()
        yield StatusBar(
            around.now, lag=lambda: self.lag, of_sound=self.SENDS_SOUND, id="status-bar"
        )
        yield KeyBar(self.OFFERS, id="key-bar")

    def compose_body(self) -> ComposeResult:
        """What this workspace is for."""
        raise NotImplementedError

    @property
    def lag(self) -> ScreenLag | None:
        """How long text takes here from its arrival to the terminal; ``None`` is unknown."""
        return None

    @property
    def limits_of(self) -> str:
        """The model whose limits the status shows."""
        return self.surroundings.model()

    @property
    def race_models(self) -> tuple[str, ...]:
        """The models that a race begins with when it is opened from here."""
        return ()

    @property
    def exchange(self) -> int | None:
        """The number of the request whose answer is in view; ``None``: none in particular."""
        return None

    @property
    def help_sections(self) -> Sequence[Section]:
        """Keys for the help that are no commands, such as those of an editor."""
        return ()

    def on_mount(self) -> None:
        """Listen to what every workspace shows."""
        around = self.surroundings
        self._endings = [
            around.status.subscribe(self._hear_of_limits),
            around.ongoing.subscribe(self._hear_of_ongoing),
        ]

    def on_unmount(self) -> None:
        """Listen no more."""
        for end in self._endings:
            end()

    def on_screen_resume(self) -> None:
        """Show what changed while another workspace was shown."""
        self.show_model()

    def show_model(self) -> None:
        """Show the chosen model and its limits."""
        around = self.surroundings
        self.query_one(TitleBar).show_model(around.model())
        self.status_bar.show_limits(around.status.rate_limits(self.limits_of))

    def displayed(self) -> None:
        """A frame has gone to the terminal."""

    @property
    def status_bar(self) -> StatusBar:
        """The lines with speed and limits."""
        return self.query_one(StatusBar)

    def offer(self, actions: set[str]) -> None:
        """Show these commands' keys, and those of everywhere."""
        self.query_one(KeyBar).show(actions | {"go_on(1)", "help", "leave"})

    def say(self, text: str, *, problem: bool = False) -> None:
        """Tell the person something for a few seconds."""
        if problem:
            self.app.notify(text, markup=False, timeout=8, severity="warning")
        else:
            self.app.notify(text, markup=False, timeout=4)

    def copy(self, text: str, what: str) -> None:
        """Copy by every route there is, and say by which it went; ``what`` names it."""
        if not text:
            self.say(f"There is no {what.removeprefix('the ')} to copy.")
            return
        copy(self, self.surroundings.clipboard, text, what)

    def _hear_of_limits(self, model: str, _: RateLimits) -> None:
        self.post_message(LimitsUpdated(model))

    def _hear_of_ongoing(self) -> None:
        self.post_message(OngoingChanged())

    @on(LimitsUpdated)
    def _limits_updated(self, event: LimitsUpdated) -> None:
        event.stop()
        if event.model == self.limits_of:
            self.status_bar.show_limits(self.surroundings.status.rate_limits(event.model))

    @on(OngoingChanged)
    def _ongoing_changed(self, event: OngoingChanged) -> None:
        event.stop()
        self.query_one(TitleBar).refresh()

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        event.stop()
        self.say(event.told)

    # -- commands ---------------------------------------------------------------------------

    def action_go(self, place: PlaceName) -> None:
        """Go to another workspace."""
        self.post_message(WorkspaceWanted(place))

    def action_go_on(self, step: int) -> None:
        """Go to the next workspace, or to the previous one."""
        self.post_message(WorkspaceWanted(next_place(self.PLACE, step)))

    def action_race(self) -> None:
        """Open a race."""
        self.post_message(RaceWanted(self.race_models))

    def action_waterfall(self) -> None:
        """Show where the time of the last answer went."""
        from workbench.session.waterfall import Painting

        lag = self.lag if self.exchange is not None else None
        painting = Painting(first=lag.first, last=lag.last) if lag is not None else None
        self.post_message(WaterfallWanted(self.exchange, painting=painting))

    def action_record(self) -> None:
        """Go to the microphone and record there, or stop."""
        self.post_message(WorkspaceWanted("microphone", then="record"))

    def action_switch_theme(self) -> None:
        """Dark or light."""
        self.app.theme = LIGHT.name if self.app.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(
            HelpScreen(self.OFFERS, self.help_sections, service=self.surroundings.service)
        )

    def action_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def action_leave(self) -> None:
        """Close the workbench."""
        self.app.exit()
