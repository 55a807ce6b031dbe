"""What happens while a file is transcribed, in order."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from workbench.session.problems import Problem
from workbench.session.transcription.transcript import Transcript, TranscriptPart


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOpened:
    """The file is audio, or may be.

    Attributes:
        duration: seconds as the file says, ``None`` when that is not known before it was read.
        format: as a person knows it, such as "FLAC" or "MP4".
        size: bytes.
        untouched: whether it is sent as it is, because nothing here can read it.

    """

    path: Path
    duration: float | None
    format: str
    sample_rate: int | None
    channels: int | None
    size: int
    untouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Converting:
    """The file is being read for speech and silence; ``done`` is 0 to 1, ``None`` unknown."""

    done: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """It is known what will be sent.

    Attributes:
        parts: in the order of time; each is one request.
        skipped: silent stretches that stay here, as (start, end) in seconds.
        billed_seconds: what the service will charge, estimated: ten seconds a request at least.
            ``None`` where nothing here can tell how long the file is.

    """

    parts: tuple[TranscriptPart, ...]
    skipped: tuple[tuple[float, float], ...]
    billed_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceReady:
    """The sound of a part is ready to be sent; ``size`` is in bytes."""

    part: TranscriptPart
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadProgressed:
    """So many bytes of a part's sound have been sent; it starts over when the upload does."""

    part: int
    sent: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceTranscribed:
    """A part is there; ``transcript`` is everything so far, stitched, in the order of time."""

    part: TranscriptPart
    transcript: Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceFailed:
    """A part went wrong; the others go on. ``part`` says which, from when to when."""

    part: TranscriptPart
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSpeechFound:
    """Nobody speaks in it, so nothing was sent; ask again without the gate to send it all the same.

    ``loudest`` is the level of the loudest 32 ms in dBFS.
    """

    duration: float
    loudest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptCompleted:
    """All parts were tried; ``transcript.failed`` are those to be tried again, often none."""

    transcript: Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionFailed:
    """The file could not be read, or not be sent at all."""

    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptNotKept:
    """The transcript could not be written to disk; told once, it goes on in memory."""

    problem: Problem


TranscriptionOutcome: TypeAlias = NoSpeechFound | TranscriptCompleted | TranscriptionFailed
TranscriptionUpdate: TypeAlias = (
    FileOpened
    | Converting
    | Planned
    | PieceReady
    | UploadProgressed
    | PieceTranscribed
    | PieceFailed
    | TranscriptNotKept
    | TranscriptionOutcome
)
