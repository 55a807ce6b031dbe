"""What a microphone tells while it records. Values alone; the sound itself is on disk already."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from workbench.audio.devices import DeviceList

SILENCE_DB: Final = -96.0
"""dBFS of digital silence: nothing that 16 bits can hold is below."""

UnavailableReason: TypeAlias = Literal["no-library", "no-device", "no-answer", "refused"]
EndReason: TypeAlias = Literal["stopped", "cancelled", "lost", "disk-full", "orphaned", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicesListed:
    """The answer to the question what there is."""

    found: DeviceList


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioUnavailable:
    """Nothing can be recorded or played here, as things stand.

    Attributes:
        reason: "no-library", "no-device" (or the remembered one is not there), "no-answer" (the
            sound server hangs) or "refused" (it is there and does not open).
        explanation: what happened, for a person.
        command: the one command that helps on this system, "" where none does.

    """

    reason: UnavailableReason
    explanation: str
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureOpened:
    """The device is open and the file begun; no sound came yet.

    Attributes:
        rate: in Hz; the file's too.
        device: the name of what was opened, as its system calls it.
        after: seconds since it was asked for.

    """

    rate: int
    device: str
    engine: str
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStarted:
    """Sound arrives: from now on one may speak.

    Attributes:
        after: seconds since it was asked for.
        silent: it has been nothing but zeros so far.

    """

    after: float
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelMeasured:
    """How loud it was since the last one, 16 times a second.

    Attributes:
        samples: in the file so far.
        peak: dBFS of the loudest sample, ``SILENCE_DB`` to 0.
        rms: dBFS of the mean power.
        clipped: the peak was at or above -0.1 dBFS.
        peaks: lowest and highest sample of every 20 ms, -32768 to 32767, for a waveform.
        paused: it is shown, and not recorded.

    """

    samples: int
    peak: float
    rms: float
    clipped: bool
    peaks: tuple[tuple[int, int], ...]
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PcmCaptured:
    """A piece of the recording, for whoever listens along: 16-bit little-endian mono.

    Attributes:
        start: its first sample's place in the recording; a gap means that the listener was slow.
        rate: in Hz.

    """

    start: int
    rate: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ZerosHeard:
    """A second of exact zeros: muted, unplugged and routed elsewhere, or permission refused.

    Attributes:
        muted: the system says that it is muted.

    """

    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundReturned:
    """Not only zeros any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStalled:
    """Nothing arrived for a second: the device sleeps, or the sound server hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResumed:
    """It arrives again; ``missing`` is how many seconds never came."""

    missing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGone:
    """The device was unplugged; the sound server may go on with another, or with zeros."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReturned:
    """It was plugged in again."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRouted:
    """Where the sound comes from, as the sound server says: at the beginning, and when it moves."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureChecked:
    """Once a second, when the file was synced to disk.

    Attributes:
        samples: in the file.
        drift: seconds by which the device's clock is behind ours (negative: ahead), stalls apart.
        free: bytes left on the disk, ``None`` where the system does not say.

    """

    samples: int
    drift: float
    free: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureEnded:
    """The file is whole and closed. Always the last.

    Attributes:
        reason: "stopped" or "cancelled" by us, "lost" (device or server gone), "disk-full",
            "orphaned" (the workbench died), "killed" (the recorder itself died or hung).
        samples: in the file.
        rate: in Hz.
        detail: what the system said, "" mostly.

    """

    reason: EndReason
    samples: int
    rate: int
    detail: str = ""


CaptureEvent: TypeAlias = (
    AudioUnavailable
    | CaptureOpened
    | CaptureStarted
    | LevelMeasured
    | PcmCaptured
    | ZerosHeard
    | SoundReturned
    | CaptureStalled
    | CaptureResumed
    | DeviceGone
    | DeviceReturned
    | CaptureRouted
    | CaptureChecked
    | CaptureEnded
)
