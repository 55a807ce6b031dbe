"""What happened below the microphone's screen, on its way to it."""

from collections.abc import Sequence
from pathlib import Path

from textual.message import Message

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceList
from workbench.session.live import LiveUpdate
from workbench.session.playback import PlayingUpdate
from workbench.session.problems import Problem
from workbench.session.recording_updates import (
    LevelShown,
    RecordingFailed,
    RecordingUpdate,
    TroubleBegan,
    TroubleEnded,
)
from workbench.session.recordings import RecordingList
from workbench.session.transcription.updates import TranscriptionUpdate


class RecordingUpdated(Message):
    """The recording went on."""

    def __init__(self, update: RecordingUpdate) -> None:
        super().__init__()
        self.update = update


class PlayingUpdated(Message):
    """Playing went on."""

    def __init__(self, update: PlayingUpdate) -> None:
        super().__init__()
        self.update = update


class LiveUpdated(Message):
    """The text of what is being said went on."""

    def __init__(self, update: LiveUpdate) -> None:
        super().__init__()
        self.update = update


class TranscriptionUpdated(Message):
    """The transcription of a file went on; ``None`` when it was stopped before its end."""

    def __init__(self, path: Path, update: TranscriptionUpdate | None) -> None:
        super().__init__()
        self.path = path
        self.update = update


class TranscriptOpened(Message):
    """The kept transcript of a file was looked for."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class RecordingsListed(Message):
    """The recordings were looked up; ``problem`` says why they could not be, "" when they were."""

    def __init__(
        self, found: RecordingList | None, *, select: Path | None = None, problem: str = ""
    ) -> None:
        super().__init__()
        self.found = found
        self.select = select
        self.problem = problem


class DevicesListed(Message):
    """The microphones were looked up, or cannot be."""

    def __init__(self, found: DeviceList | AudioUnavailable) -> None:
        super().__init__()
        self.found = found


class MicrophoneHeard(Message):
    """How loud a microphone is that is only tried, or why it cannot be heard."""

    def __init__(self, update: LevelShown | TroubleBegan | TroubleEnded | RecordingFailed) -> None:
        super().__init__()
        self.update = update


class LoudspeakerTried(Message):
    """A loudspeaker was to sound; ``problem`` says why it did not, ``None`` when it did."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__()
        self.problem = problem


class ShapeMeasured(Message):
    """The shape of a sound is known: amplitudes, 0 to 1, in equal steps of time."""

    def __init__(self, path: Path, peaks: Sequence[float], seconds: float | None) -> None:
        super().__init__()
        self.path = path
        self.peaks = peaks
        self.seconds = seconds


class Done(Message):
    """Something on disk was done, or was not: ``told`` says what, to the person.

    ``listed`` says that the list is another now; ``select`` is to be pointed at in it.
    """

    def __init__(
        self, told: str, *, problem: bool = False, listed: bool = False, select: Path | None = None
    ) -> None:
        super().__init__()
        self.told = told
        self.problem = problem
        self.listed = listed
        self.select = select
