"""Where the time of a request went: the only place where what is known of it changes widgets."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from workbench.commands.command import Command, bindings
from workbench.commands.race import COVERING, PHASES, WATERFALL
from workbench.neutralise import neutralise_line
from workbench.ports import Clipboard
from workbench.screens.copying import Copied, copy
from workbench.screens.covering import Covering
from workbench.screens.help import Section
from workbench.screens.workspace import Surroundings
from workbench.session.stopwatch import ExchangeTimes, Stopwatch
from workbench.session.waterfall import Painting, Waterfall, waterfall
from workbench.widgets.figures import count, duration
from workbench.widgets.headline import Headline
from workbench.widgets.key_bar import KeyBar
from workbench.widgets.waterfall.chart import WaterfallChart, as_text

_MUTED = "$foreground 60%"


class WaterfallScreen(Covering):
    """The lanes of one exchange.

    Args:
        times: of the exchange.
        stopwatch: tells when one that still runs has ended.
        painting: what showing the answer took, where that is known.

    """

    OFFERS: ClassVar[tuple[Command, ...]] = (*WATERFALL, *COVERING)
    CSS_PATH: ClassVar = ["../workbench.tcss", "../race.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(WATERFALL))

    class Ended(Message):
        """The exchange that was still running is over."""

    def __init__(
        self,
        surroundings: Surroundings,
        *,
        times: ExchangeTimes,
        stopwatch: Stopwatch,
        painting: Painting | None = None,
        clipboard: Clipboard | None = None,
    ) -> None:
        super().__init__(surroundings)
        self._times = times
        self._stopwatch = stopwatch
        self._painting = painting
        self._clipboard = clipboard
        self._waterfall: Waterfall | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """What it was, the lanes, what cannot be or should be known, keys."""
        yield Headline("Latency waterfall", self.surroundings.service, id="headline")
        yield Static(id="waterfall-about")
        yield WaterfallChart(id="waterfall-chart")
        yield Static(id="waterfall-notes")
        yield KeyBar(self.OFFERS, id="waterfall-keys")

    def on_mount(self) -> None:
        """Draw it, and again when it has ended."""
        self._unsubscribe = self._stopwatch.subscribe(self._hear_of_end)
        self.offer({"back", "copy"})
        self._show()

    def on_unmount(self) -> None:
        """Listen no more."""
        self._unsubscribe()

    @property
    def help_sections(self) -> Sequence[Section]:
        """What the lanes mean."""
        return (("Lanes", PHASES),)

    def _hear_of_end(self, times: ExchangeTimes) -> None:
        if times is self._times:
            self.post_message(self.Ended())

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        event.stop()
        self._show()

    def _show(self) -> None:
        times = self._times
        now = self.surroundings.now() if times.outcome == "running" else None
        self._waterfall = found = waterfall(times, painting=self._painting, now=now)
        self.headline.say(times.model or times.path)
        self.query_one("#waterfall-about", Static).update(_about(times, found))
        self.query_one(WaterfallChart).show(found)
        notes = self.query_one("#waterfall-notes", Static)
        lines = [_note("! ", "$text-warning", text) for text in found.warnings]
        lines += [_note("· ", _MUTED, text) for text in found.remarks]
        notes.display = bool(lines)
        notes.update(Content("\n").join(lines))

    def action_copy(self) -> None:
        """Copy the figures as text."""
        if self._waterfall is not None:
            about = _about(self._times, self._waterfall).plain
            text = f"{about}\n{as_text(self._waterfall)}\n"
            copy(self, self._clipboard, text, "the waterfall")

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        event.stop()
        self.say(event.told)


def _about(times: ExchangeTimes, found: Waterfall) -> Content:
    """What was asked and how it went, in one line."""
    ended = {
        "completed": "",
        "running": "still running",
        "cancelled": "stopped",
        "failed": "failed",
    }
    parts = [
        neutralise_line(times.path).removeprefix("/openai/v1/"),
        "" if times.status is None else str(times.status),
        ended[times.outcome],
    ]
    usage = times.usage
    if usage is not None and usage.completion_tokens is not None:
        parts.append(f"{count(usage.completion_tokens)} tokens")
    if found.first_token is not None:
        parts.append(f"first token after {duration(found.first_token)}")
    if times.end is not None:
        parts.append(f"whole {duration(times.end - times.sent)}")
    return Content.styled(" · ".join(part for part in parts if part), _MUTED)


def _note(sign: str, colour: str, text: str) -> Content:
    return Content.assemble((sign, colour), (neutralise_line(text), _MUTED))
