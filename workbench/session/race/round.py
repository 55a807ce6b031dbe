"""One round of a race: its lanes run, and what they tell comes out in one order."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from workbench.session.race.lane import Lane
from workbench.session.race.results import LaneResult
from workbench.session.race.setup import Start
from workbench.session.race.updates import LaneFinished, LaneTextArrived


class Round:
    """Runs lanes in the given order, all in the same instant or one after the other. Run once."""

    def __init__(self, number: int, lanes: Sequence[Lane], *, start: Start) -> None:
        self._number = number
        self._lanes = lanes
        self._start = start
        self._queue: asyncio.Queue[LaneTextArrived | LaneFinished | None] = asyncio.Queue()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._finished: set[int] = set()
        self._stopped = False

    @property
    def starts_within(self) -> float | None:
        """Seconds from the first request to the last; ``None`` with fewer than two."""
        sent = self._sent()
        return max(sent) - min(sent) if len(sent) > 1 else None

    def stop(self) -> None:
        """End every lane at once."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    async def run(self) -> AsyncGenerator[LaneTextArrived | LaneFinished, None]:
        """Yield what arrives; every lane finishes once. Leaving the iteration stops them all."""
        for lane in self._lanes:
            lane.prepare()
        runs = [[lane] for lane in self._lanes]
        if self._start == "in turns":
            runs = [list(self._lanes)]
        self._tasks = tuple(asyncio.create_task(self._in_turns(lanes)) for lanes in runs)
        for task in self._tasks:
            task.add_done_callback(lambda _: self._queue.put_nowait(None))
        try:
            async for update in self._arriving():
                yield update
        finally:
            self.stop()
            ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
        for lane in self._lanes:
            if lane.place not in self._finished:
                yield LaneFinished(result=lane.stopped(self._number))

    async def _arriving(self) -> AsyncGenerator[LaneTextArrived | LaneFinished, None]:
        running = len(self._tasks)
        while running:
            update = await self._queue.get()
            if update is None:
                running -= 1
            else:
                yield update

    async def _in_turns(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            if not self._stopped:
                result = await lane.run(self._number, self._queue.put_nowait)
                self._finished.add(lane.place)
                self._queue.put_nowait(LaneFinished(result=self._placed(result, lane)))

    def _placed(self, result: LaneResult, lane: Lane) -> LaneResult:
        """The result with how long after the round's first request this one was sent."""
        return result if lane.sent is None else replace(result, sent_after=lane.sent - self._first)

    @property
    def _first(self) -> float:
        return min(self._sent(), default=0.0)

    def _sent(self) -> list[float]:
        return [lane.sent for lane in self._lanes if lane.sent is not None]
