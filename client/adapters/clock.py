"""The system's clocks."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager


class SystemClock:
    """Real time, real waiting."""

    def now(self) -> float:
        """Monotonic seconds; never set back."""
        return time.perf_counter()

    def wall_time(self) -> float:
        """Unix seconds."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Cancel the block after ``seconds``, raising the built-in TimeoutError."""
        return asyncio.timeout(seconds)

    def call_later(self, seconds: float, ring: Callable[[], object]) -> asyncio.TimerHandle:
        """Call ``ring`` after ``seconds``, on the running event loop."""
        return asyncio.get_running_loop().call_later(seconds, ring)
