"""The microphone on a stage: sound that tests invent, recordings in memory, a scripted listener."""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.sound_machine import (
    FakeMicrophone,
    FakeReader,
    FakeSpeaker,
    MemoryChoices,
    MemoryFolder,
)
from tests.sound_values import (
    BEGUN,
    DEVICES,
    FOLDER,
    NO_LIBRARY,
    RATE,
    SAID,
    part,
    planned,
    recording,
    segment,
    transcript,
)
from tests.stage import Actor, Stage
from workbench.app import WorkbenchApp
from workbench.audio.capture import (
    PcmCaptured,
)
from workbench.audio.recordings import Recording
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
    Transcript,
)
from workbench.session.transcription.updates import (
    TranscriptCompleted,
    TranscriptionUpdate,
)
from workbench.session.waits import Waits
from workbench.widgets.key_bar import KeyBar
from workbench.widgets.title_bar import TitleBar

__all__ = [
    "BEGUN",
    "DEVICES",
    "FOLDER",
    "NO_LIBRARY",
    "SAID",
    "SoundActor",
    "SoundStage",
    "part",
    "planned",
    "recording",
    "segment",
    "transcript",
]


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
