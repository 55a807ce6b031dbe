"""The recorder: what is heard now, or the shape of what was, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Digits, Static

from workbench.neutralise import neutralise_line
from workbench.panes.microphone.notes import Notes
from workbench.session.playback import PlayingEnded, PlayingMoved, PlayingStarted, PlayingUpdate
from workbench.session.problems import Problem
from workbench.session.recording_updates import (
    LevelShown,
    RecordingArmed,
    RecordingBroken,
    RecordingCancelled,
    RecordingCompleted,
    RecordingFailed,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingUpdate,
)
from workbench.widgets.fit import Readout
from workbench.widgets.ground import GroundHorizontal, GroundVertical
from workbench.widgets.sound.clock import clock, stopwatch
from workbench.widgets.sound.level_meter import LevelMeter
from workbench.widgets.sound.two_ends import TwoEnds, readout
from workbench.widgets.sound.waveform import RecordingWaveform, RunningWaveform

_MUTED: Final = "$foreground 60%"
_DEFAULT: Final = "System default"
_OPENING: Final = ("◌ Opening the microphone", "bold $text-warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The sound that is chosen: a recording or an opened file; ``seconds`` may be unknown."""

    title: str
    seconds: float | None = None
    details: str = ""


class RecorderPane(GroundVertical):
    """``show`` it what the recording session and the player tell; it asks for nothing itself."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._notes = Notes()
        self._device = ""
        self._extras: tuple[str, ...] = ()
        self._source: Source | None = None
        self._seconds = 0.0
        self._state: tuple[str, str] = ("○ Ready", _MUTED)
        self._mode = "resting"

    def compose(self) -> ComposeResult:
        """State and device, the picture of the sound, its level, a line for what is to be told."""
        yield TwoEnds(id="recorder-head")
        with GroundHorizontal(id="recorder-picture"):
            yield Digits("00:00.0", id="recorder-time")
            yield RunningWaveform(id="running-waveform")
            yield RecordingWaveform(id="recording-waveform")
            yield Static(id="recorder-problem")
        yield LevelMeter(id="level-meter")
        yield Static(id="recorder-note")

    def on_mount(self) -> None:
        """Begin at rest."""
        self._change("resting")

    # -- what the screen calls --------------------------------------------------------------

    def show_device(self, name: str, *extras: str) -> None:
        """Name the microphone that would be used, "" for the system's default; and what is on."""
        self._device, self._extras = name or _DEFAULT, extras
        self._show_head()

    @property
    def seconds(self) -> float:
        """How long it has recorded, or where it plays."""
        return self._seconds

    def show_source(self, source: Source | None, *, keep_shape: bool = False) -> None:
        """Show what is chosen, unless something is being recorded."""
        self._source = source
        if not keep_shape:
            self.query_one(RecordingWaveform).show_recording(())
        if self._mode in {"resting", "chosen", "problem"}:
            self._choose()

    def show_shape(self, peaks: Sequence[float]) -> None:
        """Show the shape of what is chosen."""
        self.query_one(RecordingWaveform).show_recording(peaks)

    def show(self, update: RecordingUpdate) -> None:
        """Show what happens to the recording."""
        told = self._notes.heard(update)
        match update:
            case RecordingArmed():
                self._begin()
            case RecordingStarted(device=device, rate=rate):
                self._device = neutralise_line(device) or _DEFAULT
                self._extras = (f"{rate / 1000:g} kHz", *self._extras)
                self._state = ("● REC", "bold $error")
                self._change("recording")
            case LevelShown():
                self._show_level(update)
            case RecordingPaused():
                self._state = ("❚❚ Paused", "bold $text-warning")
                self.query_one(RunningWaveform).pause(True)
                self._show_head()
            case RecordingResumed():
                self._state = ("● REC", "bold $error")
                self.query_one(RunningWaveform).pause(False)
                self._show_head()
            case RecordingFailed(problem=problem, command=command):
                self.show_problem(problem, command=command)
            case RecordingCompleted() | RecordingCancelled() | RecordingBroken():
                self._choose()
            case _:
                pass
        if told:
            self._show_note()

    def show_stopping(self) -> None:
        """The last moment is being recorded."""
        self._state = ("■ Finishing", "bold $text-warning")
        self._show_head()

    def show_playing(self, update: PlayingUpdate) -> None:
        """Show where it plays."""
        waveform = self.query_one(RecordingWaveform)
        match update:
            case PlayingStarted(seconds=seconds):
                self._state = ("▶ Playing", "bold $text-accent")
                self._seconds = seconds
                self._change("playing")
            case PlayingMoved(seconds=seconds, paused=paused):
                held = ("❚❚ Held", "bold $text-warning")
                self._state = held if paused else ("▶ Playing", "bold $text-accent")
                self._seconds = seconds
                total = self._source.seconds if self._source else None
                waveform.show_place(seconds / total if total else None)
            case PlayingEnded(problem=problem, command=command):
                waveform.show_place(None)
                if self._mode == "playing":
                    self._choose()
                if problem is not None:
                    self._notes.put("playing", problem.title + _sentence(command), "warning")
                    self._show_note()
        self._show_head()

    def show_problem(self, problem: Problem, *, command: str = "") -> None:
        """Say why nothing can be recorded, and the one command that helps."""
        lines = [
            Content.styled(f"✗ {neutralise_line(problem.title)}", "bold $text-error"),
            Content.styled(neutralise_line(problem.explanation), "$foreground 80%"),
        ]
        if command:
            lines.append(Content.assemble(("$ ", _MUTED), (neutralise_line(command), "bold")))
        elif problem.advice:
            lines.append(Content.styled(neutralise_line(problem.advice), _MUTED))
        kept = neutralise_line(problem.kept)
        lines.append(
            Content.assemble(("Space", "bold"), (" tries again. ", _MUTED), (kept, _MUTED))
        )
        self.query_one("#recorder-problem", Static).update(Content("\n").join(lines))
        self._state = ("○ Not recording", _MUTED)
        self._change("problem")

    def tell(self, text: str) -> None:
        """Say something in the pane's last line until something else happens."""
        self._notes.put("told", text, "calm")
        self._show_note()

    # -- showing ----------------------------------------------------------------------------

    def _begin(self) -> None:
        self._seconds = 0.0
        self._state = _OPENING
        self.query_one(RunningWaveform).clear()
        self.query_one(LevelMeter).rest()
        self._change("recording")

    def _show_level(self, level: LevelShown) -> None:
        self._seconds = level.seconds
        peak = max((max(abs(low), abs(high)) for low, high in level.peaks), default=0.0)
        self.query_one(RunningWaveform).add([peak], clipped=level.clipped)
        self.query_one(LevelMeter).show_level(
            level.rms, level.peak, at=level.seconds, clipped=level.clipped
        )
        self._show_head()

    def _choose(self) -> None:
        self._state = ("○ Ready", _MUTED)
        self._seconds = 0.0
        self._change("resting" if self._source is None else "chosen")

    def _change(self, mode: str) -> None:
        self._mode = mode
        running = mode in {"recording", "resting"}
        self.query_one(RunningWaveform).display = running
        self.query_one(RecordingWaveform).display = mode in {"chosen", "playing"}
        self.query_one("#recorder-problem").display = mode == "problem"
        self.query_one(LevelMeter).display = mode == "recording"
        if mode == "resting":
            self.query_one(RunningWaveform).clear()
        self.set_class(mode == "resting", "-resting")
        self.set_class(mode == "recording", "-recording")
        self._show_head()
        self._show_note()

    def _show_head(self) -> None:
        self.query_one(TwoEnds).show_ends(self._left(), self._right())
        if self._mode == "recording":
            shown = stopwatch(self._seconds)
            time = self.query_one(Digits)
            if time.value != shown:
                time.update(shown)

    def _left(self) -> list[Readout]:
        state = readout(self._state, loss=9)
        source = self._source
        if self._mode == "recording":
            if self._state == _OPENING or self.query_one(Digits).display:
                return [state]  # the time stands in large figures below
            return [state, readout((stopwatch(self._seconds), "bold"), loss=10)]
        if self._mode == "playing":
            total = f" of {clock(source.seconds)}" if source and source.seconds else ""
            time = Content.assemble((clock(self._seconds), "bold"), (total, _MUTED))
            return [state, readout(time, loss=10)]
        if self._mode == "chosen" and source is not None:
            length = "" if source.seconds is None else clock(source.seconds)
            return [
                readout((neutralise_line(source.title), "bold"), loss=8),
                readout((length, "$foreground"), loss=9),
                readout((neutralise_line(source.details), _MUTED), loss=2),
            ]
        return [state]

    def _right(self) -> list[Readout]:
        extras = [readout((neutralise_line(extra), _MUTED), loss=1) for extra in self._extras]
        return [readout((neutralise_line(self._device or _DEFAULT), _MUTED), loss=3), *extras]

    def _show_note(self) -> None:
        line = self.query_one("#recorder-note", Static)
        line.update(self._notes.line())


def _sentence(command: str) -> str:
    return f": {neutralise_line(command)}" if command else "."
