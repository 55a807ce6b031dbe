"""The simulator's only source of time, so that tests can hold it still."""

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        ...

    async def sleep_until(self, deadline: float) -> None:
        """Return once `monotonic()` has reached the deadline; always lets other tasks run."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return time.monotonic()

    async def sleep_until(self, deadline: float) -> None:
        """Return once `monotonic()` has reached the deadline."""
        await asyncio.sleep(max(0.0, deadline - time.monotonic()))
