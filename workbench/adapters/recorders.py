"""Keeps a recorder ready, hands it out, and sees to it that none is left behind."""

import asyncio
import contextlib
from collections.abc import Mapping
from contextlib import aclosing
from typing import Final

from workbench.adapters.recorder_process import RecorderProcess
from workbench.audio.capture import AudioUnavailable, DevicesListed
from workbench.audio.devices import DeviceList, Direction
from workbench.audio.problems import AudioUnavailableError

_LISTED_WITHIN: Final = 6.0
_ENDED_WITHIN: Final = 1.0

NO_ANSWER: Final = AudioUnavailable(
    reason="no-answer", explanation="The sound system does not answer."
)


class Recorders:
    """One recorder that waits, and those that were used and have not ended yet."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._ready: RecorderProcess | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._turn = asyncio.Lock()

    async def prepare(self) -> None:
        """Have one ready. Never raises."""
        async with self._turn:
            if self._ready is not None and not self._ready.is_alive:
                self.retire(self._ready)
                self._ready = None
            if self._ready is None and not self._closed:
                with contextlib.suppress(OSError):
                    self._ready = await RecorderProcess.start(self._environ)

    async def take(self) -> RecorderProcess:
        """One to use once; give it back by ``retire``. Raises AudioUnavailableError."""
        await self.prepare()
        ready, self._ready = self._ready, None
        if ready is None:
            unavailable = AudioUnavailable(
                reason="refused", explanation="The recorder could not be started."
            )
            raise AudioUnavailableError(unavailable)
        return ready

    async def devices(self, direction: Direction) -> DeviceList:
        """What there is, looked up anew. Raises AudioUnavailableError."""
        recorder = await self.take()
        recorder.send("devices", direction=direction)
        too_late = asyncio.get_running_loop().call_later(_LISTED_WITHIN, recorder.kill)
        answered = False
        try:
            async with aclosing(recorder.events()) as events:
                async for event in events:
                    if isinstance(event, DevicesListed):
                        answered = True
                        return event.found
                    if isinstance(event, AudioUnavailable):
                        raise AudioUnavailableError(event)
        finally:
            too_late.cancel()
            self._give_back(recorder, usable=answered)
        raise AudioUnavailableError(NO_ANSWER)

    def refill(self) -> None:
        """One was used: have another ready soon, unless this is closed."""
        if not self._closed:
            self._keep(asyncio.create_task(self.prepare()))

    def retire(self, recorder: RecorderProcess, *, patience: float = _ENDED_WITHIN) -> None:
        """It was used: see it end, without waiting for that."""
        self._keep(asyncio.create_task(recorder.end(patience=patience)))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _give_back(self, recorder: RecorderProcess, *, usable: bool) -> None:
        """It only answered a question: it can still be used, unless another is ready by now."""
        if usable and self._ready is None and not self._closed:
            self._ready = recorder
        else:
            self.retire(recorder)

    async def aclose(self) -> None:
        """End all of them; a recording that runs is finished first."""
        self._closed = True
        async with self._turn:
            if self._ready is not None:
                self.retire(self._ready)
                self._ready = None
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)
