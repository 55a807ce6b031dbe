"""What a task tells, as an iterator: the task lives no longer than whoever iterates."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def told_by(work: Callable[[Callable[[T], None]], Awaitable[None]]) -> AsyncGenerator[T]:
    """Run ``work`` and yield whatever it tells; leaving cancels it and waits until it is gone."""
    told: asyncio.Queue[T | None] = asyncio.Queue()
    task = asyncio.ensure_future(work(told.put_nowait))
    task.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (one := await told.get()) is not None:
            yield one
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
