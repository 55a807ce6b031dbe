"""What happened below the screen, on its way to it."""

import asyncio
from collections.abc import Callable
from typing import Final, Generic

from textual.message import Message
from typing_extensions import TypeVar

from workbench.session.chat import ChatUpdate
from workbench.session.waits import Wait

_Update = TypeVar("_Update", default=ChatUpdate)
_PAUSE: Final = 0.008
"""Seconds between two messages of an outbox: half a frame, in which a fast model says much."""


class ChatUpdated(Message):
    """The conversation went on, by these steps."""

    def __init__(self, updates: tuple[ChatUpdate, ...]) -> None:
        super().__init__()
        self.updates = updates


class Outbox(Generic[_Update]):
    """Gathers what follows closely: the first update goes out at once, the next with its fellows.

    A message costs more than the token in it. Belongs to the running event loop.
    """

    def __init__(self, send: Callable[[tuple[_Update, ...]], object]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._gathered: list[_Update] = []
        self._next = 0.0
        self._due: asyncio.TimerHandle | None = None

    def put(self, update: _Update) -> None:
        """Send an update, now or with those that follow within a few milliseconds."""
        self._gathered.append(update)
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
        if self._gathered:
            gathered, self._gathered = tuple(self._gathered), []
            self._next = self._loop.time() + _PAUSE
            self._send(gathered)


class LimitsUpdated(Message):
    """A response told the limits of a model."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self.model = model


class WaitUpdated(Message):
    """A request waits before it is sent; ``None`` when a wait is over."""

    def __init__(self, wait: Wait | None) -> None:
        super().__init__()
        self.wait = wait


class ModelsListed(Message):
    """The list of models was asked for; ``problem`` says why it did not come, "" when it did."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem


class ModelsChanged(Message):
    """Something else is known of the models: which there are, or what was measured of one."""


class OngoingChanged(Message):
    """Another workspace began something, or went on with it."""
