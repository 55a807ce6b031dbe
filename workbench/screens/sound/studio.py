"""What the microphone's screen works with, and what it has open."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from textual.worker import Worker

from workbench.panes.microphone.progress import Progress
from workbench.screens.sound.export_choice import ExportWanted
from workbench.session.choices import Choices
from workbench.session.live import LiveTranscription
from workbench.session.playback import Playback
from workbench.session.recording import RecordingSession
from workbench.session.recordings import Recordings
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.transcript import Transcript
from workbench.session.transcription.updates import NoSpeechFound, TranscriptionFailed
from workbench.session.waits import Waits

_KEPT: Final = 8
Shape: TypeAlias = tuple[Sequence[float], float | None]
"""Amplitudes, 0 to 1, in equal steps of time; and how long it is, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """The sessions.

    Attributes:
        transcription: makes one for a file; each file that is open has its own.
        live: makes one for a recording.
        shape: measures a sound file; raises OSError or SoundError when it cannot be read.
        export: writes a transcript to a file, and says which one it became; raises OSError, or
            ValidationError for captions of a text without times.

    """

    recording: RecordingSession
    recordings: Recordings
    playback: Playback
    transcription: Callable[[], TranscriptionSession]
    live: Callable[[TranscriptionParameters], LiveTranscription]
    shape: Callable[[Path], Awaitable[Shape]]
    export: Callable[[Transcript, ExportWanted], Awaitable[Path]]
    choices: Choices
    waits: Waits


@dataclass(slots=True, kw_only=True)
class Work:
    """A file that is open, and how its transcription stands.

    Attributes:
        opened: whether a kept transcript was looked for.
        ended: what the last run ended with, when that is not a transcript.
        began: when it began, on the client's clock.
        took: seconds that the last whole transcription took.

    """

    session: TranscriptionSession
    opened: bool = False
    progress: Progress | None = None
    worker: Worker[None] | None = None
    ended: NoSpeechFound | TranscriptionFailed | None = None
    began: float = 0.0
    took: float | None = None


@dataclass(slots=True)
class OpenFiles:
    """The files that are open; the oldest idle ones are let go when they become many."""

    make: Callable[[], TranscriptionSession]
    _works: dict[Path, Work] = field(default_factory=dict)

    def of(self, path: Path) -> Work:
        """The file's work; it is the newest now."""
        work = self._works.pop(path, None) or Work(session=self.make())
        self._works[path] = work
        for other in list(self._works)[:-_KEPT]:
            if self._works[other].progress is None:
                del self._works[other]
        return work

    def forget(self, path: Path) -> None:
        """The file is gone."""
        work = self._works.pop(path, None)
        if work is not None and work.worker is not None:
            work.worker.cancel()
