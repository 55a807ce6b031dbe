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
        self._recorder: RecorderProcess | None = None
        self._giving_up: asyncio.TimerHandle | None = None
        self._stopping = False
        self._handing_on = False

    async def prepare(self) -> None:
        """Start the recorder, so that the next recording begins at once."""
        await self._recorders.prepare()

    async def devices(self) -> DeviceList:
        """What there is to record from, looked up anew. Raises AudioUnavailableError."""
        return await self._recorders.devices("input")

    async def capture(
        self, path: Path, *, device: DeviceChoice | None
    ) -> AsyncGenerator[CaptureEvent, None]:
        """Record into a new file, and tell what happens; the last is how it ended."""
        try:
            recorder = self._recorder = await self._recorders.take()
        except AudioUnavailableError as error:
            yield error.unavailable
            return
        self._stopping = False
        recorder.send("record", path=str(path), device=asdict(device) if device else None)
        if self._handing_on:
            self.hand_on(on=True)
        self._give_up_after(_OPENED_WITHIN)
        opened: CaptureOpened | None = None
        end: CaptureEnded | AudioUnavailable | None = None
        try:
            async with aclosing(recorder.events()) as events:
                async for event in events:
                    if isinstance(event, CaptureEnded | AudioUnavailable):
                        end = event
                        break
                    if isinstance(event, CaptureOpened):
                        opened = event
                        self._has_opened()
                    if isinstance(event, CaptureEvent):
                        yield event
        finally:
            self._never_mind()
            if end is None and not self._stopping:
                recorder.send("stop")  # and then the end of its input: it finishes the file
            self._recorder = None
            self._recorders.retire(recorder)
        if end is None and opened is None and not self._stopping:
            end = NO_ANSWER
        yield end or await _killed(path, opened, recorder.complaint)

    def pause(self) -> None:
        """Leave out what is said from now on."""
        self._send("pause")

    def resume(self) -> None:
        """Record again, into the same file."""
        self._send("resume")

    def stop(self, *, cancelled: bool = False) -> None:
        """Record a last moment and finish the file; one that was cancelled ends at once."""
        self._send("cancel" if cancelled else "stop")
        self._stopping = True
        self._give_up_after(_STOPPED_WITHIN)

    def hand_on(self, *, on: bool) -> None:
        """Whether to tell the sound itself too, now and in the next recording."""
        self._handing_on = on
        if self._recorder is not None:
            self._recorder.send("hand-on", on=on)

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

    def _give_up_after(self, seconds: float) -> None:
        """Kill a recorder that hangs with the sound system: what it wrote is on disk."""
        self._never_mind()
        if self._recorder is not None:
            loop = asyncio.get_running_loop()
            self._giving_up = loop.call_later(seconds, self._recorder.kill)

    def _never_mind(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _has_opened(self) -> None:
        if not self._stopping:
            self._never_mind()

    def _send(self, do: str) -> None:
        if self._recorder is not None:
            self._recorder.send(do)


async def _killed(path: Path, opened: CaptureOpened | None, complaint: str) -> CaptureEnded:
    """How it ended when the recorder could not say so itself: the file says how much there is."""

    def samples() -> int:
        try:
            return max(0, path.stat().st_size - _WAV_HEADER) // _BYTES_PER_SAMPLE
        except OSError:
            return 0

    return CaptureEnded(
        reason="killed",
        samples=await asyncio.to_thread(samples),
        rate=opened.rate if opened else 1,
        detail=complaint,
    )
