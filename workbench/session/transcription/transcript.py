"""A transcript as the workbench keeps it: parts, segments, words, and what to think of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, Self, TypeAlias

from workbench.session.problems import Problem
from workbench.session.transcription.parameters import TranscriptionParameters

Doubt: TypeAlias = Literal["no speech", "repetition", "uncertain"]
"""Why a segment is not believed.

"no speech" was probably said by nobody, and is left out unless restored; "repetition" goes round
in circles and "uncertain" was guessed: both are shown, marked.
"""
PartState: TypeAlias = Literal["waiting", "sending", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribedWord:
    """A word as it is written, marks included.

    Attributes:
        start, end: seconds from the start of the file.
        confidence: 0 to 1, ``None`` when unknown. The service says nothing of single words: it is
            its word on the segment that the word stands in.
        spaced: whether a space stands before it.

    """

    text: str
    start: float
    end: float
    confidence: float | None = None
    spaced: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribedSegment:
    """A stretch of speech, some sentence or half of one.

    Attributes:
        start, end: seconds from the start of the file.
        heard: the text as the service wrote it, without space around it. Never changes.
        words: of ``heard``; empty where the service gave no times of words.
        part: the number of the part it came with.
        confidence: 0 to 1, the mean probability of its tokens; ``None`` when the service gave none.
        doubt: why it is not believed, ``None`` when it is.
        edited: what a person made of the text, ``None`` when nobody touched it.
        restored: whether a person wants it although nobody may have said it.

    """

    start: float
    end: float
    heard: str
    words: tuple[TranscribedWord, ...] = ()
    part: int = 1
    confidence: float | None = None
    doubt: Doubt | None = None
    edited: str | None = None
    restored: bool = False

    @property
    def text(self) -> str:
        """As it is to be read: edited, or as heard."""
        return self.heard if self.edited is None else self.edited

    @property
    def left_out(self) -> bool:
        """Whether it is no part of the text, as nobody seems to have said it."""
        return self.doubt == "no speech" and not self.restored


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptPart:
    """What one request answers for.

    Attributes:
        number: counts from 1, in the order of time.
        start, end: seconds in the file; parts neither overlap nor leave a gap but for silence.
        seconds: of sound that were sent for it, silence left out and overlap included.
        spans: the stretches of the file that were sent, one after the other, as (start, end) in
            seconds; none when the file was sent as it is.
        problem: why it failed, when it has.
        raw: the service's answer as it came, times counted from the start of what was sent.

    """

    number: int
    start: float
    end: float
    seconds: float
    spans: tuple[tuple[float, float], ...] = ()
    state: PartState = "waiting"
    problem: Problem | None = None
    raw: Mapping[str, object] | None = field(default=None, repr=False)

    @property
    def billed_seconds(self) -> float:
        """What the service charges for a request of it: ten seconds at least (groq-api 7.1)."""
        return max(MINIMUM_BILLED_SECONDS, self.seconds)


MINIMUM_BILLED_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who heard it.

    Attributes:
        service: its host, or SIMULATED.
        simulated: whether a simulator answered.
        listener: the recogniser that a simulator listened with, such as "Whisper base"; "" for a
            real service, and for a simulator that did not listen.

    """

    service: str
    simulated: bool = False
    listener: str = ""

    def __str__(self) -> str:
        """In a few words for a screen."""
        if not self.simulated:
            return f"heard by {self.service}"
        return f"simulated, heard by {self.listener}" if self.listener else NOT_LISTENED


NOT_LISTENED: Final = "simulated, did not listen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All that is known of what was said in a file, in the order of time.

    Attributes:
        key: tells the transcripts of one file apart.
        name: of the file.
        created: Unix seconds.
        duration: of the file in seconds, ``None`` where it could not be read here.
        language: the code of the language, asked for or detected; ``None`` before the first answer.
        skipped: silent stretches that were not sent, as (start, end) in seconds.
        damaged: whether the file could not be read to its end; ``duration`` is what could.

    """

    key: str
    name: str
    created: float
    parameters: TranscriptionParameters
    provenance: Provenance
    duration: float | None = None
    language: str | None = None
    parts: tuple[TranscriptPart, ...] = ()
    segments: tuple[TranscribedSegment, ...] = ()
    skipped: tuple[tuple[float, float], ...] = ()
    damaged: bool = False

    @property
    def text(self) -> str:
        """The whole text as it is to be read, in one line."""
        return " ".join(part.text for part in self.segments if part.text and not part.left_out)

    @property
    def complete(self) -> bool:
        """Whether every part is there."""
        return bool(self.parts) and all(part.state == "done" for part in self.parts)

    @property
    def failed(self) -> tuple[TranscriptPart, ...]:
        """The parts that are to be tried again."""
        return tuple(part for part in self.parts if part.state == "failed")

    @property
    def unfinished(self) -> tuple[TranscriptPart, ...]:
        """The parts without text: failed, or not begun when it was stopped."""
        return tuple(part for part in self.parts if part.state != "done")

    @property
    def billed_seconds(self) -> float:
        """What the finished parts were charged as, estimated from their lengths."""
        return sum(part.billed_seconds for part in self.parts if part.state == "done")

    @property
    def is_edited(self) -> bool:
        """Whether a person changed it."""
        return any(segment.edited is not None for segment in self.segments)

    def with_text(self, index: int, text: str | None) -> Self:
        """A segment with other text; ``None`` brings back what was heard."""
        bare = None if text is None else " ".join(text.split())
        segment = self.segments[index]
        return self._with(index, replace(segment, edited=None if bare == segment.heard else bare))

    def restored(self, index: int, *, wanted: bool = True) -> Self:
        """With a segment that was left out, or without it again."""
        return self._with(index, replace(self.segments[index], restored=wanted))

    def _with(self, index: int, segment: TranscribedSegment) -> Self:
        segments = (*self.segments[:index], segment, *self.segments[index + 1 :])
        return replace(self, segments=segments)

    def at(self, seconds: float) -> int | None:
        """The index of the segment that is spoken then, or was last; ``None`` before the first."""
        begun = [n for n, segment in enumerate(self.segments) if segment.start <= seconds]
        return begun[-1] if begun else None
