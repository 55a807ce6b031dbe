"""A transcript as passages to read: what was said, and what is missing, at its time. No I/O."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from workbench.neutralise import neutralise_line
from workbench.session.transcription.transcript import (
    TranscribedSegment,
    Transcript,
    TranscriptPart,
)
from workbench.widgets.sound.clock import clock
from workbench.widgets.sound.spoken import Passage, PassageState, ShownWord

_DOUBTS: Final = {
    "no speech": "probably said by nobody, and left out",
    "repetition": "goes round in circles",
    "uncertain": "was guessed",
}
_SENTENCE_END: Final = re.compile(
    r"[.!?\u2026\u3002\uff01\uff1f]+[\"'\u2019\u201d\u00bb)\]]*(?=\s|$)"
)
_PARAGRAPH: Final = 320
"""Characters of live text after which the next sentence begins a new paragraph."""


class Passages:
    """The passages of a transcript; what did not change is made only once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[TranscribedSegment, int, Passage]] = {}

    def news(self, transcript: Transcript) -> int:
        """How many of its segments it has not seen."""
        return sum(id(segment) not in self._made for segment in transcript.segments)

    def of(self, transcript: Transcript) -> tuple[Passage, ...]:
        """Segments in the order of time, and between them the parts that have no text."""
        made: dict[int, tuple[TranscribedSegment, int, Passage]] = {}
        passages: list[Passage] = []
        for index, segment in enumerate(transcript.segments):
            known = self._made.get(id(segment))
            if known is None or known[0] is not segment or known[1] != index:
                known = (segment, index, _spoken(segment, index))
            made[id(segment)] = known
            passages.append(known[2])
        self._made = made
        count = len(transcript.parts)
        passages += [_missing(part, count) for part in transcript.unfinished]
        # a part that failed begins where the silence before it ends; the sort is stable
        return tuple(sorted(passages, key=lambda passage: passage.start))


def _spoken(segment: TranscribedSegment, index: int) -> Passage:
    state: PassageState = "said"
    if segment.left_out:
        state = "left-out"
    elif segment.doubt is not None and segment.doubt != "no speech":
        state = "doubtful"
    if segment.edited is not None or not segment.words:
        words = tuple(_spread(segment))
    else:
        words = tuple(
            ShownWord(
                text=_safe(word.text),
                start=word.start,
                end=word.end,
                confidence=word.confidence,
                spaced=word.spaced,
            )
            for word in segment.words
        )
    return Passage(
        start=segment.start,
        end=segment.end,
        words=words,
        state=state,
        note=_DOUBTS[segment.doubt] if segment.doubt else "",
        segment=index,
    )


def _safe(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text  # as nearly all are, of tens of thousands
    return neutralise_line(text) or "␣"


def _spread(segment: TranscribedSegment) -> Iterator[ShownWord]:
    """Words without times of their own, timed by their share of the letters."""
    texts = neutralise_line(segment.text).split(" ")
    letters = sum(len(text) + 1 for text in texts)
    length = segment.end - segment.start
    passed = 0
    for text in texts:
        start = segment.start + length * passed / letters
        passed += len(text) + 1
        yield ShownWord(
            text=text,
            start=start,
            end=segment.start + length * passed / letters,
            confidence=segment.confidence,
        )


def _missing(part: TranscriptPart, count: int) -> Passage:
    """A part without text; on its own it needs no number."""
    which = f"Part {part.number} of {count}, to {clock(part.end)}" if count > 1 else ""
    state: PassageState = "failed" if part.state == "failed" else "waiting"
    note = ""
    if part.state == "failed":
        why = f": {part.problem.title}." if part.problem else "."
        told = (f"{which} failed" if which else "Not transcribed") + f"{why} Enter sends it again."
        if part.problem is not None:
            note = neutralise_line(f"{part.problem.explanation} {part.problem.advice}")
    elif part.state == "sending":
        told = f"{which}, is being heard …" if which else "Listening …"
    else:
        told = f"{which}, waits." if which else "Not transcribed yet: r does it."
    words = tuple(
        ShownWord(text=text, start=part.start, end=part.end)
        for text in neutralise_line(told).split(" ")
    )
    return Passage(
        start=part.start, end=part.end, words=words, state=state, note=note, part=part.number
    )


def live_passages(committed: str, tentative: str) -> tuple[Passage, ...]:
    """What is said right now: paragraphs of settled text, and at the end what may still change.

    A paragraph that is full stays the same object however much is said after it.
    """
    *full, last = _paragraphs(neutralise_line(committed))
    words = [ShownWord(text=text, start=0.0, end=0.0) for text in last.split()]
    words += [
        ShownWord(text=text, start=0.0, end=0.0, tentative=True)
        for text in neutralise_line(tentative).split()
    ]
    passages = [_paragraph(text) for text in full]
    if words:
        passages.append(Passage(start=0.0, end=0.0, words=tuple(words), timed=False))
    return tuple(passages)


def _paragraphs(text: str) -> list[str]:
    """Some sentences each; the last one is not full, and may be empty."""
    paragraphs: list[str] = []
    begun = 0
    for end in _SENTENCE_END.finditer(text):
        if end.end() - begun >= _PARAGRAPH:
            paragraphs.append(text[begun : end.end()].strip())
            begun = end.end()
    return [*paragraphs, text[begun:].strip()]


@lru_cache(maxsize=512)
def _paragraph(text: str) -> Passage:
    words = tuple(ShownWord(text=word, start=0.0, end=0.0) for word in text.split())
    return Passage(start=0.0, end=0.0, words=words, timed=False)
