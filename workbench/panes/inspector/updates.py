"""What the inspector's session tells, on its way to the screen."""

import asyncio
from collections.abc import Callable
from typing import Final

from textual.message import Message

from workbench.session.inspector.timeline import Branch

_PAUSE: Final = 0.03
"""Seconds between two messages of a reply that arrives."""
_LETTERS_PER_SECOND: Final = 1_000_000
"""Laying out a long reply takes its time: it is told less often."""


class BranchUpdated(Message):
    """A branch went on: a reply arrived, or a tool finished."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        self.branch = branch


class StepRefused(Message):
    """A step was not taken; ``reason`` says why, and what helps."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Latest:
    """Sends the newest of branches that follow closely: the first at once, the last in any case.

    Belongs to the running event loop.
    """

    def __init__(self, send: Callable[[Branch], object]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._newest: Branch | None = None
        self._next = 0.0
        self._due: asyncio.TimerHandle | None = None

    def put(self, branch: Branch) -> None:
        """Send it, now or, unless a newer one comes, in a moment."""
        self._newest = branch
        if self._due is None:
            if self._loop.time() >= self._next:
                self.flush()
            else:
                self._due = self._loop.call_at(self._next, self.flush)

    def flush(self) -> None:
        """Send what is there."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._newest is not None:
            newest, self._newest = self._newest, None
            letters = len(newest.last.reply.text) if newest.last else 0
            self._next = self._loop.time() + _PAUSE + letters / _LETTERS_PER_SECOND
            self._send(newest)
