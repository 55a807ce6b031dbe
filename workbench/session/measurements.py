"""What was measured of each model here, in this run and in earlier ones."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final, Self

from client import (
    ClientEvent,
    ExchangeCancelled,
    ExchangeFailed,
    ReplyCompleted,
    RequestSent,
    Timing,
    Usage,
)
from workbench.measurement import ENOUGH_TOKENS, Measurement, Series
from workbench.ports import MeasurementStore
from workbench.session.latency import Latency
from workbench.session.service import Service

_CHAT: Final = "/chat/completions"

KEPT: Final = 500
"""Measurements kept of one model of one service: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Median:
    """The middle of ``count`` measured values, between the ``low`` and the ``high`` quarter."""

    value: float
    count: int
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float | None]) -> Self | None:
        """The median of the values that are known, ``None`` where none is."""
        known = sorted(value for value in values if value is not None)
        if not known:
            return None
        quarter = (len(known) - 1) / 4
        return cls(
            value=median(known),
            count=len(known),
            low=known[round(quarter)],
            high=known[round(3 * quarter)],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigures:
    """The medians of one model; ``None`` where nothing of the kind was measured.

    Seconds and tokens per second. The last four are the service's own word, kept beside what was
    measured here.

    Attributes:
        answers: how many completed chats they come from.
        since: when the oldest of them was complete, Unix seconds; ``until`` the newest.

    """

    answers: int
    since: float
    until: float
    time_to_first_token: Median | None
    tokens_per_second: Median | None
    duration: Median | None
    server_tokens_per_second: Median | None
    queue_time: Median | None
    prompt_time: Median | None
    completion_time: Median | None

    @classmethod
    def of(cls, measurements: Iterable[Measurement]) -> Self | None:
        """The medians of these, which are of one model; ``None`` without any."""
        found = tuple(measurements)
        if not found:
            return None
        return cls(
            answers=len(found),
            since=min(one.at for one in found),
            until=max(one.at for one in found),
            time_to_first_token=Median.of(one.time_to_first_token for one in found),
            tokens_per_second=Median.of(one.tokens_per_second for one in found),
            duration=Median.of(one.duration for one in found),
            server_tokens_per_second=Median.of(one.server_tokens_per_second for one in found),
            queue_time=Median.of(one.queue_time for one in found),
            prompt_time=Median.of(one.prompt_time for one in found),
            completion_time=Median.of(one.completion_time for one in found),
        )


class Measurements:
    """An observer of the client that keeps the figures of every completed chat.

    It holds one series: what a simulator answers is never mixed with what a service does, and a
    replay's figures, which are another day's, are not stored at all.

    Args:
        store: where they are kept from run to run; without one they last as long as this.
        wall_time: Unix seconds.

    """

    def __init__(
        self,
        service: Service,
        *,
        store: MeasurementStore | None = None,
        wall_time: Callable[[], float] = time.time,
    ) -> None:
        self.series = series_of(service)
        self._store = None if service.replayed else store
        self._wall_time = wall_time
        self._loaded = False
        self._changes = 0
        self._asked: dict[int, str] = {}
        self._kept: dict[str, deque[Measurement]] = {}
        self._figures: dict[str, ModelFigures | None] = {}
        self._subscribers: list[Callable[[Measurement], None]] = []

    @property
    def note(self) -> str:
        """Why measurements are not kept for the next run, "" while they are."""
        return self._store.note if self._store is not None else ""

    @property
    def changes(self) -> int:
        """How often something was added so far: the same number means the same figures."""
        return self._changes

    async def load(self) -> None:
        """Bring back, once, what was measured in earlier runs.

        Never raises for what cannot be read.
        """
        if self._store is None or self._loaded:
            return
        self._loaded = True
        earlier = await self._store.load(self.series)
        new, self._kept = self._kept, {}
        self._figures.clear()
        stored = set(earlier)  # also what this run has measured so far, if it is written already
        unstored = (one for kept in new.values() for one in kept if one not in stored)
        for measurement in (*earlier, *unstored):
            self._keep(measurement)

    def __call__(self, event: ClientEvent) -> None:
        """Take note of what was asked, and of the answer's figures once it is whole."""
        match event:
            case RequestSent(model=str(model)) if event.url.endswith(_CHAT):
                self._asked[event.exchange] = model
            case ReplyCompleted():
                model = self._asked.pop(event.exchange, "") or event.reply.model
                if model:
                    self._take(measured(model, event.timing, event.reply.usage, self._wall_time()))
            case ExchangeFailed() | ExchangeCancelled():
                self._asked.pop(event.exchange, None)

    @property
    def models(self) -> tuple[str, ...]:
        """The models of which something was measured."""
        return tuple(self._kept)

    def figures(self, model: str) -> ModelFigures | None:
        """The medians of a model, ``None`` before its first completed answer."""
        if model not in self._figures:
            self._figures[model] = ModelFigures.of(self._kept.get(model, ()))
        return self._figures[model]

    def speeds(self) -> dict[str, float]:
        """The median of the tokens per second, by model, of those that are known."""
        found = {model: self.figures(model) for model in self._kept}
        return {
            model: figures.tokens_per_second.value
            for model, figures in found.items()
            if figures is not None and figures.tokens_per_second is not None
        }

    def history(self, model: str) -> tuple[Measurement, ...]:
        """The newest measurements of a model, oldest first."""
        return tuple(self._kept.get(model, ()))

    def subscribe(self, tell: Callable[[Measurement], None]) -> Callable[[], None]:
        """Have ``tell`` called with each new measurement; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def _take(self, measurement: Measurement) -> None:
        self._keep(measurement)
        if self._store is not None:
            self._store.add(self.series, measurement)
        for tell in tuple(self._subscribers):
            tell(measurement)

    def _keep(self, measurement: Measurement) -> None:
        kept = self._kept.setdefault(measurement.model, deque(maxlen=KEPT))
        kept.append(measurement)
        self._changes += 1
        self._figures.pop(measurement.model, None)


def series_of(service: Service) -> Series:
    """Which measurements may stand beside those of this service."""
    if service.replayed:
        return Series(service=service.name, origin="replayed")
    return Series(service=service.name, origin="simulated" if service.simulated else "live")


def measured(model: str, timing: Timing, usage: Usage, at: float) -> Measurement:
    """The figures of a whole reply; a speed only where enough tokens were counted and timed."""
    latency = Latency.of(timing, usage, pieces=0)
    tokens = latency.completion_tokens or 0
    fast = latency.tokens_per_second if tokens >= ENOUGH_TOKENS else None
    said = latency.server_tokens_per_second if tokens >= ENOUGH_TOKENS else None
    return Measurement(
        model=model,
        at=at,
        time_to_first_token=latency.time_to_first_token,
        tokens_per_second=fast,
        duration=latency.duration,
        server_tokens_per_second=said,
        queue_time=latency.queue_time,
        prompt_time=latency.prompt_time,
        completion_time=latency.completion_time,
        prompt_tokens=latency.prompt_tokens,
        completion_tokens=latency.completion_tokens,
    )
