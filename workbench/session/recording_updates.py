"""What happens to a recording while it is made, as it is told to whoever shows it. Values alone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.audio.devices import DeviceChoice
from workbench.audio.recordings import Discarded, Recording
from workbench.session.problems import Problem

Phase: TypeAlias = Literal["idle", "arming", "recording", "paused", "stopping"]
Trouble: TypeAlias = Literal["zeros", "stalled", "unplugged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStatus:
    """How the recording stands, for whoever shows it on another screen.

    Attributes:
        seconds: recorded so far, counted in samples.
        trouble: what is wrong with the sound at present.

    """

    phase: Phase = "idle"
    seconds: float = 0.0
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingArmed:
    """The microphone was asked for; one should not speak yet."""

    path: Path
    device: DeviceChoice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted:
    """Sound arrives.

    Attributes:
        device: the microphone's name.
        rate: in Hz.
        after: seconds since the key was pressed.
        silent: nothing but zeros so far.

    """

    path: Path
    device: str
    rate: int
    after: float
    silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShown:
    """How loud it is, 16 times a second.

    Attributes:
        seconds: recorded so far, counted in samples.
        peak: dBFS of the loudest sample since the last one, -96 to 0.
        rms: dBFS of the mean power, -96 to 0.
        clipped: too loud to be recorded as it was.
        peaks: lowest and highest sample of every 20 ms, -1 to 1, for the waveform.
        speaking: it stands out from the noise.
        paused: it is heard, and not recorded.

    """

    seconds: float
    peak: float
    rms: float
    clipped: bool
    peaks: tuple[tuple[float, float], ...]
    speaking: bool
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPaused:
    """What is said now is left out."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResumed:
    """It is recorded again."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleBegan:
    """Something is wrong with the sound, and the recording goes on.

    Attributes:
        kind: "zeros" (muted?), "stalled" (nothing arrives), "unplugged".

    """

    kind: Trouble
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleEnded:
    """The sound is there again; ``missing`` seconds never came."""

    kind: Trouble
    missing: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrophoneNamed:
    """Where the sound comes from, as the sound server says; told again when it moves elsewhere."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDrifted:
    """The device's clock and ours differ by more than half a second; positive: sound is missing."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskRunsLow:
    """So many seconds still fit on the disk; told once a minute from ten minutes on."""

    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAnnounced:
    """It is quiet, and the recording stops in so many seconds unless one speaks."""

    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCalledOff:
    """Somebody spoke: it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCompleted:
    """It is on disk, whole.

    Attributes:
        by: who ended it: a key, or the silence.

    """

    recording: Recording
    by: Literal["key", "silence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCancelled:
    """It lies in the trash; ``discarded`` brings it back. ``None`` when nothing was recorded."""

    discarded: Discarded | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingBroken:
    """It ended without being told to. What had been said until then is on disk, whole."""

    recording: Recording
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed:
    """Nothing was recorded.

    Attributes:
        command: the one command that helps on this system, "" where none does.
        missing: the remembered microphone that is not there; ``record(device=None)`` takes the
            system's default instead, when a person says so.

    """

    problem: Problem
    command: str = ""
    missing: DeviceChoice | None = None


RecordingOutcome: TypeAlias = (
    RecordingCompleted | RecordingCancelled | RecordingBroken | RecordingFailed
)
RecordingUpdate: TypeAlias = (
    RecordingArmed
    | RecordingStarted
    | LevelShown
    | RecordingPaused
    | RecordingResumed
    | TroubleBegan
    | TroubleEnded
    | MicrophoneNamed
    | ClockDrifted
    | DiskRunsLow
    | StopAnnounced
    | StopCalledOff
    | RecordingOutcome
)
