"""A microphone, a loudspeaker and recordings that a test at the microphone plays with."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.sound_values import BEGUN, DEVICES, FOLDER, RATE, recording
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureEvent,
    CaptureOpened,
    CaptureStarted,
    LevelMeasured,
)
from workbench.audio.devices import DeviceChoice, DeviceList
from workbench.audio.playback import (
    OpenSound,
    PlaybackEnded,
    PlaybackEvent,
    PlaybackMoved,
    PlaybackStarted,
    SoundForm,
)
from workbench.audio.problems import AudioUnavailableError
from workbench.audio.recordings import Discarded, FolderSize, Recording


class FakeMicrophone:
    """Tells what the test makes it tell."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[CaptureEvent] = asyncio.Queue()
        self.unavailable: AudioUnavailable | None = None
        self.asked: list[str] = []
        self.samples = 0
        self.handing_on = False

    async def prepare(self) -> None:
        self.asked.append("prepare")

    async def devices(self) -> DeviceList:
        if self.unavailable is not None:
            raise AudioUnavailableError(self.unavailable)
        return DEVICES

    async def capture(
        self, path: Path, *, device: DeviceChoice | None
    ) -> AsyncGenerator[CaptureEvent, None]:
        del path, device
        if self.unavailable is not None:
            yield self.unavailable
            return
        self.samples = 0
        while True:
            event = await self.events.get()
            yield event
            if isinstance(event, CaptureEnded | AudioUnavailable):
                return

    def pause(self) -> None:
        self.asked.append("pause")

    def resume(self) -> None:
        self.asked.append("resume")

    def stop(self, *, cancelled: bool = False) -> None:
        self.asked.append("cancel" if cancelled else "stop")
        self.end("cancelled" if cancelled else "stopped")

    def hand_on(self, *, on: bool) -> None:
        self.handing_on = on

    # -- what a test does with it -----------------------------------------------------------

    def tell(self, *events: CaptureEvent) -> None:
        for event in events:
            self.events.put_nowait(event)

    def open(self) -> None:
        self.tell(
            CaptureOpened(rate=RATE, device="RØDE NT-USB Mini", engine="PortAudio", after=0.03),
            CaptureStarted(after=0.041),
        )

    def hear(self, seconds: float, *, loudness: float = 0.4, clipped: bool = False) -> None:
        """Sound as of someone speaking, in blocks of a sixteenth of a second."""
        for _ in range(round(seconds * 16)):
            self.samples += RATE // 16
            at = self.samples / RATE
            swell = abs(math.sin(at * 2.1)) * abs(math.sin(at * 0.7 + 1)) * loudness
            peak = 1.0 if clipped else min(0.99, swell * (0.6 + 0.4 * abs(math.sin(at * 13))))
            peak = max(peak, 0.002)
            level = 20 * math.log10(peak)
            high = round(peak * 32767)
            self.tell(
                LevelMeasured(
                    samples=self.samples,
                    peak=level,
                    rms=max(-96.0, level - 11),
                    clipped=clipped,
                    peaks=((-high, high),) * 3,
                )
            )

    def end(self, reason: str) -> None:
        self.tell(CaptureEnded(reason=reason, samples=self.samples, rate=RATE))  # type: ignore[arg-type]


class FakeSpeaker:
    """Plays nothing, and says what it is told to."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[PlaybackEvent] = asyncio.Queue()
        self.unavailable: AudioUnavailable | None = None
        self.held = False
        self._playing = False

    async def devices(self) -> DeviceList:
        return DEVICES

    async def play(
        self, sound: AsyncIterable[bytes], form: SoundForm, *, device: DeviceChoice | None
    ) -> AsyncGenerator[PlaybackEvent, None]:
        del sound, form, device
        if self.unavailable is not None:
            yield self.unavailable
            return
        self._playing = True
        yield PlaybackStarted(device="Built-in Audio", after=0.02)
        try:
            while True:
                event = await self.events.get()
                yield event
                if isinstance(event, PlaybackEnded):
                    return
        finally:
            self._playing = False

    def move(self, seconds: float) -> None:
        self.events.put_nowait(PlaybackMoved(seconds=seconds, paused=self.held))

    def pause(self) -> None:
        self.held = True
        self.move(1.5)

    def resume(self) -> None:
        self.held = False
        self.move(1.5)

    async def stop(self) -> None:
        if self._playing:
            self.events.put_nowait(PlaybackEnded(reason="stopped", seconds=2.0))


class FakeReader:
    """Opens every file."""

    def __init__(self) -> None:
        self.opened: list[tuple[Path, float]] = []

    async def open(self, path: Path, *, start: float = 0.0, end: float | None = None) -> OpenSound:
        del end
        self.opened.append((path, start))

        async def blocks() -> AsyncGenerator[bytes, None]:
            yield b""

        return OpenSound(form=SoundForm(rate=RATE), start=start, duration=17.2, blocks=blocks())


class MemoryFolder:
    """Recordings of this test."""

    def __init__(self, *recordings: Recording) -> None:
        self.kept = {recording.path: recording for recording in recordings}
        self.trash: list[Recording] = []
        self.microphone: FakeMicrophone | None = None

    async def new(self) -> Path:
        return FOLDER / f"recording-{len(self.kept) + 1}.wav"

    async def recordings(self) -> tuple[Recording, ...]:
        return tuple(sorted(self.kept.values(), key=lambda one: one.begun, reverse=True))

    async def get(self, path: Path) -> Recording:
        return self.kept[path]

    async def describe(self, path: Path, *, device: str = "", note: str = "") -> Recording:
        seconds = self.microphone.samples / RATE if self.microphone else 0.0
        newest = max((one.begun for one in self.kept.values()), default=BEGUN)
        made = recording(path.stem, seconds, begun=newest + timedelta(minutes=40), device=device)
        self.kept[path] = replace(made, path=path, title="Recording 10:06", note=note)
        return self.kept[path]

    async def drop_empty(self, path: Path) -> None:
        self.kept.pop(path, None)

    async def accept(self, recording: Recording) -> Recording:
        self.kept[recording.path] = replace(recording, state="whole")
        return self.kept[recording.path]

    async def rename(self, recording: Recording, title: str) -> Recording:
        self.kept[recording.path] = replace(recording, title=title)
        return self.kept[recording.path]

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        self.kept[recording.path] = replace(self.kept[recording.path], transcript=transcript)
        return self.kept[recording.path]

    async def discard(self, recording: Recording) -> Discarded:
        self.trash.append(self.kept.pop(recording.path))
        return Discarded(recording=recording, kept_for=30, folder=FOLDER)

    async def restore(self, discarded: Discarded) -> Recording:
        self.trash.remove(discarded.recording)
        self.kept[discarded.recording.path] = discarded.recording
        return discarded.recording

    async def size(self) -> FolderSize:
        size = sum(one.size for one in self.kept.values())
        return FolderSize(folder=FOLDER, count=len(self.kept), size=size, free=200_000_000_000)


class MemoryChoices:
    """Devices chosen in this test."""

    def __init__(self) -> None:
        self.chosen: dict[str, DeviceChoice | None] = {}

    def get(self, direction: str) -> DeviceChoice | None:
        return self.chosen.get(direction)

    def put(self, direction: str, choice: DeviceChoice | None) -> None:
        self.chosen[direction] = choice
