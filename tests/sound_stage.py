"""The microphone on a stage: sound that tests invent, recordings in memory, a scripted listener."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.stage import Actor, Stage
from workbench.app import WorkbenchApp
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureEvent,
    CaptureOpened,
    CaptureStarted,
    LevelMeasured,
    PcmCaptured,
)
from workbench.audio.devices import Device, DeviceChoice, DeviceList
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
from workbench.panes.microphone.recorder import RecorderPane
from workbench.panes.microphone.transcript import TranscriptPane
from workbench.places import PlaceName
from workbench.screens.microphone import MicrophoneScreen
from workbench.screens.sound.export_choice import ExportWanted
from workbench.screens.sound.studio import Studio
from workbench.screens.workspace import Workspace
from workbench.session.live import LiveEnded, LiveUpdate
from workbench.session.playback import Playback
from workbench.session.recording import RecordingSession
from workbench.session.recording_sign import sign_of
from workbench.session.recordings import Recordings
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.transcript import (
    Provenance,
    TranscribedSegment,
    TranscribedWord,
    Transcript,
    TranscriptPart,
)
from workbench.session.transcription.updates import (
    Planned,
    TranscriptCompleted,
    TranscriptionUpdate,
)
from workbench.session.waits import Waits
from workbench.widgets.key_bar import KeyBar
from workbench.widgets.title_bar import TitleBar

RATE = 16_000
FOLDER = Path("/home/ada/recordings")
BEGUN = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
NO_LIBRARY = AudioUnavailable(
    reason="no-library",
    explanation="Recording and playing need PortAudio, a library that is not installed here.",
    command="sudo apt install libportaudio2",
)
DEVICES = DeviceList(
    devices=(
        Device(
            name="alsa_input.usb-rode",
            label="RØDE NT-USB Mini",
            api="PulseAudio",
            rate=48_000,
            channels=1,
            default=True,
        ),
        Device(
            name="alsa_input.pci", label="Built-in Audio", api="PulseAudio", rate=44_100, channels=2
        ),
        Device(
            name="alsa_output.monitor",
            label="Monitor of Built-in Audio",
            api="PulseAudio",
            rate=44_100,
            channels=2,
            monitor=True,
            extra=True,
        ),
    ),
    engine="PortAudio",
)
SAID = (
    (0.4, 3.6, "First, we checked every cable in the server room."),
    (7.9, 11.0, "After that, nobody could find the missing key."),
    (12.2, 16.8, "The parcel weighs forty two kilograms and should arrive before October."),
)


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


class FakeListener:
    """Transcribes as the test says; one for each file, all with the same script."""

    def __init__(self, stage: "SoundStage") -> None:
        self.stage = stage
        self.transcript: Transcript | None = None
        self.kept_at: Path | None = None

    async def open(self, path: Path) -> Transcript | None:
        self.transcript = self.stage.kept.get(path)
        return self.transcript

    async def transcribe(
        self, path: Path, parameters: TranscriptionParameters
    ) -> AsyncGenerator[TranscriptionUpdate, None]:
        self.stage.asked.append((path, parameters))
        self.transcript = None
        async for update in self._told():
            yield update

    async def retry(self, part: int | None = None) -> AsyncGenerator[TranscriptionUpdate, None]:
        self.stage.retried.append(part)
        async for update in self._told():
            yield update

    async def _told(self) -> AsyncGenerator[TranscriptionUpdate, None]:
        while True:
            update = await self.stage.told.get()
            self.transcript = getattr(update, "transcript", self.transcript)
            if isinstance(update, TranscriptCompleted):
                self.kept_at = FOLDER / "a.transcript.json"
            yield update
            if type(update).__name__ in {
                *("TranscriptCompleted", "NoSpeechFound", "TranscriptionFailed")
            }:
                return

    async def edit(self, segment: int, text: str | None) -> Transcript | None:
        assert self.transcript is not None
        self.transcript = self.transcript.with_text(segment, text)
        return self.transcript

    async def restore(self, segment: int, *, wanted: bool = True) -> Transcript | None:
        assert self.transcript is not None
        self.transcript = self.transcript.restored(segment, wanted=wanted)
        return self.transcript


class FakeLive:
    """Says what the test says, for as long as there is sound."""

    def __init__(self, stage: "SoundStage") -> None:
        self.stage = stage

    async def follow(
        self, sound: AsyncIterable[bytes], *, sample_rate: int
    ) -> AsyncGenerator[LiveUpdate, None]:
        assert sample_rate == RATE
        async for _ in sound:
            while not self.stage.live.empty():
                yield self.stage.live.get_nowait()
        yield LiveEnded(text="First, we checked every cable.", billed_seconds=20)


class _StagedApp(WorkbenchApp):
    """The app, with the staged microphone in the place of the machine's."""

    stage: "SoundStage"

    async def _make_workspace(self, place: PlaceName) -> Workspace:
        if place == "microphone":
            return self.stage.screen
        return await super()._make_workspace(place)


class SoundStage(Stage):
    """An app with a microphone that tests can speak into."""

    def __init__(
        self, *recordings: Recording, service: Service | None = None, exports: Path | None = None
    ) -> None:
        super().__init__(service=service)
        self.microphone = FakeMicrophone()
        self.speaker = FakeSpeaker()
        self.reader = FakeReader()
        self.folder = MemoryFolder(*recordings)
        self.folder.microphone = self.microphone
        self.device_choices = MemoryChoices()
        self.kept: dict[Path, Transcript] = {}
        self.told: asyncio.Queue[TranscriptionUpdate] = asyncio.Queue()
        self.live: asyncio.Queue[LiveUpdate] = asyncio.Queue()
        self.asked: list[tuple[Path, TranscriptionParameters]] = []
        self.retried: list[int | None] = []
        self.exported: list[tuple[Transcript, ExportWanted]] = []
        self.waits: Waits = self.parts.waits
        self.recording = RecordingSession(
            microphone=self.microphone,
            folder=self.folder,
            choices=self.device_choices,
            speaker=self.speaker,
        )
        self.recording.subscribe(
            lambda status: self.parts.ongoing.show("recording", sign_of(status))
        )
        self.studio = Studio(
            recording=self.recording,
            recordings=Recordings(self.folder),
            playback=Playback(
                speaker=self.speaker, reader=self.reader, choices=self.device_choices
            ),
            transcription=lambda: FakeListener(self),  # type: ignore[arg-type, return-value]
            live=lambda _: FakeLive(self),  # type: ignore[arg-type, return-value]
            shape=self._shape,
            export=self._export,
            choices=self.parts.choices,
            waits=self.waits,
        )
        self.screen = MicrophoneScreen(self.parts.surroundings, self.studio)
        self.app = _StagedApp(self.parts, log=self.log)
        self.app.stage = self

    async def _shape(self, path: Path) -> tuple[list[float], float | None]:
        del path
        peaks = [abs(math.sin(n / 7)) * abs(math.sin(n / 31)) * 0.5 + 0.004 for n in range(400)]
        return peaks, 17.2

    async def _export(self, transcript: Transcript, wanted: ExportWanted) -> Path:
        self.exported.append((transcript, wanted))
        return wanted.path

    @asynccontextmanager
    async def at_the_microphone(
        self, *, size: tuple[int, int] = (80, 24)
    ) -> AsyncIterator["SoundActor"]:
        """Run the app, and go to the microphone."""
        async with self.app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            actor = SoundActor(self, pilot)
            await actor.go()
            yield actor


class SoundActor(Actor):
    """Presses keys at the microphone."""

    stage: SoundStage

    async def go(self) -> None:
        await self.press("alt+4")
        await self.until(lambda: self.stage.screen._listed is not None)
        await self.pilot.pause()

    async def record(self, seconds: float = 4.0, **how: float) -> None:
        """Press the key, and speak."""
        await self.press("space")
        self.stage.microphone.open()
        await self.until(lambda: self.stage.recording.status.phase == "recording")
        self.stage.microphone.hear(seconds, **how)
        await self.until(lambda: self.stage.microphone.events.empty())
        await self.pilot.pause()

    async def heard(self, *updates: TranscriptionUpdate) -> None:
        """The listener tells."""
        for update in updates:
            self.stage.told.put_nowait(update)
        await self.until(self.stage.told.empty)
        await self.pilot.pause()

    async def hands_on(self, data: bytes = b"\\0\\0") -> None:
        """Sound comes for whoever listens along."""
        self.stage.microphone.tell(
            PcmCaptured(start=self.stage.microphone.samples, rate=RATE, data=data)
        )
        await self.until(self.stage.microphone.events.empty)
        await self.pilot.pause()

    @property
    def keys(self) -> str:
        return self._text(self.stage.screen.query_one(KeyBar))

    @property
    def title(self) -> str:
        return self._text(self.stage.screen.query_one(TitleBar))

    @property
    def recorder(self) -> str:
        return self._text(self.stage.screen.query_one(RecorderPane))

    @property
    def text(self) -> str:
        return self._text(self.stage.screen.query_one(TranscriptPane))

    @property
    def flowing(self) -> str:
        """The text, without the breaks that the width made."""
        return " ".join(self.text.split())


def recording(
    title: str,
    seconds: float,
    *,
    begun: datetime = BEGUN,
    device: str = "RØDE NT-USB Mini",
    **known: object,
) -> Recording:
    """A recording, one of many."""
    return Recording(
        path=FOLDER / f"{title}.wav",
        title=title,
        begun=begun,
        seconds=seconds,
        rate=RATE,
        size=round(seconds * RATE * 2) + 44,
        device=device,
        **known,  # type: ignore[arg-type]
    )


def segment(start: float, end: float, text: str, **known: object) -> TranscribedSegment:
    """A stretch of speech, its words evenly over it."""
    texts = text.split()
    length = (end - start) / len(texts)
    words = tuple(
        TranscribedWord(
            text=word, start=start + n * length, end=start + (n + 1) * length, confidence=0.93
        )
        for n, word in enumerate(texts)
    )
    return TranscribedSegment(
        **{
            "start": start,
            "end": end,
            "heard": text,
            "words": words,
            "confidence": 0.93,
            **known,
        }  # type: ignore[arg-type]
    )


def transcript(*segments: TranscribedSegment, **known: object) -> Transcript:
    """What was said in it."""
    said = segments or tuple(segment(*one) for one in SAID)
    return Transcript(
        **{
            "key": "1",
            "name": "talk.wav",
            "created": 0.0,
            "parameters": TranscriptionParameters(),
            "provenance": Provenance(service="SIMULATED", simulated=True, listener="Whisper base"),
            "duration": 17.2,
            "language": "en",
            "parts": (part(1, 0.0, 17.2),),
            "segments": said,
            **known,
        }  # type: ignore[arg-type]
    )


def part(
    number: int, start: float, end: float, state: str = "done", **known: object
) -> TranscriptPart:
    """What one request answers for."""
    return TranscriptPart(
        number=number,
        start=start,
        end=end,
        seconds=end - start,
        state=state,
        **known,  # type: ignore[arg-type]
    )


def planned(*parts: TranscriptPart) -> Planned:
    """It is known what will be sent."""
    billed = sum(one.billed_seconds for one in parts)
    return Planned(parts=parts, skipped=(), billed_seconds=billed)
