"""Answers at a model's speed: each step at its own deadline, so that delays never add up."""

from collections.abc import AsyncIterator, Sequence

from workbench.simulator.clock import Clock
from workbench.simulator.reply import Step

#: How many steps may follow each other without letting other tasks run.
_BURST = 32


async def paced(
    steps: Sequence[Step], tokens_per_second: float, clock: Clock
) -> AsyncIterator[Step]:
    """Yield each step when it would have been generated; several at once after a delay."""
    due = clock.monotonic()
    burst = 0
    for step in steps:
        due += step.tokens / tokens_per_second
        burst += 1
        if burst >= _BURST or due > clock.monotonic():
            burst = 0
            await clock.sleep_until(due)
        yield step
