"""What runs while the microphone's screen stays answerable: each run only iterates and posts."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.screen import Screen
from textual.worker import Worker

from client import GroqError
from workbench.audio.capture import PcmCaptured
from workbench.audio.devices import DeviceChoice
from workbench.audio.problems import AudioUnavailableError
from workbench.audio.recordings import Discarded
from workbench.screens.sound.messages import (
    DevicesListed,
    Done,
    LiveUpdated,
    LoudspeakerTried,
    MicrophoneHeard,
    PlayingUpdated,
    RecordingsListed,
    RecordingUpdated,
    ShapeMeasured,
    TranscriptionUpdated,
    TranscriptOpened,
)
from workbench.screens.sound.studio import Shape, Studio, Work
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.updates import TranscriptionUpdate
from workbench.sound.sound_file import SoundError

if TYPE_CHECKING:
    from workbench.audio.recordings import Recording
    from workbench.screens.sound.export_choice import ExportWanted
    from workbench.session.transcription.transcript import Transcript

_PASSING_BY: Final = 0.12
"""Seconds that a sound is chosen before its shape is measured: one may only pass by."""
_SHAPES: Final = 16
"""That are remembered."""


class Runs:
    """Starts workers of a screen; their messages come to that screen."""

    def __init__(self, screen: Screen[None], studio: Studio) -> None:
        self._screen = screen
        self._studio = studio
        self.thrown: list[Discarded] = []
        """What was thrown away in this session and can be taken back, the last one last."""
        self._shapes: dict[Path, Shape] = {}

    def _run(
        self,
        work: Callable[[], Coroutine[None, None, None]],
        *,
        group: str,
        exclusive: bool = False,
    ) -> Worker[None]:
        """Run it; called only then, so that nothing is left over of one that never began."""
        worker: Worker[None] = self._screen.run_worker(work, group=group, exclusive=exclusive)
        return worker

    # -- recording and playing --------------------------------------------------------------

    def prepare(self) -> None:
        """Get the microphone ready."""
        self._run(self._studio.recording.prepare, group="prepare")

    def record(self) -> None:
        """Record until it ends."""
        self._run(self._record, group="recording")

    async def _record(self) -> None:
        async with aclosing(self._studio.recording.record()) as updates:
            async for update in updates:
                self._screen.post_message(RecordingUpdated(update))

    def live(self, parameters: TranscriptionParameters) -> None:
        """Follow the recording with text."""
        sound = self._studio.recording.listen()
        self._run(partial(self._live, sound, parameters), group="live", exclusive=True)

    async def _live(
        self, sound: AsyncIterator[PcmCaptured], parameters: TranscriptionParameters
    ) -> None:
        first = await anext(sound, None)
        if first is None:
            return
        live = self._studio.live(parameters)
        async for update in live.follow(_samples(first, sound), sample_rate=first.rate):
            self._screen.post_message(LiveUpdated(update))

    def play(self, path: Path, start: float) -> None:
        """Play a file from a moment on, instead of what plays now."""
        self._run(partial(self._play, path, start), group="playing", exclusive=True)

    async def _play(self, path: Path, start: float) -> None:
        async with aclosing(self._studio.playback.play(path, start=start)) as updates:
            async for update in updates:
                self._screen.post_message(PlayingUpdated(update))

    def devices(self) -> None:
        """Look the microphones up."""
        self._run(self._devices, group="devices", exclusive=True)

    async def _devices(self) -> None:
        try:
            found = await self._studio.recording.devices()
        except AudioUnavailableError as error:
            self._screen.post_message(DevicesListed(error.unavailable))
        else:
            self._screen.post_message(DevicesListed(found))

    def hear(self, device: DeviceChoice | None) -> None:
        """Try a microphone, without recording, until ``hush``."""
        self._run(partial(self._hear, device), group="hearing", exclusive=True)

    def loudspeakers(self) -> None:
        """Look the loudspeakers up."""
        self._run(self._loudspeakers, group="devices", exclusive=True)

    async def _loudspeakers(self) -> None:
        try:
            found = await self._studio.playback.devices()
        except AudioUnavailableError as error:
            self._screen.post_message(DevicesListed(error.unavailable))
        else:
            self._screen.post_message(DevicesListed(found))

    def chime(self, device: DeviceChoice | None) -> None:
        """Let a loudspeaker sound."""
        self._run(partial(self._chime, device), group="hearing", exclusive=True)

    async def _chime(self, device: DeviceChoice | None) -> None:
        problem = await self._studio.playback.chime(device)
        self._screen.post_message(LoudspeakerTried(problem))

    def hush(self) -> None:
        """Try none any more."""
        self._screen.workers.cancel_group(self._screen, "hearing")

    async def _hear(self, device: DeviceChoice | None) -> None:
        async with aclosing(self._studio.recording.preview(device)) as updates:
            async for update in updates:
                self._screen.post_message(MicrophoneHeard(update))

    # -- transcribing -----------------------------------------------------------------------

    def open(self, path: Path, work: Work) -> None:
        """Look for a transcript that was kept."""
        self._run(partial(self._open, path, work), group="opening", exclusive=True)

    async def _open(self, path: Path, work: Work) -> None:
        await work.session.open(path)
        work.opened = True
        self._screen.post_message(TranscriptOpened(path))

    def transcribe(self, path: Path, work: Work, parameters: TranscriptionParameters) -> None:
        """Transcribe a file from its beginning."""
        self._follow(path, work, work.session.transcribe(path, parameters))

    def retry(self, path: Path, work: Work, part: int | None) -> None:
        """Send again what failed."""
        self._follow(path, work, work.session.retry(part))

    def _follow(
        self, path: Path, work: Work, updates: AsyncGenerator[TranscriptionUpdate, None]
    ) -> None:
        work.worker = self._run(
            partial(self._post_transcription, path, updates),
            group="transcription",
        )

    async def _post_transcription(
        self, path: Path, updates: AsyncGenerator[TranscriptionUpdate, None]
    ) -> None:
        try:
            async with aclosing(updates):
                async for update in updates:
                    self._screen.post_message(TranscriptionUpdated(path, update))
        finally:
            self._screen.post_message(TranscriptionUpdated(path, None))

    def edit(self, path: Path, work: Work, segment: int, text: str | None) -> None:
        """Change a passage."""
        self._run(partial(self._edit, path, work, segment, text), group="editing")

    async def _edit(self, path: Path, work: Work, segment: int, text: str | None) -> None:
        await work.session.edit(segment, text)
        self._screen.post_message(TranscriptOpened(path))

    def restore(self, path: Path, work: Work, segment: int, *, wanted: bool) -> None:
        """Bring a passage back that was left out, or leave it out again."""
        self._run(partial(self._restore, path, work, segment, wanted), group="editing")

    async def _restore(self, path: Path, work: Work, segment: int, wanted: bool) -> None:
        await work.session.restore(segment, wanted=wanted)
        self._screen.post_message(TranscriptOpened(path))

    def export(self, transcript: "Transcript", wanted: "ExportWanted") -> None:
        """Write a transcript to a file."""
        self._run(partial(self._export, transcript, wanted), group="exporting")

    async def _export(self, transcript: "Transcript", wanted: "ExportWanted") -> None:
        try:
            path = await self._studio.export(transcript, wanted)
        except (OSError, GroqError) as error:
            told = f"Nothing was written: {_reason(error)}"
            self._screen.post_message(Done(told, problem=True))
        else:
            self._screen.post_message(Done(f"Written to {path}"))

    # -- recordings on disk -----------------------------------------------------------------

    def look(self, select: Path | None = None) -> None:
        """List the recordings anew, and point at one."""
        self._run(partial(self._look, select), group="listing")

    async def _look(self, select: Path | None) -> None:
        try:
            found = await self._studio.recordings.look()
        except OSError as error:
            told = f"The recordings cannot be listed: {_reason(error)}"
            self._screen.post_message(RecordingsListed(None, problem=told))
        else:
            self._screen.post_message(RecordingsListed(found, select=select))

    def measure(self, path: Path) -> None:
        """Measure the shape of a sound."""
        self._run(partial(self._measure, path), group="measuring", exclusive=True)

    async def _measure(self, path: Path) -> None:
        if path not in self._shapes:
            await asyncio.sleep(_PASSING_BY)
            try:
                self._shapes[path] = await self._studio.shape(path)
            except (OSError, SoundError):
                return  # it is told where the file is used
            for oldest in list(self._shapes)[:-_SHAPES]:
                del self._shapes[oldest]
        peaks, seconds = self._shapes[path]
        self._screen.post_message(ShapeMeasured(path, peaks, seconds))

    def accept(self, recordings: "tuple[Recording, ...]") -> None:
        """Keep recordings that were cut short."""

        async def accept() -> str:
            for recording in recordings:
                await self._studio.recordings.accept(recording)
            return ""

        self._do(accept())

    def rename(self, recording: "Recording", title: str) -> None:
        """Call a recording something else."""

        async def rename() -> str:
            await self._studio.recordings.rename(recording, title)
            return ""

        self._do(rename(), select=recording.path)

    def attach(self, recording: "Recording", transcript: Path) -> None:
        """Remember where a recording's transcript is."""

        async def attach() -> str:
            await self._studio.recordings.attach(recording, transcript)
            return ""

        self._do(attach())

    def discard(self, recording: "Recording") -> None:
        """Move a recording to the trash."""

        async def discard() -> str:
            thrown = await self._studio.recordings.discard(recording)
            self.thrown.append(thrown)
            return (
                f"“{recording.title}” is in the trash for {thrown.kept_for} days: u takes it back."
            )

        self._do(discard())

    def take_back(self) -> bool:
        """Take the last recording out of the trash; says whether there is one."""
        if not self.thrown:
            return False
        thrown = self.thrown.pop()

        async def take_back() -> str:
            recording = await self._studio.recordings.restore(thrown)
            return f"“{recording.title}” is back." if recording else "It is not there any more."

        self._do(take_back())
        return True

    def _do(self, doing: Coroutine[object, object, str], *, select: Path | None = None) -> None:
        self._run(partial(self._done, doing, select), group="disk")

    async def _done(self, doing: Coroutine[object, object, str], select: Path | None) -> None:
        try:
            told = await doing
        except OSError as error:
            told = f"That did not work: {_reason(error)}"
            self._screen.post_message(Done(told, problem=True, listed=True))
        else:
            self._screen.post_message(Done(told, listed=True, select=select))


async def _samples(first: PcmCaptured, sound: AsyncIterator[PcmCaptured]) -> AsyncIterator[bytes]:
    yield first.data
    async for piece in sound:
        yield piece.data


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
