"""A recording, or anything else that tells events, watched by a test."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

Event = TypeVar("Event")


class Told(Generic[Event]):
    """What was told so far."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.over = False
        self._changed = asyncio.Condition()

    def of(self, *kinds: type) -> list[Event]:
        """The events of some kinds."""
        return [event for event in self.events if isinstance(event, kinds)]

    @property
    def last(self) -> Event:
        return self.events[-1]

    async def until(self, met: Callable[[], object], *, seconds: float = 15) -> None:
        """Wait until something is so, looking again after each event."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(met()) or self.over)
        assert met(), f"over before it was so: {self.events[-5:]}"

    async def heard(self, kind: type, *, seconds: float = 15) -> Event:
        """Wait for an event of a kind; returns the last one."""
        await self.until(lambda: self.of(kind), seconds=seconds)
        return self.of(kind)[-1]

    async def end(self, *, seconds: float = 15) -> Event:
        """Wait until it is over; returns the last event."""
        await self.until(lambda: self.over, seconds=seconds)
        return self.last

    async def collect(self, source: AsyncGenerator[Event, None]) -> None:
        try:
            async for event in source:
                async with self._changed:
                    self.events.append(event)
                    self._changed.notify_all()
        finally:
            await source.aclose()
            async with self._changed:
                self.over = True
                self._changed.notify_all()


@asynccontextmanager
async def told(source: AsyncGenerator[Event, None]) -> AsyncIterator[Told[Event]]:
    """Watch it; what still runs at the end is cancelled, as a screen would."""
    watched: Told[Event] = Told()
    task = asyncio.create_task(watched.collect(source))
    try:
        yield watched
    finally:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()


async def until(met: Callable[[], object], *, seconds: float = 10) -> None:
    """Wait until something is so that nobody tells of."""
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.01)
