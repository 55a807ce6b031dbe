"""Recordings on disk, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

RecordingState: TypeAlias = Literal["whole", "recording", "interrupted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording in its folder.

    Attributes:
        path: the WAV file; its name never changes, so that what points at it stays right.
        title: what a person calls it.
        begun: when, with its time zone.
        seconds: how long it is; of a running one, so far.
        rate: in Hz.
        size: of the file in bytes.
        device: the microphone's name, "" when unknown.
        state: "recording" while a process writes it, "interrupted" when that one ended before it
            was stopped: what had been said is all there, and nobody has looked at it yet.
        note: what went wrong while it was made, "" for nothing.
        transcript: where what was said is written, ``None`` without one.

    """

    path: Path
    title: str
    begun: datetime
    seconds: float
    rate: int
    size: int
    device: str = ""
    state: RecordingState = "whole"
    note: str = ""
    transcript: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """A recording in the trash; hand it to ``restore`` to have it back.

    Attributes:
        recording: as it was.
        kept_for: days that it stays there.

    """

    recording: Recording
    kept_for: int
    folder: Path = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSize:
    """Where recordings lie, how many there are and how large they are together, in bytes."""

    folder: Path
    count: int
    size: int
    free: int | None
