"""The microphone: the only place where what its sessions tell changes its widgets."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from workbench.audio.capture import AudioUnavailable
from workbench.commands.command import Command, bindings
from workbench.commands.everywhere import EVERYWHERE
from workbench.commands.microphone import KINDS, MICROPHONE, WORDS
from workbench.messages import WaitUpdated
from workbench.panes.microphone.recordings import RecordingsPane
from workbench.panes.microphone.settings import MicrophoneSettingsPane
from workbench.places import PlaceName
from workbench.screens.help import Section
from workbench.screens.sound.device_choice import DeviceChoiceScreen
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
from workbench.screens.sound.pasted import pasted_path
from workbench.screens.sound.recorder_commands import RecorderCommands
from workbench.screens.sound.recovered import RecoveredScreen
from workbench.screens.sound.studio import Work
from workbench.session.recording_updates import (
    RecordingArmed,
    RecordingBroken,
    RecordingCancelled,
    RecordingCompleted,
    RecordingFailed,
    TroubleBegan,
)
from workbench.session.transcription.updates import (
    NoSpeechFound,
    PieceTranscribed,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
    TranscriptNotKept,
)
from workbench.session.waits import Wait
from workbench.widgets.sound.spoken import SpokenText
from workbench.widgets.sound.waveform import RecordingWaveform


class MicrophoneScreen(RecorderCommands):
    """Record, see, transcribe, read, play."""

    PLACE: ClassVar[PlaceName] = "microphone"
    OFFERS: ClassVar[tuple[Command, ...]] = (*MICROPHONE, *EVERYWHERE)
    SENDS_SOUND: ClassVar[bool] = True
    CSS_PATH: ClassVar = ["../microphone.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = list(bindings(MICROPHONE))

    @property
    def help_sections(self) -> Sequence[Section]:
        """The keys of the text, and the kinds of files."""
        return (("In the text", WORDS), ("Sound files", KINDS))

    def compose_body(self) -> ComposeResult:
        """The recordings, the recorder over the transcript, the settings."""
        yield from self.compose_panes()

    def on_mount(self) -> None:
        """Get the microphone ready, and list what there is."""
        self.show_settings(False)
        self.set_class(True, "-no-sounds")
        self._leave_waits: Callable[[], None] = self.studio.waits.subscribe(self._hear_of_wait)
        self.show_device()
        self.runs.prepare()
        self.runs.look()
        self.transcript_pane.take_focus()
        self.offer_keys()

    def on_unmount(self) -> None:
        """Listen no more."""
        self._leave_waits()

    def _hear_of_wait(self, wait: Wait | None) -> None:
        self.post_message(WaitUpdated(wait))

    # -- recording --------------------------------------------------------------------------

    @on(RecordingUpdated)
    def _recording_updated(self, event: RecordingUpdated) -> None:
        event.stop()
        update = event.update
        self.recorder.show(update)
        if isinstance(update, TroubleBegan | RecordingBroken) and not self.is_current:
            # whoever is elsewhere sees no more than a sign in the title
            problem = update.problem
            self.say(f"{problem.title}. {problem.kept}", problem=True)
        match update:
            case RecordingArmed():
                self.begin_capture()
            case RecordingCompleted(recording=recording) | RecordingBroken(recording=recording):
                self.end_capture()
                self.take_up(recording)
            case RecordingCancelled() | RecordingFailed():
                self.end_capture()
                self.live_shown = False
                if isinstance(update, RecordingCancelled):
                    self.runs.thrown += [update.discarded] if update.discarded else []
                    self.show_entry()
                else:
                    self.show_transcript()
            case _:
                return
        self.offer_keys()

    @on(LiveUpdated)
    def _live_updated(self, event: LiveUpdated) -> None:
        event.stop()
        if self.live_shown:
            self.transcript_pane.show_live(event.update)
            self.offer_keys()

    @on(PlayingUpdated)
    def _playing_updated(self, event: PlayingUpdated) -> None:
        event.stop()
        self.show_playing(event.update)

    @on(RecordingWaveform.Sought)
    def _sought(self, event: RecordingWaveform.Sought) -> None:
        event.stop()
        if self.entry is not None and self.entry.seconds:
            self.play(event.share * self.entry.seconds)

    @on(DevicesListed)
    def _devices_listed(self, event: DevicesListed) -> None:
        event.stop()
        if isinstance(self.app.screen, DeviceChoiceScreen):
            if isinstance(event.found, AudioUnavailable):
                self.app.screen.show_problem(event.found)
            else:
                self.app.screen.show_devices(event.found)

    @on(MicrophoneHeard)
    def _microphone_heard(self, event: MicrophoneHeard) -> None:
        event.stop()
        if isinstance(self.app.screen, DeviceChoiceScreen):
            self.app.screen.show_heard(event.update)

    @on(LoudspeakerTried)
    def _loudspeaker_tried(self, event: LoudspeakerTried) -> None:
        event.stop()
        if isinstance(self.app.screen, DeviceChoiceScreen):
            self.app.screen.show_tried(event.problem)

    # -- what there is ----------------------------------------------------------------------

    @on(RecordingsListed)
    def _recordings_listed(self, event: RecordingsListed) -> None:
        event.stop()
        if event.found is None:
            self.say(event.problem, problem=True)
            return
        self.show_list(event.found, select=event.select)
        fresh = tuple(one for one in event.found.interrupted if one.path not in self.offered)
        if fresh and self.is_current:
            self.offered.update(one.path for one in fresh)
            self.app.push_screen(
                RecoveredScreen(fresh),
                lambda kept: self.runs.accept(fresh) if kept else None,
            )

    @on(RecordingsPane.Pointed)
    def _pointed_at(self, event: RecordingsPane.Pointed) -> None:
        event.stop()
        self.choose(event.entry)

    @on(RecordingsPane.Chosen)
    def _entry_chosen(self, event: RecordingsPane.Chosen) -> None:
        event.stop()
        self.choose(event.entry)
        self.transcript_pane.take_focus()

    @on(ShapeMeasured)
    def _shape_measured(self, event: ShapeMeasured) -> None:
        event.stop()
        if self.entry is None or event.path != self.entry.path:
            return
        if self.entry.seconds is None and event.seconds is not None:
            self.entry = replace(self.entry, seconds=event.seconds)
            self.update_file(self.entry)
            self.recorder.show_source(self.source())
        self.recorder.show_shape(event.peaks)

    @on(Done)
    def _done(self, event: Done) -> None:
        event.stop()
        if event.told:
            self.say(event.told, problem=event.problem)
        if event.listed:
            self.runs.look(event.select)

    def on_paste(self, event: events.Paste) -> None:
        """Open the file whose path was pasted, or that was dropped on the terminal."""
        path = pasted_path(event.text)
        if path is not None and path.is_file():
            event.stop()
            self.open_file(path)

    # -- transcripts ------------------------------------------------------------------------

    @on(TranscriptOpened)
    def _transcript_opened(self, event: TranscriptOpened) -> None:
        event.stop()
        if self.is_shown(event.path):
            self.show_transcript()

    @on(TranscriptionUpdated)
    def _transcription_updated(self, event: TranscriptionUpdated) -> None:
        event.stop()
        work = self.files.of(event.path)
        if event.update is None:
            work.progress, work.worker = None, None
            if self.is_shown(event.path):
                self.show_transcript()
            self.offer_keys()
            return
        if work.progress is not None:
            work.progress.heard(event.update)
        self._note_transcription(event.path, work, event.update)
        if not self.is_shown(event.path):
            return
        if self.live_shown and not _brings_text(event.update):
            self.transcript_pane.follow(work.progress)  # the draft stays until there is more
            return
        self.live_shown = False
        self.transcript_pane.show(event.update)

    def _note_transcription(self, path: Path, work: Work, update: TranscriptionUpdate) -> None:
        match update:
            case NoSpeechFound() | TranscriptionFailed():
                work.ended = update
            case TranscriptCompleted(transcript=transcript):
                work.ended = None
                work.took = self.now() - work.began if transcript.complete else None
                if transcript.text:
                    self.attach(path, work)
            case TranscriptNotKept(problem=problem):
                self.say(f"{problem.title}: {problem.explanation} {problem.advice}", problem=True)
            case _:
                pass

    @on(WaitUpdated)
    def _wait_updated(self, event: WaitUpdated) -> None:
        event.stop()
        self.transcript_pane.show_wait(event.wait)

    @on(SpokenText.Chosen)
    def _word_chosen(self, event: SpokenText.Chosen) -> None:
        event.stop()
        self.play(event.word.start)

    @on(SpokenText.RetryWanted)
    def _retry_wanted(self, event: SpokenText.RetryWanted) -> None:
        event.stop()
        self.retry(event.part)

    @on(MicrophoneSettingsPane.Changed)
    def _settings_changed(self, event: MicrophoneSettingsPane.Changed) -> None:
        event.stop()
        self.change_settings(event.settings)


def _brings_text(update: TranscriptionUpdate) -> bool:
    """Whether there is something better to read than a draft."""
    match update:
        case PieceTranscribed(transcript=transcript) | TranscriptCompleted(transcript=transcript):
            return bool(transcript.text)
        case _:
            return False
