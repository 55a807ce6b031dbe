"""The microphone, by way of a recorder of its own for every recording."""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from workbench.adapters.recorder_process import RecorderProcess
from workbench.adapters.recorders import NO_ANSWER, Recorders
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureEvent,
    CaptureOpened,
)
from workbench.audio.devices import DeviceChoice, DeviceList
from workbench.audio.problems import AudioUnavailableError

_OPENED_WITHIN: Final = 20.0
"""Seconds; some systems take ten of them to wake a device."""

_STOPPED_WITHIN: Final = 1.2
_WAV_HEADER: Final = 44
_BYTES_PER_SAMPLE: Final = 2


class RecorderMicrophone:
    """Records in a child process. Close it at the end: it leaves none behind."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._recorders = Recorders(os.environ if environ is None else environ)
        self._running: _Running | None = None
        self._handing_on = False

    async def prepare(self) -> None:
        """Start the recorder, so that the next recording begins at once."""
        await self._recorders.prepare()

    async def devices(self) -> DeviceList:
        """What there is to record from, looked up anew. Raises AudioUnavailableError."""
        return await self._recorders.devices("input")

    async def capture(
        self, path: Path | None, *, device: DeviceChoice | None
    ) -> AsyncGenerator[CaptureEvent, None]:
        """Record into a new file, and tell what happens; the last is how it ended.

        Without a path nothing is recorded, and the levels are told.
        """
        try:
            recorder = await self._recorders.take()
        except AudioUnavailableError as error:
            yield error.unavailable
            return
        running = self._running = _Running(recorder)
        recorder.send(
            "record",
            path=None if path is None else str(path),
            device=None if device is None else asdict(device),
        )
        if self._handing_on:
            recorder.send("hand-on", on=True)
        end: CaptureEnded | AudioUnavailable | None = None
        try:
            async with aclosing(recorder.events()) as events:
                async for event in events:
                    if isinstance(event, CaptureEnded | AudioUnavailable):
                        end = event
                        break
                    if isinstance(event, CaptureOpened):
                        running.has_opened(event)
                    if isinstance(event, CaptureEvent):
                        yield event
        finally:
            if end is None and not running.stopping:
                recorder.send("stop")  # and then the end of its input: it finishes the file
            running.over()
            if self._running is running:
                self._running = None
            self._recorders.retire(recorder)
            self._recorders.refill()
        yield end or await running.ended(path)

    def pause(self) -> None:
        """Leave out what is said from now on."""
        if self._running is not None:
            self._running.recorder.send("pause")

    def resume(self) -> None:
        """Record again, into the same file."""
        if self._running is not None:
            self._running.recorder.send("resume")

    def stop(self, *, cancelled: bool = False) -> None:
        """Record a last moment and finish the file; one that was cancelled ends at once."""
        if self._running is not None:
            self._running.stop(cancelled=cancelled)

    def hand_on(self, *, on: bool) -> None:
        """Whether to tell the sound itself too, now and in the next recording."""
        self._handing_on = on
        if self._running is not None:
            self._running.recorder.send("hand-on", on=on)

    async def aclose(self) -> None:
        """End every recorder; one that records finishes its file."""
        await self._recorders.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class _Running:
    """One recording, and when to give its recorder up: one that hangs with the sound system."""

    def __init__(self, recorder: RecorderProcess) -> None:
        self.recorder = recorder
        self._opened: CaptureOpened | None = None
        self._gave_up = False
        self.stopping = False
        self._giving_up: asyncio.TimerHandle | None = None
        self._give_up_after(_OPENED_WITHIN)

    def has_opened(self, opened: CaptureOpened) -> None:
        """The device answers."""
        self._opened = opened
        if not self.stopping:
            self.over()

    def stop(self, *, cancelled: bool = False) -> None:
        """Finish the file."""
        self.recorder.send("cancel" if cancelled else "stop")
        self.stopping = True
        self._give_up_after(_STOPPED_WITHIN)

    def over(self) -> None:
        """It need not be given up any more."""
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    async def ended(self, path: Path | None) -> CaptureEnded | AudioUnavailable:
        """How it ended when the recorder did not say so: the file says how much there is."""

        def samples() -> int:
            try:
                size = path.stat().st_size if path is not None else 0
            except OSError:
                size = 0
            return max(0, size - _WAV_HEADER) // _BYTES_PER_SAMPLE

        if self._opened is None and self._gave_up and not self.stopping:
            return NO_ANSWER
        return CaptureEnded(
            reason="killed",
            samples=await asyncio.to_thread(samples),
            rate=self._opened.rate if self._opened else 1,
            detail=self.recorder.complaint,
        )

    def _give_up_after(self, seconds: float) -> None:
        self.over()
        loop = asyncio.get_running_loop()
        self._giving_up = loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        self._gave_up = True
        self.recorder.kill()
