"""The loudspeaker, by way of a recorder of its own for every sound."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from contextlib import aclosing
from dataclasses import asdict
from types import TracebackType
from typing import Final, Self

from workbench.adapters.recorder_process import RecorderProcess
from workbench.adapters.recorders import NO_ANSWER, Recorders
from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice, DeviceList
from workbench.audio.playback import (
    PlaybackEnded,
    PlaybackEvent,
    PlaybackMoved,
    PlaybackStarted,
    SoundForm,
)
from workbench.audio.problems import AudioUnavailableError
from workbench.recorder.wire import Event

_BEGUN_WITHIN: Final = 20.0
_STOPPED_WITHIN: Final = 0.5
_SECONDS_AHEAD: Final = 2.0
_PIECE: Final = 16 * 1024


class RecorderSpeaker:
    """Plays in a child process. Close it at the end: it leaves none behind."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._recorders = Recorders(os.environ if environ is None else environ)
        self._playing: _Playing | None = None
        self._stops = 0

    async def devices(self) -> DeviceList:
        """What there is to play on, looked up anew. Raises AudioUnavailableError."""
        return await self._recorders.devices("output")

    async def play(
        self, sound: AsyncIterable[bytes], form: SoundForm, *, device: DeviceChoice | None
    ) -> AsyncGenerator[PlaybackEvent, None]:
        """Play and tell what happens; the last is how it ended.

        Raises, at the end, what ``sound`` raised; what came before was played.
        """
        await self.stop()
        stops = self._stops
        try:
            recorder = await self._recorders.take()
        except AudioUnavailableError as error:
            yield error.unavailable
            return
        if self._stops != stops:  # stopped before it began
            self._recorders.retire(recorder)
            yield PlaybackEnded(reason="stopped", seconds=0.0)
            return
        playing = self._playing = _Playing(recorder, form)
        recorder.send("play", **asdict(form), device=asdict(device) if device else None)
        feeding = asyncio.create_task(playing.feed(sound))
        end: PlaybackEnded | AudioUnavailable | None = None
        try:
            async with aclosing(recorder.events()) as events:
                async for event in events:
                    if isinstance(event, PlaybackEnded | AudioUnavailable):
                        end = event
                        break
                    playing.note(event)
                    if isinstance(event, PlaybackEvent):
                        yield event
        finally:
            playing.over()
            recorder.send("stop")
            self._recorders.retire(recorder, patience=_STOPPED_WITHIN)
            self._recorders.refill()
            if self._playing is playing:
                self._playing = None
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({feeding})
        if not feeding.cancelled() and (failed := feeding.exception()) is not None:
            raise failed
        yield end or playing.ended()

    def pause(self) -> None:
        """Hold on."""
        if self._playing is not None:
            self._playing.recorder.send("pause")

    def resume(self) -> None:
        """Go on where it was."""
        if self._playing is not None:
            self._playing.recorder.send("resume")

    async def stop(self) -> None:
        """Be silent, now; returns when it is. Nothing where nothing plays."""
        self._stops += 1
        if self._playing is not None:
            await self._playing.stop()

    async def aclose(self) -> None:
        """End every recorder."""
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


class _Playing:
    """One sound and the recorder that plays it, which is never given much more than it needs."""

    def __init__(self, recorder: RecorderProcess, form: SoundForm) -> None:
        self.recorder = recorder
        self._form = form
        self._heard = 0.0
        self._moved = asyncio.Event()
        self._begun = False
        self._stopped = False
        self._giving_up: asyncio.TimerHandle | None = None

    async def feed(self, sound: AsyncIterable[bytes]) -> None:
        """Send the sound, two seconds ahead of what is heard."""
        sent = 0
        try:
            async for piece in sound:
                for start in range(0, len(piece), _PIECE):
                    part = piece[start : start + _PIECE]
                    await self.recorder.send_sound(part)
                    sent += len(part)
                    await self._wait_until(sent / self._form.bytes_per_second - _SECONDS_AHEAD)
        finally:
            self._expect_to_hear()
            self.recorder.send("sound-ends")

    def note(self, event: Event) -> None:
        """Take note of what the recorder tells."""
        match event:
            case PlaybackStarted():
                self._begun = True
                self.over()
            case PlaybackMoved():
                self._heard = event.seconds
                self._moved.set()
            case _:
                pass

    async def stop(self) -> None:
        """Be silent."""
        self._stopped = True
        self.recorder.send("stop")
        await self.recorder.end(patience=_STOPPED_WITHIN)

    def over(self) -> None:
        """It need not be given up any more."""
        if self._giving_up is not None:
            self._giving_up.cancel()

    def ended(self) -> PlaybackEvent:
        """How it ended when the recorder did not say so."""
        if self._stopped:
            return PlaybackEnded(reason="stopped", seconds=self._heard)
        if not self._begun:
            return NO_ANSWER
        detail = self.recorder.complaint
        return PlaybackEnded(reason="killed", seconds=self._heard, detail=detail)

    async def _wait_until(self, seconds: float) -> None:
        """Wait until so much was heard."""
        while self._heard < seconds:
            self._expect_to_hear()
            self._moved.clear()
            await self._moved.wait()

    def _expect_to_hear(self) -> None:
        """There is enough to begin with: a device that does not open now hangs."""
        if not self._begun and self._giving_up is None:
            loop = asyncio.get_running_loop()
            self._giving_up = loop.call_later(_BEGUN_WITHIN, self.recorder.kill)
