"""The one line under the recorder: of all there is to tell, what matters most. No widgets."""

from typing import Final, Literal, TypeAlias

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.recording_updates import (
    ClockDrifted,
    DiskRunsLow,
    RecordingArmed,
    RecordingBroken,
    RecordingCancelled,
    RecordingCompleted,
    RecordingFailed,
    RecordingStarted,
    RecordingUpdate,
    StopAnnounced,
    StopCalledOff,
    TroubleBegan,
    TroubleEnded,
)
from workbench.widgets.figures import countdown, duration, plural
from workbench.widgets.sound.clock import clock

Weight: TypeAlias = Literal["calm", "warning", "error"]

_ORDER: Final = ("trouble", "stop", "disk", "drift", "playing", "told")
"""What is told before what."""
_COLOURS: Final = {"calm": "$foreground 60%", "warning": "$text-warning", "error": "$text-error"}
_MARKS: Final = {"calm": "", "warning": "! ", "error": "✗ "}


class Notes:
    """What is to be told, by what it is about."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, Weight]] = {}

    def put(self, about: str, text: str, weight: Weight) -> None:
        """Tell this, in the place of what was told about the same."""
        self._told[about] = (text, weight)

    def drop(self, about: str) -> None:
        """That is over."""
        self._told.pop(about, None)

    def line(self) -> Content:
        """What matters most; empty when there is nothing to tell."""
        for about in _ORDER:
            if about in self._told:
                text, weight = self._told[about]
                shown = _MARKS[weight] + neutralise_line(text)
                return Content.styled(shown, _COLOURS[weight])
        return Content()

    def heard(self, update: RecordingUpdate) -> bool:
        """Take note of what the recording tells; says whether the line may be another now."""
        return self._sound(update) or self._course(update) or self._end(update)

    def _sound(self, update: RecordingUpdate) -> bool:
        """What is wrong with the sound, or no longer."""
        match update:
            case TroubleBegan(problem=problem):
                self.put("trouble", f"{problem.title}. {problem.advice}", "error")
            case TroubleEnded(missing=missing):
                self.drop("trouble")
                if missing > 0:
                    told = f"The sound is back; {missing:.1f} s of it never came."
                    self.put("told", told, "warning")
            case ClockDrifted(seconds=seconds):
                what = "may be missing" if seconds > 0 else "came too fast"
                told = f"The microphone's clock is off by {abs(seconds):.1f} s: sound {what}."
                self.put("drift", told, "warning")
            case _:
                return False
        return True

    def _course(self, update: RecordingUpdate) -> bool:
        """How it goes on."""
        match update:
            case RecordingArmed():
                self._told.clear()
                self.put("told", "One moment: speak when it says REC.", "calm")
            case RecordingStarted(after=after):
                told = f"Ready after {duration(after)}. On disk as you speak; Space stops."
                self.put("told", told, "calm")
            case DiskRunsLow(seconds_left=left):
                self.put("disk", f"The disk has room for {countdown(left)} more.", "warning")
            case StopAnnounced(seconds_left=left):
                told = f"Quiet: it stops in {countdown(left)}. Speak, and it goes on."
                self.put("stop", told, "warning")
            case StopCalledOff():
                self.drop("stop")
            case _:
                return False
        return True

    def _end(self, update: RecordingUpdate) -> bool:
        """What came of it."""
        match update:
            case RecordingCompleted(recording=recording, by=by):
                why = "It was quiet, so it stopped: " if by == "silence" else ""
                about, told = "told", f"{why}{clock(recording.seconds)} on disk. p plays it."
            case RecordingCancelled(discarded=None):
                about, told = "told", "Nothing was recorded."
            case RecordingCancelled(discarded=discarded):
                days = plural(discarded.kept_for, "day") if discarded else ""
                about, told = "told", f"Thrown away. u takes it back, for {days}."
            case RecordingBroken(recording=recording, problem=problem):
                whole = f"{clock(recording.seconds)} are on disk, whole."
                about, told = "trouble", f"{problem.title}. {whole}"
            case RecordingFailed():
                about, told = "told", ""
            case _:
                return False
        self._told.clear()
        self.put(about, told, "error" if about == "trouble" else "calm")
        return True
