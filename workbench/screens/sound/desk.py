"""The microphone's desk: its panes, what lies on it, and how that is shown."""

from datetime import datetime
from pathlib import Path

from textual.app import ComposeResult

from workbench.audio.recordings import RecordingState
from workbench.panes.microphone.recorder import RecorderPane, Source
from workbench.panes.microphone.recordings import (
    RecordingsPane,
    SoundEntry,
    entry_of,
    file_entry,
)
from workbench.panes.microphone.setting_values import MicrophoneSettings, transcription_models
from workbench.panes.microphone.settings import MicrophoneSettingsPane
from workbench.panes.microphone.transcript import TranscriptPane
from workbench.screens.sound.runs import Runs
from workbench.screens.sound.studio import OpenFiles, Studio, Work
from workbench.screens.workspace import Surroundings, Workspace
from workbench.session.playback import PlayingEnded, PlayingMoved, PlayingStarted, PlayingUpdate
from workbench.session.recordings import RecordingList
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.widgets.ground import GroundVertical
from workbench.widgets.title_bar import TitleBar

_STATES: dict[RecordingState, str] = {"interrupted": "cut short", "recording": "being recorded"}


class Desk(Workspace):
    """The panes, the sound that is chosen, the settings. What can be done stands in its heirs.

    Args:
        studio: the sessions it works with.

    """

    def __init__(self, surroundings: Surroundings, studio: Studio) -> None:
        super().__init__(surroundings)
        self.studio = studio
        self.now = surroundings.now
        self.runs = Runs(self, studio)
        self.files = OpenFiles(studio.transcription)
        self.settings = MicrophoneSettings(
            transcription=TranscriptionParameters(model=studio.choices.transcription_model)
        )
        self.entry: SoundEntry | None = None
        """The sound that is chosen."""
        self.opened: tuple[SoundEntry, ...] = ()
        """The files of this session, the newest first."""
        self.capturing = False
        """Whether something is being recorded, as far as it was told."""
        self.live_shown = False
        """Whether the text is that of a recording that runs, or the draft it left."""
        self.offered: set[Path] = set()
        """The recordings cut short that the person was told of."""
        self._listed: RecordingList | None = None

    def compose_panes(self) -> ComposeResult:
        """The recordings, the recorder over the transcript, the settings."""
        yield RecordingsPane(id="recordings-pane")
        with GroundVertical(id="microphone-middle"):
            yield RecorderPane(id="recorder-pane")
            yield TranscriptPane(
                service=self.surroundings.service, now=self.now, id="transcript-pane"
            )
        yield MicrophoneSettingsPane(
            self.settings,
            models=transcription_models(self.settings.transcription.model),
            id="microphone-settings",
        )

    def on_screen_resume(self) -> None:
        """Follow a model that was chosen in another workspace."""
        self.settings_pane.choose_model(self.studio.choices.transcription_model)

    @property
    def recorder(self) -> RecorderPane:
        """What is heard."""
        return self.query_one(RecorderPane)

    @property
    def transcript_pane(self) -> TranscriptPane:
        """What was said."""
        return self.query_one(TranscriptPane)

    @property
    def list_pane(self) -> RecordingsPane:
        """What there is."""
        return self.query_one(RecordingsPane)

    @property
    def settings_pane(self) -> MicrophoneSettingsPane:
        """How it is done."""
        return self.query_one(MicrophoneSettingsPane)

    @property
    def limits_of(self) -> str:
        """The model that hears."""
        return self.settings.transcription.asked_model

    @property
    def work(self) -> Work:
        """The chosen sound's; one must be chosen."""
        assert self.entry is not None  # noqa: S101 - the callers look
        return self.files.of(self.entry.path)

    @property
    def recording_runs(self) -> bool:
        """Whether something is being recorded."""
        return self.studio.recording.status.phase != "idle"

    def is_shown(self, path: Path) -> bool:
        """Whether a sound is the chosen one."""
        return self.entry is not None and self.entry.path == path

    def show_model(self) -> None:
        """Show the model that hears, and its limits."""
        self.query_one(TitleBar).show_model(self.limits_of)
        limits = self.surroundings.status.rate_limits(self.limits_of)
        self.status_bar.show_limits(limits)

    # -- what there is ----------------------------------------------------------------------

    def show_list(self, found: RecordingList | None, *, select: Path | None = None) -> None:
        """List the recordings and the opened files; choose one when none is."""
        self._listed = found
        today = datetime.now().astimezone()
        recordings = found.recordings if found else ()
        entries = (*self.opened, *(entry_of(one, today=today) for one in recordings))
        self.list_pane.show_entries(
            entries, select=select or (self.entry.path if self.entry else None)
        )
        if found is not None:
            self.list_pane.show_size(found.size)
        self.set_class(not entries, "-no-sounds")
        self._keep_entry(entries, select)
        self.offer_keys()

    def _keep_entry(self, entries: tuple[SoundEntry, ...], select: Path | None) -> None:
        """Keep the chosen one chosen while it is there, as it is now."""
        wanted = select or (self.entry.path if self.entry else None)
        kept = next((entry for entry in entries if entry.path == wanted), None)
        if kept is None:
            kept = entries[0] if entries else None
        if kept is None or self.entry is None or kept.path != self.entry.path:
            self.choose(kept)
        else:
            self.entry = kept
            self.recorder.show_source(self.source(), keep_shape=True)

    def update_file(self, entry: SoundEntry) -> None:
        """More is known of an opened file."""
        if any(one.path == entry.path for one in self.opened):
            self.opened = tuple(entry if one.path == entry.path else one for one in self.opened)
            self.show_list(self._listed)

    def open_file(self, path: Path) -> None:
        """Put a file on the desk, before all others."""
        path = path.resolve()
        others = tuple(one for one in self.opened if one.path != path)
        self.opened = (file_entry(path), *others)
        self.show_list(self._listed, select=path)

    def choose(self, entry: SoundEntry | None, *, draft: bool = False) -> None:
        """Show another sound: its shape, its transcript; or the draft that is shown for it."""
        if entry is not None and self.entry is not None and entry.path == self.entry.path:
            self.entry = entry
            return
        self.entry = entry
        self.live_shown = draft
        self.show_entry()

    def show_entry(self) -> None:
        """Show the chosen sound, or that there is none."""
        self.recorder.show_source(self.source())
        if self.entry is None:
            self.show_transcript()
        else:
            work = self.work
            self.runs.measure(self.entry.path)
            if work.opened or work.progress is not None:
                self.show_transcript()
            else:
                self.runs.open(self.entry.path, work)
        self.offer_keys()

    def source(self) -> Source | None:
        """What the recorder shows of the chosen sound."""
        entry = self.entry
        if entry is None:
            return None
        recording = entry.recording
        details = [entry.when] if recording else []
        if recording is not None:
            details += [f"{recording.rate / 1000:g} kHz", recording.device]
            details += [_STATES.get(recording.state, ""), recording.note]
        told = " · ".join(detail for detail in details if detail)
        return Source(title=entry.title, seconds=entry.seconds, details=told)

    # -- what is shown ----------------------------------------------------------------------

    def show_transcript(self) -> None:
        """Show the chosen sound's transcript as it is, or what there is in its place."""
        pane = self.transcript_pane
        if self.entry is None:
            pane.show_nothing()
            return
        work = self.work
        transcript = work.session.transcript
        pane.follow(work.progress)
        if self.live_shown and not (transcript is not None and transcript.text):
            return  # the draft is better than nothing
        if work.ended is not None and work.progress is None:
            pane.show(work.ended)
        elif transcript is not None:
            pane.show_transcript(transcript, took=work.took)
        elif work.progress is not None:
            pane.show_nothing("Listening …")
        else:
            pane.show_nothing("Not transcribed yet: t does it.")
        self.offer_keys()

    def show_playing(self, update: PlayingUpdate) -> None:
        """Show where it plays, in the waveform and in the text."""
        text = self.transcript_pane.text_view
        match update:
            case PlayingStarted() | PlayingMoved():
                text.show_playing(update.seconds)
            case PlayingEnded():
                text.show_playing(None)
        self.recorder.show_playing(update)
        if not isinstance(update, PlayingMoved):
            self.offer_keys()

    def show_device(self) -> None:
        """Name the microphone, and what else is on."""
        choice, settings = self.studio.recording.choice, self.settings
        extras = ["live text"] if settings.live else []
        if settings.auto_stop is not None:
            extras.append(f"stops after {settings.auto_stop:g} s of silence")
        name = choice.shown if choice else ""
        self.recorder.show_device(name, *extras)
        played_on = self.studio.playback.choice
        loudspeaker = played_on.shown if played_on else ""
        self.settings_pane.show_devices(microphone=name, loudspeaker=loudspeaker)

    def change_settings(self, settings: MicrophoneSettings) -> None:
        """Do it like this from now on."""
        self.settings = settings
        self.studio.recording.auto_stop = settings.auto_stop
        self.studio.choices.transcription_model = settings.transcription.model
        if not self.capturing:
            self.show_device()
        self.show_model()

    def show_settings(self, shown: bool) -> None:
        """Open the side panel, or close it."""
        self.settings_pane.display = shown
        self.set_class(shown, "-settings")

    def offer_keys(self) -> None:
        """Show the keys that do something now."""
        offered = {"toggle_recording", "open_sound", "toggle_settings"}
        if self.capturing:
            offered = {"finish", "pause", "discard"}
        elif self.entry is not None:
            work = self.work
            offered |= {"hold"}
            offered |= {"stop"} if work.progress is not None else {"transcribe"}
            if self.studio.playback.playing is not None:
                offered |= {"stop"}
            transcript = work.session.transcript
            if transcript is not None and transcript.text:
                offered |= {"send_to_chat", "copy_transcript", "export", "edit"}
            if transcript is not None and work.progress is None and transcript.unfinished:
                offered |= {"retry"}
        else:
            offered |= {"choose_device"}
        if self.live_shown and self.transcript_pane.draft:
            offered |= {"send_to_chat", "copy_transcript"}
        self.offer(offered)
