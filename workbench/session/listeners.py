"""Whoever listens along with a recording: each has a bounded store of sound, and none delays it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from workbench.audio.capture import PcmCaptured


class Listeners:
    """Hands sound on to those who asked for it.

    Args:
        hand_on: called with ``on=`` whether anybody listens, while a recording runs.

    """

    def __init__(self, hand_on: Callable[..., None]) -> None:
        self._hand_on = hand_on
        self._listening: list[_Listener] = []
        self._running = False

    def add(self, seconds: float) -> AsyncIterator[PcmCaptured]:
        """Listen to the running or the next recording, storing at most so many seconds."""
        listener = _Listener(seconds)
        self._listening.append(listener)
        if self._running:
            self._hand_on(on=True)
        return self._pieces(listener)

    def begin(self) -> None:
        """A recording begins."""
        self._running = True
        if self._listening:
            self._hand_on(on=True)

    def take(self, piece: PcmCaptured) -> None:
        """Store a piece for each listener."""
        for listener in self._listening:
            listener.put(piece)

    def end(self) -> None:
        """The recording is over: each listener ends after what it has not taken yet."""
        self._running = False
        if self._listening:
            self._hand_on(on=False)
        for listener in self._listening:
            listener.close()
        self._listening.clear()

    async def _pieces(self, listener: "_Listener") -> AsyncIterator[PcmCaptured]:
        try:
            while (piece := await listener.get()) is not None:
                yield piece
        finally:
            if listener in self._listening:
                self._listening.remove(listener)
                if self._running and not self._listening:
                    self._hand_on(on=False)


class _Listener:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pieces: deque[PcmCaptured] = deque()
        self._stored = 0.0
        self._closed = False
        self._changed = asyncio.Event()

    def put(self, piece: PcmCaptured) -> None:
        self._pieces.append(piece)
        self._stored += _length(piece)
        while self._stored > self._seconds and len(self._pieces) > 1:
            self._stored -= _length(self._pieces.popleft())
        self._changed.set()

    def close(self) -> None:
        self._closed = True
        self._changed.set()

    async def get(self) -> PcmCaptured | None:
        while not self._pieces:
            if self._closed:
                return None
            self._changed.clear()
            await self._changed.wait()
        piece = self._pieces.popleft()
        self._stored -= _length(piece)
        return piece


def _length(piece: PcmCaptured) -> float:
    return len(piece.data) / 2 / piece.rate
