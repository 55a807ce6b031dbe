"""The transcript: text as it arrives, who heard it, what is missing, and what to do about it."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static
from textual.worker import Worker

from workbench.neutralise import neutralise_line
from workbench.panes.microphone.passages import Passages, live_passages
from workbench.panes.microphone.progress import Progress
from workbench.panes.microphone.welcome import MicrophoneWelcome
from workbench.session.live import LiveEnded, LiveFailed, LiveTextChanged, LiveUpdate
from workbench.session.problems import Problem
from workbench.session.service import Service
from workbench.session.transcription.transcript import Transcript
from workbench.session.transcription.updates import (
    NoSpeechFound,
    PieceTranscribed,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
)
from workbench.session.waits import Wait
from workbench.widgets.figures import duration, plural
from workbench.widgets.find_bar import FindBar
from workbench.widgets.fit import Readout
from workbench.widgets.ground import GroundContainer, GroundVertical
from workbench.widgets.sound.clock import clock
from workbench.widgets.sound.spoken import Passage, ShownWord, SpokenText
from workbench.widgets.sound.two_ends import TwoEnds, readout

_MUTED: Final = "$foreground 60%"
_AT_ONCE: Final = 60
"""Segments that are made readable within a few milliseconds."""
_READING: Final = "reading"
_DIGITAL_SILENCE: Final = -96.0
"""dBFS; 16 bits hold nothing quieter."""


class TranscriptPane(GroundVertical):
    """``show`` it what a transcription tells; ``transcript`` is what it shows."""

    def __init__(
        self,
        *,
        service: Service,
        now: Callable[[], float],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._service = service
        self._now = now
        self._passages = Passages()
        self._progress: Progress | None = None
        self._ticking: Timer | None = None
        self._took: float | None = None
        self.transcript: Transcript | None = None
        """What is shown; ``None`` while there is none."""
        self.draft = ""
        """Live text that is shown, "" while there is none."""

    def compose(self) -> ComposeResult:
        """Who heard it, how far it is, the text, and what is known of the word pointed at."""
        yield TwoEnds(id="transcript-head")
        yield TwoEnds(id="transcript-progress")
        with GroundContainer(id="transcript-body"):
            yield SpokenText(id="spoken-text")
            yield MicrophoneWelcome(self._service, id="microphone-welcome")
            yield Static(id="transcript-notice")
        yield FindBar(id="spoken-find")
        yield TwoEnds(id="transcript-foot")

    def on_mount(self) -> None:
        """Begin with nothing."""
        self.query_one(FindBar).display = False
        self.query_one("#transcript-progress").display = False
        self._show_body("welcome")

    # -- what the screen calls --------------------------------------------------------------

    @property
    def text_view(self) -> SpokenText:
        """The words."""
        return self.query_one(SpokenText)

    @property
    def pointed_passage(self) -> Passage | None:
        """The passage with the word pointed at."""
        return self.text_view.pointed_passage

    def show_nothing(self, hint: str = "") -> None:
        """There is no transcript; ``hint`` says what to do, "" welcomes."""
        self._forget()
        if hint:
            self._notice(Content.styled(hint, _MUTED))
        else:
            self._show_body("welcome")

    def take_focus(self) -> None:
        """Let the arrows walk through the words."""
        self.text_view.focus()

    def find(self) -> None:
        """Look for words."""
        bar = self.query_one(FindBar)
        bar.display = True
        bar.take_focus()
        self.text_view.find(bar.words)

    def show_transcript(self, transcript: Transcript, *, took: float | None = None) -> None:
        """Show a transcript, or the same one with changes; ``took`` is how long it took here."""
        self._took = took
        if self.transcript is None or transcript.key != self.transcript.key:
            self.text_view.clear()
            # what arrives is followed to its end; what was there is read from its beginning
            self.text_view.following = self._progress is not None
        self.transcript, self.draft = transcript, ""
        if self._passages.news(transcript) <= _AT_ONCE:
            self.workers.cancel_group(self, _READING)
            self._show_passages(self._passages.of(transcript))
        else:
            read = partial(self._read, transcript)
            _: Worker[None] = self.run_worker(read, group=_READING, exclusive=True)
        self._show_head()
        if self.text_view.pointed is None:
            self._show_foot(None, None)

    async def _read(self, transcript: Transcript) -> None:
        """A long one, apart from the event loop."""
        passages = await asyncio.to_thread(self._passages.of, transcript)
        if self.transcript is transcript:
            self._show_passages(passages)

    def _show_passages(self, passages: tuple[Passage, ...]) -> None:
        self.text_view.show_passages(passages)
        if passages:
            self._show_body("text")
        else:
            self._notice(Content.styled("Nobody says anything in it.", _MUTED))

    def follow(self, progress: Progress | None) -> None:
        """Show how far the transcription is; ``None`` when none runs."""
        if progress is not None and self._progress is None:
            self.text_view.following = True
        self._progress = progress
        self._show_progress()

    def show(self, update: TranscriptionUpdate) -> None:
        """Show what happens to it."""
        self._show_progress()
        match update:
            case PieceTranscribed(transcript=transcript):
                self.show_transcript(transcript)
            case TranscriptCompleted(transcript=transcript):
                self.show_transcript(transcript)
            case NoSpeechFound():
                self._forget()
                self._notice(_no_speech(update))
            case TranscriptionFailed(problem=problem):
                self._forget()
                self.show_problem(problem)
            case _:
                pass

    def show_wait(self, wait: Wait | None) -> None:
        """A request waits before it is sent; ``None`` when it does no longer."""
        if self._progress is not None:
            self._progress.waits(wait)
            self._show_progress()

    def show_live(self, update: LiveUpdate) -> None:
        """Show what is being said."""
        match update:
            case LiveTextChanged(committed=committed, tentative=tentative):
                self.transcript, self.draft = None, f"{committed} {tentative}".strip()
                passages = live_passages(committed, tentative)
                self.text_view.show_passages(passages)
                if passages:
                    self._show_body("text")
                behind = f"{update.behind:.0f} s behind" if update.behind >= 1 else "up to date"
                self._show_live_head(behind, billed=update.billed_seconds)
            case LiveEnded(text=text, billed_seconds=billed):
                self.draft = text
                self.text_view.show_passages(live_passages(text, ""))
                told = "a draft: t hears it all again"
                if update.missing >= 1:
                    told += f"; {update.missing:.0f} s have no text"
                self._show_live_head(told, billed=billed)
            case LiveFailed(problem=problem, over=over):
                rest = "no more comes; the recording goes on" if over else "the next may come"
                self._show_live_head(f"! {problem.title}: {rest}", billed=None, warning=True)
                if over and not self.text_view.passages:
                    told = neutralise_line(f"{problem.explanation} {problem.advice}")
                    self._notice(Content.styled(told, _MUTED))

    def begin_live(self) -> None:
        """Text will come while somebody speaks."""
        self._forget()
        told = "Speak: what you say appears here some seconds later. Grey words may still change."
        self._notice(Content.styled(told, _MUTED))
        self._show_live_head("listening", billed=None)
        self._show_foot(None, None)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, above what there is."""
        lines = [
            Content.styled(f"✗ {neutralise_line(problem.title)}", "bold $text-error"),
            Content.styled(neutralise_line(problem.explanation), "$foreground 80%"),
            Content.styled(
                f"The recording is kept. {neutralise_line(problem.advice)}".strip(), _MUTED
            ),
            Content.assemble(("t", "bold"), (" tries again   ", _MUTED), *_settings_key(problem)),
        ]
        self._notice(Content("\n").join(lines))

    # -- showing ----------------------------------------------------------------------------

    def _forget(self) -> None:
        self.transcript, self._took, self.draft = None, None, ""
        self.text_view.clear()
        self._show_head()
        self._show_foot(None, None)

    def _show_body(self, which: str) -> None:
        self.text_view.display = which == "text"
        self.query_one(MicrophoneWelcome).display = which == "welcome"
        self.query_one("#transcript-notice").display = which == "notice"
        for end in ("#transcript-head", "#transcript-foot"):
            self.query_one(end).display = which != "welcome"

    def _notice(self, text: Content) -> None:
        self.query_one("#transcript-notice", Static).update(text)
        self._show_body("notice")

    def _show_progress(self) -> None:
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        line = self.query_one("#transcript-progress", TwoEnds)
        line.display = self._progress is not None
        if self._progress is None:
            return
        line.show_ends(*self._progress.ends(self._now()))
        if self._progress.waiting:
            self._ticking = self.set_timer(1.0, self._show_progress)

    def _show_head(self) -> None:
        head = self.query_one("#transcript-head", TwoEnds)
        transcript = self.transcript
        if transcript is None:
            head.show_ends([])
            return
        left = [readout(("Transcript", "bold"), loss=9)]
        if failed := len(transcript.failed):
            told = f"{failed} of {len(transcript.parts)} failed"
            left.append(readout((told, "$text-error"), loss=8))
        if transcript.is_edited:
            left.append(readout(("edited", _MUTED), loss=5))
        details = [transcript.language or "", transcript.parameters.asked_model]
        if transcript.parameters.translate:
            details.append("translated")
        right = [readout((text, _MUTED), loss=2) for text in map(neutralise_line, details) if text]
        colour = "$text-warning" if transcript.provenance.simulated else _MUTED
        told = neutralise_line(str(transcript.provenance))
        head.show_ends(left, [*right, readout((told, colour), loss=7)])

    def _show_live_head(self, told: str, *, billed: float | None, warning: bool = False) -> None:
        left = [
            readout(("Live", "bold $primary"), loss=9),
            readout((neutralise_line(told), "$text-warning" if warning else _MUTED), loss=8),
        ]
        right: list[Readout] = []
        if billed is not None:
            right.append(readout((f"~{clock(billed)} billed", _MUTED), loss=2))
        if not self._service.live:
            right.append(readout((self._service.name, "$text-warning"), loss=5))
        self.query_one("#transcript-head", TwoEnds).show_ends(left, right)

    @on(FindBar.Changed)
    def _find_changed(self, event: FindBar.Changed) -> None:
        event.stop()
        self.text_view.find(event.query)

    @on(FindBar.Wanted)
    def _find_wanted(self, event: FindBar.Wanted) -> None:
        event.stop()
        self.text_view.find_next(event.step)

    @on(FindBar.Left)
    def _find_left(self, event: FindBar.Left) -> None:
        event.stop()
        self.text_view.find("")
        self.query_one(FindBar).display = False
        self.take_focus()

    @on(SpokenText.Found)
    def _found(self, event: SpokenText.Found) -> None:
        event.stop()
        self.query_one(FindBar).show_found(event.current, event.total)

    @on(SpokenText.Pointed)
    def _pointed(self, event: SpokenText.Pointed) -> None:
        event.stop()
        self._show_foot(event.word, event.passage)

    def _show_foot(self, word: ShownWord | None, passage: Passage | None) -> None:
        foot = self.query_one("#transcript-foot", TwoEnds)
        if word is None or passage is None or not passage.timed:
            foot.show_ends(self._measured(), self._counted())
            return
        left = [readout((f"{clock(word.start)} to {clock(word.end)}", "bold"), loss=9)]
        if passage.spoken and word.confidence is not None:
            left.append(readout((f"{word.confidence * 100:.0f} % sure", _MUTED), loss=5))
        if passage.note:
            left.append(readout((passage.note, "$text-warning"), loss=8))
        keys = {"failed": "Enter sends it again", "left-out": "b brings it back"}
        right = keys.get(passage.state, "Enter plays from here" if passage.spoken else "")
        foot.show_ends(left, [readout((right, _MUTED), loss=3)])

    def _measured(self) -> list[Readout]:
        """How fast it was, as measured here."""
        transcript, took = self.transcript, self._took
        if transcript is None or took is None or not transcript.duration:
            return []
        times = transcript.duration / took if took > 0 else 0.0
        return [
            readout((f"{clock(transcript.duration)} in {duration(took)}", "bold"), loss=8),
            readout((f"{times:,.0f} times real time, measured here", _MUTED), loss=6),
        ]

    def _counted(self) -> list[Readout]:
        """How much it is, and what it cost."""
        transcript = self.transcript
        if transcript is None or not transcript.segments:
            return []
        words = sum(len(segment.text.split()) for segment in transcript.segments)
        billed = f"~{clock(transcript.billed_seconds)} billed"
        return [
            readout((plural(words, "word"), _MUTED), loss=4),
            readout((billed, _MUTED), loss=3),
        ]


def _no_speech(found: NoSpeechFound) -> Content:
    length = clock(found.duration)
    loudest = f"The loudest moment of {length} has {found.loudest:.0f} dBFS."
    if found.loudest <= _DIGITAL_SILENCE:
        loudest = f"All of its {length} are digital silence: was the microphone muted?"
    lines = [
        Content.styled("Nobody speaks in it", "bold"),
        Content.styled(f"{loudest} Nothing was sent: models invent words on silence.", _MUTED),
        Content.assemble(("a", "bold"), (" sends it all the same", _MUTED)),
    ]
    return Content("\n").join(lines)


def _settings_key(problem: Problem) -> tuple[tuple[str, str], ...]:
    if problem.title == "Not sent" or problem.other_model:
        return (("F2", "bold"), (" opens the settings", _MUTED))
    return ()
