"""Parts that overlap, joined so that no word is doubled or lost. Pure.

Where two parts heard the same seconds, the join is put between two words on which both agree, as
near to the cut as there is one. Else each keeps the words whose middle lies in its own stretch.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from workbench.session.transcription.transcript import (
    TranscribedSegment,
    TranscribedWord,
    TranscriptPart,
)

_MARKS: Final = re.compile(r"\W+")
_SAME_TIME: Final = 0.8
"""Seconds that two recognitions of one word may differ by; they do by 0.2 (nine in ten)."""
_SAME_STRETCH: Final = 5.0
_LEAST_AGREEMENT: Final = 2
"""Words in a row that must agree where their times are only guessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardPart:
    """A part and its segments, in the order of time."""

    part: TranscriptPart
    segments: tuple[TranscribedSegment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A word to be kept or dropped; its time is guessed where the service gave none."""

    text: str
    middle: float
    timed: bool
    segment: int
    word: TranscribedWord | None


def stitched(parts: Sequence[HeardPart]) -> tuple[TranscribedSegment, ...]:
    """All segments, in the order of time; ``parts`` are in order, those without text left out."""
    joined: list[TranscribedSegment] = []
    before: HeardPart | None = None
    for part in parts:
        if before is not None and _overlap(before.part, part.part):
            kept, part = _joined(before, part)  # noqa: PLW2901 - it goes on without its first words
            before = kept
        if before is not None:
            joined += before.segments
        before = part
    return tuple(joined + list(before.segments if before is not None else ()))


def _overlap(left: TranscriptPart, right: TranscriptPart) -> bool:
    if left.number + 1 != right.number or not left.spans or not right.spans:
        return False
    return left.spans[-1][1] > right.spans[0][0]


def _joined(left: HeardPart, right: HeardPart) -> tuple[HeardPart, HeardPart]:
    cut = right.part.start
    begin, end = right.part.spans[0][0], left.part.spans[-1][1]
    early = _tokens(left.segments)
    late = _tokens(right.segments)
    first = _first_after(early, begin - _SAME_TIME)
    last = _first_after(late, end + _SAME_TIME)
    seam = _agreement(early[first:], late[:last], cut)
    if seam is None:
        keep = _first_after(early, cut)
        drop = _first_after(late, cut)
    else:
        keep, drop = first + seam[0] + 1, seam[1] + 1
    return _with_tokens(left, early[:keep]), _with_tokens(right, late[drop:])


def _agreement(
    early: Sequence[_Token], late: Sequence[_Token], cut: float
) -> tuple[int, int] | None:
    """The word that both heard nearest to the cut: its place in either, ``None`` without one."""
    matcher = SequenceMatcher(
        None, [_bare(one.text) for one in early], [_bare(one.text) for one in late], autojunk=False
    )
    best: tuple[float, int, int] | None = None
    for block in matcher.get_matching_blocks():
        pairs = [(block.a + step, block.b + step) for step in range(block.size)]
        timed = all(early[a].timed and late[b].timed for a, b in pairs)
        if not timed and len(pairs) < _LEAST_AGREEMENT:
            continue
        for a, b in pairs:
            apart = abs(early[a].middle - late[b].middle)
            if not _bare(early[a].text) or apart > (_SAME_TIME if timed else _SAME_STRETCH):
                continue
            distance = abs((early[a].middle + late[b].middle) / 2 - cut)
            if best is None or distance < best[0]:
                best = (distance, a, b)
    return None if best is None else best[1:]


def _tokens(segments: Iterable[TranscribedSegment]) -> list[_Token]:
    tokens: list[_Token] = []
    for index, segment in enumerate(segments):
        if segment.words:
            tokens += [
                _Token(
                    text=word.text,
                    middle=(word.start + word.end) / 2,
                    timed=True,
                    segment=index,
                    word=word,
                )
                for word in segment.words
            ]
            continue
        texts = segment.heard.split()
        step = (segment.end - segment.start) / max(1, len(texts))
        tokens += [
            _Token(
                text=text,
                middle=segment.start + (place + 0.5) * step,
                timed=False,
                segment=index,
                word=None,
            )
            for place, text in enumerate(texts)
        ]
    return tokens


def _first_after(tokens: Sequence[_Token], time: float) -> int:
    return next((n for n, one in enumerate(tokens) if one.middle >= time), len(tokens))


def _with_tokens(heard: HeardPart, kept: Sequence[_Token]) -> HeardPart:
    """The part with these words alone; a segment without any is gone."""
    segments: list[TranscribedSegment] = []
    for index, segment in enumerate(heard.segments):
        own = [one for one in kept if one.segment == index]
        whole = len(segment.words) or len(segment.heard.split())
        if len(own) == whole:
            segments.append(segment)
        elif own:
            segments.append(_shortened(segment, own))
    return replace(heard, segments=tuple(segments))


def _shortened(segment: TranscribedSegment, kept: Sequence[_Token]) -> TranscribedSegment:
    words = tuple(one.word for one in kept if one.word is not None)
    if not words:
        return replace(segment, heard=" ".join(one.text for one in kept))
    return replace(
        segment,
        heard=in_one_line(words),
        words=words,
        start=max(segment.start, words[0].start) if words[0] != segment.words[0] else segment.start,
        end=min(segment.end, words[-1].end) if words[-1] != segment.words[-1] else segment.end,
    )


def in_one_line(words: Sequence[TranscribedWord]) -> str:
    """Words as they are written one after the other."""
    text = "".join(f" {word.text}" if word.spaced else word.text for word in words)
    return text.strip()


def _bare(text: str) -> str:
    return _MARKS.sub("", text).lower()
