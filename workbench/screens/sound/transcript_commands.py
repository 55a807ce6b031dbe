"""What can be done with a transcript."""

from dataclasses import replace
from pathlib import Path

from workbench.panes.microphone.progress import Progress
from workbench.screens.sound.desk import Desk
from workbench.screens.sound.export_choice import ExportScreen, ExportWanted
from workbench.screens.sound.studio import Work
from workbench.screens.sound.text_entry import TextEntryScreen
from workbench.session.transcription.transcript import Transcript
from workbench.visits import DraftOffered


class TranscriptCommands(Desk):
    """Transcribe, try again, edit, copy, send on, export."""

    def action_transcribe(self) -> None:
        """Transcribe the chosen sound from its beginning."""
        self._transcribe(gate=self.settings.transcription.gate)

    def action_transcribe_anyway(self) -> None:
        """Transcribe it even where nobody seems to speak."""
        self._transcribe(gate=False)

    def _transcribe(self, *, gate: bool) -> None:
        entry = self.entry
        if entry is None:
            self.say("Record something first, or open a file: Space, o.")
        elif self.work.progress is not None:
            self.say("It is being transcribed. Esc stops that.")
        elif entry.recording is not None and entry.recording.state == "recording":
            self.say("Another workbench is recording it.")
        else:
            parameters = replace(self.settings.transcription, gate=gate)
            self.workers.cancel_group(self, "opening")  # what was kept is not wanted any more
            self._begin()
            self.runs.transcribe(entry.path, self.work, parameters)
            self.show_transcript()

    def action_retry(self) -> None:
        """Send all parts again that have no text."""
        self.retry(None)

    def retry(self, part: int | None) -> None:
        """Send one part again, or all without text."""
        if self.entry is None:
            return
        if self.work.progress is not None:
            self.say("It is being transcribed. Esc stops that.")
            return
        transcript = self.work.session.transcript
        if transcript is None or not transcript.unfinished:
            self.say("Nothing failed.")
            return
        self._begin()
        self.runs.retry(self.entry.path, self.work, part)
        self.show_transcript()

    def _begin(self) -> None:
        work = self.work
        work.opened, work.ended, work.took = True, None, None
        work.began, work.progress = self.now(), Progress()

    def action_stop(self) -> None:
        """Stop what plays; else the transcription; else go back to the text."""
        if self.studio.playback.playing is not None:
            self.run_worker(self.studio.playback.stop(), group="stopping")
        elif self.entry is not None and self.work.worker is not None:
            self.work.worker.cancel()
            self.say("Stopped. The parts that had arrived are kept; r goes on with the rest.")
        else:
            self.show_settings(False)
            self.transcript_pane.take_focus()

    def attach(self, path: Path, work: Work) -> None:
        """Remember with the recording where its transcript is."""
        entry = next((one for one in self.list_pane.entries if one.path == path), None)
        kept = work.session.kept_at
        if entry is not None and entry.recording is not None and kept is not None:
            self.runs.attach(entry.recording, kept)

    def _transcript(self) -> Transcript | None:
        """The one that is shown; says so where there is none."""
        shown = self.entry is not None and not self.live_shown
        transcript = self.work.session.transcript if shown else None
        if transcript is None or not transcript.text:
            self.say("There is no text yet.")
            return None
        return transcript

    def action_find(self) -> None:
        """Look for words in the transcript."""
        if self._transcript() is not None:
            self.transcript_pane.find()

    def action_copy_transcript(self) -> None:
        """Copy the whole text; while there is only a draft, that."""
        if self.live_shown:
            self.copy(self.transcript_pane.draft, "the draft")
        elif (transcript := self._transcript()) is not None:
            self.copy(transcript.text, "the transcript")

    def action_send_to_chat(self) -> None:
        """Put the text, or the draft, into the chat's prompt; it is not sent."""
        if self.live_shown and self.transcript_pane.draft:
            self.post_message(DraftOffered(self.transcript_pane.draft))
        elif (transcript := self._transcript()) is not None:
            self.post_message(DraftOffered(transcript.text))

    def action_export(self) -> None:
        """Ask in which form and where."""
        entry, transcript = self.entry, self._transcript()
        if entry is None or transcript is None:
            return
        folder = Path.cwd() if entry.recording is not None else entry.path.parent
        stem = entry.title if entry.recording is not None else entry.path.stem

        def write(wanted: ExportWanted | None) -> None:
            if wanted is not None:
                self.runs.export(transcript, wanted)

        self.app.push_screen(ExportScreen(folder, stem), write)

    def action_edit(self) -> None:
        """Edit the passage pointed at; in the list, the recording's name."""
        passage = self.transcript_pane.pointed_passage
        if not self.transcript_pane.text_view.has_focus:
            self.rename()
            return
        transcript = self._transcript()
        if transcript is None:
            return
        if passage is None or passage.segment is None:
            self.say("Point at a passage first: the arrows move.")
            return
        number, segment = passage.segment, transcript.segments[passage.segment]
        entry, work = self.entry, self.work

        def change(text: str | None) -> None:
            if text is not None and entry is not None:
                self.runs.edit(entry.path, work, number, text)

        self.app.push_screen(
            TextEntryScreen("Edit the passage", segment.text, original=segment.heard), change
        )

    def rename(self) -> None:
        """Ask for another name; the recorder's part."""
        raise NotImplementedError

    def action_bring_back(self) -> None:
        """Bring back the passage that was left out, or leave it out again."""
        passage = self.transcript_pane.pointed_passage
        transcript = self.work.session.transcript if self.entry is not None else None
        if passage is None or passage.segment is None or transcript is None or self.entry is None:
            self.say("Point at a passage that was left out: n finds it.")
            return
        segment = transcript.segments[passage.segment]
        if segment.doubt != "no speech":
            self.say("This passage is not left out.")
            return
        wanted = not segment.restored
        self.runs.restore(self.entry.path, self.work, passage.segment, wanted=wanted)
