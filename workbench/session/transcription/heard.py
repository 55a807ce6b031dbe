"""The answer to one part, as segments of the whole file. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from client import Segment, SpokenWord, Transcription, words_of
from workbench.session.transcription.doubt import confidence_of, doubt_of
from workbench.session.transcription.timeline import Timeline
from workbench.session.transcription.transcript import (
    TranscribedSegment,
    TranscribedWord,
    TranscriptPart,
)

_MARKS: Final = re.compile(r"\W+")


def segments_of(
    part: TranscriptPart, said: Transcription, *, silent: Callable[[float, float], bool]
) -> tuple[TranscribedSegment, ...]:
    """The segments of an answer, their times counted from the start of the file.

    An answer without segments is one. ``silent`` says of a stretch of the file whether nobody
    speaks there.
    """
    segments = [one for one in said.segments or _as_one(part, said) if one.text.strip()]
    words = words_of(said) if said.words else ()
    timeline = Timeline(part.spans)
    return tuple(
        _segment(part, one, own, timeline, silent)
        for one, own in zip(segments, shared_out(words, segments), strict=True)
    )


def _as_one(part: TranscriptPart, said: Transcription) -> tuple[Segment, ...]:
    return (Segment(start=0.0, end=said.duration or part.seconds, text=said.text),)


def _segment(
    part: TranscriptPart,
    heard: Segment,
    words: Sequence[SpokenWord],
    timeline: Timeline,
    silent: Callable[[float, float], bool],
) -> TranscribedSegment:
    start, end = timeline.stretch(heard.start, heard.end)
    confidence = confidence_of(heard)
    return TranscribedSegment(
        start=start,
        end=end,
        heard=" ".join(heard.text.split()),
        words=tuple(_words(words, timeline, confidence)),
        part=part.number,
        confidence=confidence,
        doubt=doubt_of(heard, in_silence=silent(start, end)),
    )


def _words(
    words: Sequence[SpokenWord], timeline: Timeline, confidence: float | None
) -> Iterator[TranscribedWord]:
    for word in words:
        start, end = timeline.word(word.start, word.end)
        yield TranscribedWord(
            text=word.text, start=start, end=end, confidence=confidence, spaced=word.spaced
        )


def shared_out(
    words: Sequence[SpokenWord], segments: Sequence[Segment]
) -> list[tuple[SpokenWord, ...]]:
    """Each segment's own words, told by their letters; by their times where letters differ."""
    sizes = [len(_letters(segment.text)) for segment in segments]
    together = "".join(_letters(word.text) for word in words)
    if together == "".join(_letters(segment.text) for segment in segments):
        ends: list[float] = [sum(sizes[: index + 1]) for index in range(len(sizes))]
        places: list[float] = _middles(words)
    else:
        ends = [segment.start for segment in segments[1:]] + [float("inf")]
        places = [(word.start + word.end) / 2 for word in words]
    shared: list[tuple[SpokenWord, ...]] = []
    taken = 0
    for end in ends:
        first = taken
        while taken < len(words) and places[taken] < end:
            taken += 1
        shared.append(tuple(words[first:taken]))
    return shared


def _middles(words: Sequence[SpokenWord]) -> list[float]:
    """Where the middle of each word is, counted in letters."""
    middles: list[float] = []
    passed = 0
    for word in words:
        size = len(_letters(word.text))
        middles.append(passed + size / 2)
        passed += size
    return middles


def _letters(text: str) -> str:
    return _MARKS.sub("", text).lower()
