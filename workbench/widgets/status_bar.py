"""Two lines that everyone sees: how fast the last answer was, and what is left of the limits."""

from collections.abc import Callable
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from client import RateLimits
from workbench.session.latency import Latency
from workbench.widgets.figures import UNKNOWN, count, duration, speed
from workbench.widgets.fit import Readout, fit
from workbench.widgets.gauge import gauge, look_again
from workbench.widgets.transcript import ScreenLag

_MUTED: Final = "$foreground 60%"


class StatusBar(Widget):
    """Speed and limits. It looks at the clock only while something shown is about to change."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        lag: Callable[[], ScreenLag | None] = lambda: None,
        of_sound: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._now = now
        self._latency: Latency | None = None
        self._waiting_since: float | None = None
        self._lag = lag
        self._of_sound = of_sound
        self._limits: RateLimits | None = None
        self._refill: Timer | None = None

    def show_latency(self, latency: Latency | None, *, waiting_since: float | None = None) -> None:
        """Show an answer's figures; ``waiting_since`` while nothing of it has arrived."""
        self._latency = latency
        self._waiting_since = waiting_since
        self.refresh()

    def show_limits(self, limits: RateLimits | None) -> None:
        """Show the limits of the chosen model, refilling from now on."""
        self._limits = limits
        self._watch_refill()

    def render(self) -> RenderResult:
        """Give both lines, each with what fits; where sound is sent, the limits alone."""
        width = self.content_size.width
        if self._of_sound:
            return _spread(self._gauges(), width=width, gap=3)
        return Content("\n").join(
            (
                _spread(self._speeds(), width=width, gap=3),
                _spread(self._gauges(), width=width, gap=3),
            )
        )

    @property
    def refilling(self) -> bool:
        """Whether a timer runs."""
        return self._refill is not None

    def _elapsed(self) -> float:
        return self._now() - self._limits.received_at if self._limits else 0.0

    def _watch_refill(self) -> None:
        if self._refill is not None:
            self._refill.stop()
            self._refill = None
        self.refresh()
        if self._limits is None or not self.is_attached:
            return
        elapsed = self._elapsed()
        pauses = [
            pause
            for bucket in (
                self._limits.requests,
                self._limits.audio_seconds if self._of_sound else self._limits.tokens,
            )
            if (pause := look_again(bucket, elapsed)) is not None
        ]
        if pauses:
            self._refill = self.set_timer(max(min(pauses), 0.05), self._watch_refill)

    def _gauges(self) -> list[Readout]:
        limits, elapsed = self._limits, self._elapsed()
        return [
            gauge(
                limits.requests if limits else None,
                elapsed,
                name="req/day",
                long_name="Requests left today",
                loss=20,
            ),
            gauge(
                limits.audio_seconds if limits else None,
                elapsed,
                name="audio s/hour",
                long_name="Seconds of audio left this hour",
                loss=30,
            )
            if self._of_sound
            else gauge(
                limits.tokens if limits else None,
                elapsed,
                name="tok/min",
                long_name="Tokens left this minute",
                loss=30,
            ),
        ]

    def _speeds(self) -> list[Readout]:
        latency = self._latency or Latency()
        if self._waiting_since is not None:
            first = _named("waiting", duration(self._now() - self._waiting_since), loss=40)
        else:
            first = _named("first token", duration(latency.time_to_first_token), loss=40)
        estimate = "~" if latency.tokens_estimated and latency.tokens_per_second else ""
        here = estimate + speed(latency.tokens_per_second)
        server = speed(latency.server_tokens_per_second)
        readouts = [
            first,
            _unit(here, "tok/s here", loss=39),
            _unit(server, "tok/s server", loss=38),
            _named("queue", duration(latency.queue_time), loss=37),
        ]
        if latency.time_to_first_token is None:
            return readouts
        readouts.append(_lag(self._lag()))
        details = (
            ("prompt", duration(latency.prompt_time), 4),
            ("answer", duration(latency.completion_time), 5),
            ("total", duration(latency.duration), 7),
            ("tokens in", count(latency.prompt_tokens), 6),
            ("out", count(latency.completion_tokens), 8),
            ("cached", count(latency.cached_tokens), 2),
        )
        readouts += [
            _named(name, value, loss=loss) for name, value, loss in details if value != UNKNOWN
        ]
        return readouts


def _lag(lag: ScreenLag | None) -> Readout:
    """Our own part: from the arrival of a token to the terminal."""
    median, p99 = (lag.median, lag.p99) if lag else (None, None)
    short = Content.assemble(("to screen ", _MUTED), (duration(median), _weight(duration(median))))
    if lag is None:
        return Readout(forms=(short,), losses=(9,))
    long = Content.assemble(short, (" p99 ", _MUTED), (duration(p99), "bold"))
    return Readout(forms=(long, short), losses=(3, 9))


def _named(name: str, value: str, *, loss: int) -> Readout:
    form = Content.assemble((f"{name} ", _MUTED), (value, _weight(value)))
    return Readout(forms=(form,), losses=(loss,))


def _unit(value: str, unit: str, *, loss: int) -> Readout:
    form = Content.assemble((value, _weight(value)), (f" {unit}", _MUTED))
    return Readout(forms=(form,), losses=(loss,))


def _weight(value: str) -> str:
    return "$foreground 38%" if value == UNKNOWN else "bold"


def _spread(readouts: list[Readout], *, width: int, gap: int) -> Content:
    return Content(" " * gap).join(fit(readouts, width=width, gap=gap))
