"""A microphone, a loudspeaker and a folder that do as a test says, without a process or a disk."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureEvent,
    CaptureOpened,
    CaptureStarted,
    LevelMeasured,
)
from workbench.audio.devices import Device, DeviceChoice, DeviceList, Direction
from workbench.audio.playback import (
    OpenSound,
    PlaybackEnded,
    PlaybackEvent,
    PlaybackMoved,
    PlaybackStarted,
    SoundForm,
)
from workbench.audio.recordings import Discarded, FolderSize, Recording

RATE = 16_000
BEGUN = datetime(2026, 11, 23, 17, 45, tzinfo=UTC)
BUILT_IN = Device(name="built-in", label="Built-in Microphone", api="PulseAudio", default=True)
HEADSET = Device(name="headset", label="Headset", api="PulseAudio")


def level(seconds: float, *, rms: float = -30.0, paused: bool = False) -> LevelMeasured:
    """How loud it is at that moment of the recording."""
    return LevelMeasured(
        samples=round(seconds * RATE),
        peak=min(0.0, rms + 12.0),
        rms=rms,
        clipped=False,
        peaks=((-1000, 1000), (-2000, 2000), (-500, 500)),
        paused=paused,
    )


class FakeMicrophone:
    """Tells what it is told to tell."""

    def __init__(self, *, unavailable: AudioUnavailable | None = None) -> None:
        self.calls: list[str] = []
        self.handing_on = False
        self.asked_for: DeviceChoice | None = None
        self._unavailable = unavailable
        self._events: asyncio.Queue[CaptureEvent] = asyncio.Queue()
        self._samples = 0

    def tell(self, *events: CaptureEvent) -> None:
        """Let it happen."""
        for event in events:
            if isinstance(event, LevelMeasured):
                self._samples = event.samples
            self._events.put_nowait(event)

    def begin(self) -> None:
        """The device opens, and sound arrives."""
        self.tell(
            CaptureOpened(rate=RATE, device="Built-in", engine="PortAudio", after=0.01),
            CaptureStarted(after=0.05),
        )

    async def prepare(self) -> None:
        self.calls.append("prepare")

    async def devices(self) -> DeviceList:
        return DeviceList(devices=(BUILT_IN, HEADSET), engine="PortAudio")

    async def capture(
        self, path: Path | None, *, device: DeviceChoice | None
    ) -> AsyncGenerator[CaptureEvent, None]:
        self.asked_for = device
        self._samples = 0
        if self._unavailable is not None:
            yield self._unavailable
            return
        try:
            while True:
                event = await self._events.get()
                yield event
                if isinstance(event, CaptureEnded):
                    return
        finally:
            self.calls.append("closed")

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    def stop(self, *, cancelled: bool = False) -> None:
        self.calls.append("cancel" if cancelled else "stop")
        self.end("cancelled" if cancelled else "stopped")

    def end(self, reason: str, detail: str = "") -> None:
        """It is over."""
        end = CaptureEnded(reason="stopped", samples=self._samples, rate=RATE, detail=detail)
        self.tell(replace(end, reason=reason))  # type: ignore[arg-type] # a test names one of them

    def hand_on(self, *, on: bool) -> None:
        self.handing_on = on


class FakeFolder:
    """Recordings in memory."""

    def __init__(self, *recordings: Recording, free: int | None = 10**12) -> None:
        self.kept = {recording.path: recording for recording in recordings}
        self.trash: list[Discarded] = []
        self.free = free
        self.failing: OSError | None = None
        self._made = 0

    async def new(self) -> Path:
        self._check()
        self._made += 1
        return Path(f"/recordings/recording-{self._made}.wav")

    async def recordings(self) -> tuple[Recording, ...]:
        self._check()
        return tuple(self.kept.values())

    async def get(self, path: Path) -> Recording:
        return self.kept[path]

    async def describe(self, path: Path, *, device: str = "", note: str = "") -> Recording:
        self._check()
        made = recording(path, device=device, note=note)
        self.kept[path] = made
        return made

    async def drop_empty(self, path: Path) -> None:
        self.kept.pop(path, None)

    async def accept(self, recording: Recording) -> Recording:
        return self._changed(replace(recording, state="whole"))

    async def rename(self, recording: Recording, title: str) -> Recording:
        return self._changed(replace(recording, title=title))

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        return self._changed(replace(recording, transcript=transcript))

    async def discard(self, recording: Recording) -> Discarded:
        self._check()
        discarded = Discarded(recording=recording, kept_for=7, folder=Path("/recordings/.trash/x"))
        self.kept.pop(recording.path, None)
        self.trash.append(discarded)
        return discarded

    async def restore(self, discarded: Discarded) -> Recording:
        self.trash.remove(discarded)
        return self._changed(discarded.recording)

    async def size(self) -> FolderSize:
        count = len(self.kept)
        return FolderSize(folder=Path("/recordings"), count=count, size=0, free=self.free)

    def _changed(self, recording: Recording) -> Recording:
        self.kept[recording.path] = recording
        return recording

    def _check(self) -> None:
        if self.failing is not None:
            raise self.failing


def recording(path: Path, *, device: str = "", note: str = "", seconds: float = 3.0) -> Recording:
    """A recording of some seconds."""
    return Recording(
        path=path,
        title="23 Nov 2026, 17:45",
        begun=BEGUN,
        seconds=seconds,
        rate=RATE,
        size=44 + round(seconds * RATE) * 2,
        device=device,
        note=note,
    )


class FakeChoices:
    """Choices of this test."""

    def __init__(self, **chosen: DeviceChoice | None) -> None:
        self.chosen = chosen

    def get(self, direction: Direction) -> DeviceChoice | None:
        return self.chosen.get(direction)

    def put(self, direction: Direction, choice: DeviceChoice | None) -> None:
        self.chosen[direction] = choice


class FakeSpeaker:
    """Plays as fast as it gets sound, and remembers it.

    Args:
        failing: how it ends instead of playing to the end.

    """

    def __init__(self, *, failing: PlaybackEvent | None = None) -> None:
        self.calls: list[str] = []
        self.played = bytearray()
        self.form: SoundForm | None = None
        self.device: DeviceChoice | None = None
        self._failing = failing
        self._stopped = asyncio.Event()

    async def devices(self) -> DeviceList:
        return DeviceList(devices=(), engine="PortAudio")

    async def play(
        self, sound: AsyncIterable[bytes], form: SoundForm, *, device: DeviceChoice | None
    ) -> AsyncGenerator[PlaybackEvent, None]:
        self.form, self.device = form, device
        self._stopped.clear()
        if isinstance(self._failing, AudioUnavailable):
            yield self._failing
            return
        yield PlaybackStarted(device="Built-in Speaker", after=0.02)
        async for piece in sound:
            self.played += piece
            yield PlaybackMoved(seconds=self._seconds)
            await asyncio.sleep(0)
            if self._stopped.is_set():
                yield PlaybackEnded(reason="stopped", seconds=self._seconds)
                return
        yield self._failing or PlaybackEnded(reason="played", seconds=self._seconds)

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")

    async def stop(self) -> None:
        self.calls.append("stop")
        self._stopped.set()

    @property
    def _seconds(self) -> float:
        return len(self.played) / self.form.bytes_per_second if self.form else 0.0


class FakeReader:
    """Sound files of silence, ten seconds each."""

    def __init__(self, *, failing: OSError | None = None) -> None:
        self._failing = failing

    async def open(self, path: Path, *, start: float = 0.0, end: float | None = None) -> OpenSound:
        if self._failing is not None:
            raise self._failing
        seconds = (10.0 if end is None else end) - start
        return OpenSound(
            form=SoundForm(rate=RATE), start=start, duration=10.0, blocks=self._blocks(seconds)
        )

    async def _blocks(self, seconds: float) -> AsyncGenerator[bytes, None]:
        left = round(seconds * RATE) * 2
        while left > 0:
            yield bytes(min(left, RATE // 2))
            left -= RATE // 2
