"""One recording while it is made: what a person is told of each thing that happens. No I/O."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from workbench.audio.capture import (
    CaptureChecked,
    CaptureEvent,
    CaptureOpened,
    CaptureResumed,
    CaptureRouted,
    CaptureStalled,
    CaptureStarted,
    DeviceGone,
    DeviceReturned,
    LevelMeasured,
    SoundReturned,
    ZerosHeard,
)
from workbench.session import sound_problems
from workbench.session.auto_stop import AutoStop, Quiet, SpeechWatch
from workbench.session.recording_updates import (
    ClockDrifted,
    DiskRunsLow,
    LevelShown,
    MicrophoneNamed,
    Phase,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingUpdate,
    StopAnnounced,
    StopCalledOff,
    Trouble,
    TroubleBegan,
    TroubleEnded,
)

_DRIFT_TOLD: Final = 0.5
_DISK_TOLD: Final = 600.0
_FULL_SCALE: Final = 32768.0
_BYTES_PER_SAMPLE: Final = 2


class Take:
    """What is known of it.

    Args:
        auto_stop: after how many seconds of silence it stops by itself, ``None`` for never.

    Attributes:
        path: its file.
        device: the microphone's name, "" before it is known.
        seconds: recorded so far, counted in samples.
        trouble: what is wrong with the sound at present.
        stop_now: it was quiet for long enough.
        end_asked: what a person asked for, "" while nothing.

    """

    """One recording: what its events mean. No I/O."""

    def __init__(self, auto_stop: Callable[[], float | None]) -> None:
        self.path = Path()
        self.device = ""
        self.phase: Phase = "arming"
        self.seconds = 0.0
        self.trouble: Trouble | None = None
        self.stop_now = False
        self.end_asked: Literal["", "stop", "cancel"] = ""
        self._rate = 1
        self._auto_stop = auto_stop
        self._watch = SpeechWatch()
        self._quiet = Quiet(seconds=None, speaking=False)
        self._announced: float | None = None
        self._names: list[str] = []
        self._drift = 0.0
        self._disk_told = _DISK_TOLD + 60.0

    def take(self, event: CaptureEvent) -> list[RecordingUpdate]:
        """What a person is told of it."""
        match event:
            case CaptureOpened():
                self._rate, self.device = event.rate, event.device
            case CaptureStarted():
                self.phase = "recording"
                return [
                    RecordingStarted(
                        path=self.path,
                        device=self.device,
                        rate=self._rate,
                        after=event.after,
                        silent=event.silent,
                    )
                ]
            case LevelMeasured():
                return self._level(event)
            case CaptureChecked():
                return self._checked(event)
            case _:
                return self._ailment(event)
        return []

    def _ailment(self, event: CaptureEvent) -> list[RecordingUpdate]:
        match event:
            case ZerosHeard(muted=muted):
                return self._trouble("zeros", muted=muted)
            case SoundReturned():
                return self._over("zeros")
            case CaptureStalled():
                return self._trouble("stalled")
            case CaptureResumed(missing=missing):
                return self._over("stalled", missing)
            case DeviceGone():
                return self._trouble("unplugged")
            case DeviceReturned():
                return self._over("unplugged")
            case CaptureRouted():
                self._routed(event.device)
                return [MicrophoneNamed(device=event.device)]
            case _:
                return []

    def _level(self, event: LevelMeasured) -> list[RecordingUpdate]:
        self.seconds = event.samples / self._rate
        updates: list[RecordingUpdate] = []
        if event.paused and self.phase == "recording":
            self.phase = "paused"
            updates.append(RecordingPaused(seconds=self.seconds))
        elif not event.paused and self.phase == "paused":
            self.phase = "recording"
            updates.append(RecordingResumed(seconds=self.seconds))
        if not event.paused:
            self._quiet = self._watch.heard(event.rms, at=self.seconds)
        updates.append(
            LevelShown(
                seconds=self.seconds,
                peak=event.peak,
                rms=event.rms,
                clipped=event.clipped,
                peaks=tuple((low / _FULL_SCALE, high / _FULL_SCALE) for low, high in event.peaks),
                speaking=self._quiet.speaking and not event.paused,
                paused=event.paused,
            )
        )
        return updates + ([] if event.paused else self._countdown(self._quiet))

    def _countdown(self, quiet: Quiet) -> list[RecordingUpdate]:
        after = self._auto_stop()
        left = AutoStop(seconds=after).left(quiet) if after is not None else None
        if left is None:
            called_off = self._announced is not None
            self._announced = None
            return [StopCalledOff()] if called_off else []
        if left <= 0.0:
            self.stop_now = True
            return []
        if self._announced is not None and int(left * 10) == int(self._announced * 10):
            return []
        self._announced = left
        return [StopAnnounced(seconds_left=left)]

    def _routed(self, device: str) -> None:
        """The sound server's name for it; where the sound moved, both are named."""
        if not self._names or self._names[-1] != device:
            self._names.append(device)
        self.device = ", then ".join(self._names[-3:])

    def _trouble(self, kind: Trouble, *, muted: bool = False) -> list[RecordingUpdate]:
        self.trouble = kind
        device = self._names[-1] if self._names else self.device
        problem = sound_problems.trouble(kind, device, muted=muted)
        return [TroubleBegan(kind=kind, problem=problem)]

    def _over(self, kind: Trouble, missing: float = 0.0) -> list[RecordingUpdate]:
        if self.trouble == kind:
            self.trouble = None
        return [TroubleEnded(kind=kind, missing=missing)]

    def _checked(self, event: CaptureChecked) -> list[RecordingUpdate]:
        updates: list[RecordingUpdate] = []
        if abs(event.drift - self._drift) > _DRIFT_TOLD:
            self._drift = event.drift
            updates.append(ClockDrifted(seconds=event.drift))
        if event.free is not None:
            left = event.free / (self._rate * _BYTES_PER_SAMPLE)
            if left < min(_DISK_TOLD, self._disk_told - 60.0):
                self._disk_told = left
                updates.append(DiskRunsLow(seconds_left=left))
        return updates
