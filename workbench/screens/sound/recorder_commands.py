"""What can be done with the recorder and the recordings."""

from datetime import datetime
from pathlib import Path

from workbench.audio.recordings import Recording
from workbench.panes.microphone.recordings import SoundEntry, entry_of
from workbench.panes.microphone.setting_values import MicrophoneSettings
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.sound.device_choice import DeviceAnswer, DeviceChoiceScreen
from workbench.screens.sound.open_sound import OpenSoundScreen
from workbench.screens.sound.text_entry import TextEntryScreen
from workbench.screens.sound.transcript_commands import TranscriptCommands
from workbench.widgets.sound.clock import clock


class RecorderCommands(TranscriptCommands):
    """Record, pause, play, throw away, choose the microphone, open a file."""

    def action_toggle_recording(self) -> None:
        """Record; or stop."""
        recording = self.studio.recording
        match recording.status.phase:
            case "idle":
                self.runs.record()
            case "arming":
                recording.cancel()  # nothing was said yet
            case "stopping":
                self.say("One moment: the last syllable is being written.")
            case _:
                recording.stop()
                self.recorder.show_stopping()

    def begin_capture(self) -> None:
        """A recording begins."""
        self.capturing = True
        if self.settings.live:
            self._begin_live()
        else:
            after = self.settings.transcribe_after
            told = (
                "It is transcribed when you stop." if after else "t transcribes it when you stop."
            )
            self.transcript_pane.show_nothing(told)

    def _begin_live(self) -> None:
        self.live_shown = True
        self.transcript_pane.follow(None)
        self.transcript_pane.begin_live()
        self.runs.live(self.settings.transcription)

    def change_settings(self, settings: MicrophoneSettings) -> None:
        """Do it like this from now on; live text also in the midst of a recording."""
        before = self.settings.live
        super().change_settings(settings)
        if not self.capturing or settings.live == before:
            return
        if settings.live:
            self._begin_live()
        else:
            self.live_shown = False
            self.workers.cancel_group(self, "live")
            self.transcript_pane.show_nothing("Live text is off; the recording goes on.")

    def end_capture(self) -> None:
        """It is over, however it ended."""
        self.capturing = False
        self.show_device()

    def take_up(self, recording: Recording) -> None:
        """Show a new recording, and transcribe it if that is wanted; a draft stays till then."""
        self.files.of(recording.path).opened = True  # nothing is kept of it yet
        entry = entry_of(recording, today=datetime.now().astimezone())
        self.choose(entry, draft=self.live_shown)
        self.runs.look(recording.path)
        if self.settings.transcribe_after:
            self.action_transcribe()

    def action_record(self) -> None:
        """Record, or stop, whatever workspace the key was pressed in."""
        self.action_toggle_recording()

    def action_finish(self) -> None:
        """Stop the recording."""
        if self.recording_runs:
            self.action_toggle_recording()

    def action_pause(self) -> None:
        """Pause the recording, or go on."""
        if self.recording_runs:
            self.action_hold()

    def action_hold(self) -> None:
        """Pause the recording; else hold what plays; else play."""
        recording, playback = self.studio.recording, self.studio.playback
        match recording.status.phase:
            case "recording":
                recording.pause()
            case "paused":
                recording.resume()
            case "idle" if playback.playing is not None:
                if playback.paused:
                    playback.resume()
                else:
                    playback.pause()
            case "idle":
                pointed = self.transcript_pane.text_view.pointed
                inside = self.transcript_pane.text_view.has_focus and pointed is not None
                self.play(pointed.start if inside and pointed is not None else 0.0)
            case _:
                pass

    def play(self, start: float) -> None:
        """Play the chosen sound from a moment on."""
        if self.recording_runs:
            self.say("Not while it records: what plays would be recorded.")
        elif self.entry is None:
            self.say("There is nothing to play yet.")
        else:
            self.runs.play(self.entry.path, start)

    def action_skip(self, seconds: int) -> None:
        """Go on, or back, by some seconds of what plays."""
        if self.studio.playback.playing is not None:
            self.play(max(0.0, self.recorder.seconds + seconds))

    def action_discard(self) -> None:
        """Cancel the running recording; else throw the chosen one away, after asking."""
        if self.recording_runs:
            self.studio.recording.cancel()
            self.recorder.show_stopping()
            return
        entry = self.entry
        if entry is None:
            self.say("There is nothing to throw away.")
        elif entry.recording is None:
            self._close(entry.path)
        else:
            length = clock(entry.seconds or 0.0)
            self.app.push_screen(
                ConfirmScreen(
                    "Throw this recording away?",
                    f"{entry.title}, {length}, and its transcript go to the trash; u takes them "
                    "back.",
                    yes="throw away",
                    no="keep it",
                    key="delete",
                ),
                lambda sure: self._discard(entry) if sure else None,
            )

    def _discard(self, entry: SoundEntry) -> None:
        if entry.recording is not None:
            self.files.forget(entry.path)
            self.runs.discard(entry.recording)

    def _close(self, path: Path) -> None:
        """An opened file leaves the list; it stays where it is."""
        self.files.forget(path)
        self.opened = tuple(one for one in self.opened if one.path != path)
        self.say(f"{path.name} is closed; the file is where it was.")
        self.show_list(self._listed)

    def action_take_back(self) -> None:
        """Take the last recording out of the trash."""
        if not self.runs.take_back():
            self.say("Nothing was thrown away in this session.")

    def action_choose_device(self) -> None:
        """Open the list of microphones."""
        if self.recording_runs:
            self.say("Stop the recording first: Space.")
            return
        picker = DeviceChoiceScreen(
            self.studio.recording.choice, hear=self.runs.hear, hush=self.runs.hush
        )
        self.app.push_screen(picker, self._choose_device)
        self.runs.devices()

    def _choose_device(self, answer: DeviceAnswer | None) -> None:
        self.runs.hush()
        if answer is not None:
            self.studio.recording.choose(answer.choice)
            self.show_device()

    def action_choose_loudspeaker(self) -> None:
        """Open the list of loudspeakers."""
        if self.recording_runs:
            self.say("Stop the recording first: Space.")
            return
        picker = DeviceChoiceScreen(
            self.studio.playback.choice, "output", hear=self.runs.chime, hush=self.runs.hush
        )
        self.app.push_screen(picker, self._choose_loudspeaker)
        self.runs.loudspeakers()

    def _choose_loudspeaker(self, answer: DeviceAnswer | None) -> None:
        self.runs.hush()
        if answer is not None:
            self.studio.playback.choose(answer.choice)
            where = answer.choice.shown if answer.choice else "the system's default"
            self.say(f"Plays on {where}.")
            self.show_device()

    def action_open_sound(self) -> None:
        """Ask for a file."""
        self.app.push_screen(
            OpenSoundScreen(Path.cwd()), lambda path: self.open_file(path) if path else None
        )

    def rename(self) -> None:
        """Ask for another name of the chosen recording."""
        entry = self.entry
        if entry is None or entry.recording is None:
            self.say("Only recordings have a name of their own.")
            return
        recording = entry.recording
        self.app.push_screen(
            TextEntryScreen("Name of the recording", entry.title),
            lambda title: self.runs.rename(recording, title) if title else None,
        )

    def action_toggle_settings(self) -> None:
        """Open the side panel, or close it."""
        panel = self.settings_pane
        self.show_settings(not panel.display)
        if panel.display:
            panel.take_focus()
        else:
            self.transcript_pane.take_focus()

    def action_toggle_live(self) -> None:
        """Live text on or off."""
        self.settings_pane.toggle_live()
