"""Runs a race: rounds in which all lanes are asked the same in the same instant.

The session yields events and is called; it knows no widget. One lane's failure ends that lane
alone. ``stop`` ends all of them at once, as does leaving the iteration; what came is kept.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final

from client import AssistantMessage, GroqClient, RateLimits
from workbench.session.latency import Latency
from workbench.session.models import ModelCatalogue
from workbench.session.race.forecast import pause
from workbench.session.race.lane import Lane, State
from workbench.session.race.order import order
from workbench.session.race.results import LaneResult
from workbench.session.race.round import Round
from workbench.session.race.setup import RaceSetup
from workbench.session.race.updates import (
    LaneFinished,
    LaneLeft,
    LinedUp,
    RaceFinished,
    RaceUpdate,
    RoundBegan,
    RoundDelayed,
    RoundFinished,
)

_LONGEST_PAUSE: Final = 150.0
"""Seconds that a round waits for a limit: a minute's bucket, twice over. A day's is not waited."""
_MARGIN: Final = 0.1
_LINE_UP_SECONDS: Final = 3.0
_BREATH: Final = 0.1
"""Seconds between the word that a round begins and its first request: whoever draws that word has
drawn it by then, and is in nobody's way."""


class Race:
    """One race from its first round to its last. Run once.

    Args:
        models: where to look up whether a model reasons.
        limits: the limits last seen for a model.
        sleep: waits for seconds.

    """

    def __init__(
        self,
        groq: GroqClient,
        setup: RaceSetup,
        *,
        models: ModelCatalogue | None = None,
        limits: Callable[[str], RateLimits | None] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.setup = setup
        self._groq = groq
        self._limits = limits or groq.rate_limits
        self._sleep = sleep
        self._lanes = [
            Lane(groq, setup, place, known=models.get(name) if models else None)
            for place, name in enumerate(setup.models)
        ]
        self._results: list[LaneResult] = []
        self._number = 0
        self._round: Round | None = None
        self._stopped = asyncio.Event()

    @property
    def results(self) -> tuple[LaneResult, ...]:
        """Every lane of every round so far that has ended."""
        return tuple(self._results)

    @property
    def round(self) -> int:
        """The running or the last round; 0 before the first."""
        return self._number

    @property
    def stopped(self) -> bool:
        """Whether the person ended it."""
        return self._stopped.is_set()

    def state(self, lane: int) -> State:
        """What a lane does just now."""
        return self._lanes[lane].state

    def latency(self, lane: int) -> Latency:
        """The figures of a lane's running or last answer, so far."""
        return self._lanes[lane].latency

    def answer(self, lane: int) -> AssistantMessage:
        """A lane's last answer, so far."""
        return self._lanes[lane].answer

    def exchange(self, lane: int) -> int | None:
        """The number of a lane's last request, ``None`` before it was sent."""
        return self._lanes[lane].exchange

    def stop(self) -> None:
        """End every lane at once, and the race with them."""
        self._stopped.set()
        if self._round is not None:
            self._round.stop()

    async def run(self) -> AsyncGenerator[RaceUpdate, None]:
        """Run all rounds, and yield what happens until ``RaceFinished``."""
        await self._unless_stopped(self._line_up())
        yield LinedUp()
        for number in range(1, self.setup.rounds + 1):
            if self._stopped.is_set() or not self._still_in(number):
                break
            self._number = number
            async for update in self._wait_for_limits(self._still_in(number)):
                yield update
            lanes = self._still_in(number)
            if not lanes:
                self._number = number - 1
                break
            if self._stopped.is_set():
                break
            async with aclosing(self._run_round(number, lanes)) as updates:
                async for race_update in updates:
                    yield race_update
        yield RaceFinished(stopped=self.stopped)

    async def _run_round(self, number: int, lanes: list[Lane]) -> AsyncGenerator[RaceUpdate, None]:
        yield RoundBegan(round=number, order=tuple(lane.place for lane in lanes))
        await self._unless_stopped(self._sleep(_BREATH))
        if self._stopped.is_set():
            return
        self._round = Round(number, lanes, start=self.setup.start)
        async with aclosing(self._round.run()) as updates:
            async for update in updates:
                if isinstance(update, LaneFinished):
                    self._results.append(update.result)
                yield update
                if isinstance(update, LaneFinished) and (reason := self._reason_out(update)):
                    yield LaneLeft(lane=update.result.lane, reason=reason)
        yield RoundFinished(round=number, starts_within=self._round.starts_within)

    def _reason_out(self, finished: LaneFinished) -> str:
        return self._lanes[finished.result.lane].out

    def _still_in(self, number: int) -> list[Lane]:
        """The lanes that take part, in the order of this round."""
        lanes = (self._lanes[place] for place in order(len(self._lanes), number))
        return [lane for lane in lanes if not lane.out]

    async def _line_up(self) -> None:
        """Give every lane a connection, so that none pays for one in its first token.

        Asking for the list of models opens them; whether it succeeds matters to nobody here.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINE_UP_SECONDS):
                await asyncio.gather(
                    *(self._groq.models.list() for _ in self._lanes), return_exceptions=True
                )

    # -- waiting for the limits -------------------------------------------------------------

    async def _wait_for_limits(self, lanes: list[Lane]) -> AsyncGenerator[RaceUpdate, None]:
        """Wait until the limits admit all of these; whoever would wait too long leaves."""
        now = self._groq.now()
        longest, slowest = 0.0, ""
        for lane in lanes:
            wait = self._wait_for(lane, now)
            if wait > _LONGEST_PAUSE:
                lane.out = "Its rate limit is used up"
                yield LaneLeft(lane=lane.place, reason=lane.out)
            elif wait > longest:
                longest, slowest = wait, lane.model
        if longest > 0:
            until = now + longest + _MARGIN
            yield RoundDelayed(round=self._number, until=until, model=slowest)
            await self._unless_stopped(self._sleep(longest + _MARGIN))

    def _wait_for(self, lane: Lane, now: float) -> float:
        """Seconds until the service may be asked by this lane, as far as anybody knows."""
        held = 0.0 if lane.ready_at is None else lane.ready_at - now
        return max(held, pause(self.setup, self._limits(lane.model), now))

    async def _unless_stopped(self, wait: Awaitable[object]) -> None:
        """Wait for something, but no longer than until the race is stopped."""
        over = asyncio.ensure_future(wait)
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({over, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            stopped.cancel()
