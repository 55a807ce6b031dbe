"""Subtitles from a transcript: SubRip (SRT) and WebVTT, which the service does not write. No I/O.

Cues are built from words where there are any, else from segments. Times are whole milliseconds,
rounded once; cues never overlap and are never empty.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from client.errors import ValidationError
from client.spoken_words import SpokenWord, words_of
from client.types.audio import Transcription

_SENTENCE_END: Final = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"'\u2019\u201d\u00bb)\]]*$")
_CLAUSE_END: Final = re.compile(r"[,;:\u3001\uff0c\u2013\u2014][\"'\u2019\u201d\u00bb)\]]*$")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SILENCE_SECONDS: Final = 1.0  # in a pause this long no text is left standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Text on screen from ``start`` to ``end``, in milliseconds from the start of the audio."""

    start: int
    end: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its lines, one below the other."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionLayout:
    """How cues are cut.

    Attributes:
        line_length: characters a line; a wide one, as of Chinese, counts twice.
        lines: of a cue.
        shortest: seconds a cue is shown at least, where the next leaves room.
        longest: seconds a cue lasts at most.
        reading_speed: characters a second; a cue stays longer for it, where the next leaves room.
        pause: seconds of silence at which a cue may end.
        gap: seconds between a cue and the next.

    Raises:
        ValidationError: a number makes no sense.

    """

    line_length: int = 42
    lines: int = 2
    shortest: float = 1.0
    longest: float = 7.0
    reading_speed: float = 17.0
    pause: float = 0.4
    gap: float = 0.08

    def __post_init__(self) -> None:
        positive = (self.line_length, self.lines, self.longest, self.reading_speed)
        if not all(n > 0 for n in positive) or min(self.shortest, self.pause, self.gap) < 0:
            raise ValidationError("CaptionLayout: lengths are positive, no number is negative.")


_LAYOUT: Final = CaptionLayout()


def to_srt(transcription: Transcription, layout: CaptionLayout = _LAYOUT) -> str:
    """The transcript as SubRip text, "" when nobody speaks.

    Raises:
        ValidationError: it has text but no times.

    """
    blocks = (
        f"{number}\n{_srt_time(cue.start)} --> {_srt_time(cue.end)}\n"
        # Readers take an arrow for a line of times wherever it stands.
        f"{cue.text.replace('-->', '->')}\n"
        for number, cue in enumerate(cues(transcription, layout), start=1)
    )
    return "\n".join(blocks)


def to_webvtt(transcription: Transcription, layout: CaptionLayout = _LAYOUT) -> str:
    """The transcript as WebVTT, only its heading when nobody speaks.

    Raises:
        ValidationError: it has text but no times.

    """
    blocks = (
        f"\n{_time(cue.start)}.{cue.start % 1000:03} --> {_time(cue.end)}.{cue.end % 1000:03}\n"
        f"{_escaped(cue.text)}\n"
        for cue in cues(transcription, layout)
    )
    return "WEBVTT\n" + "".join(blocks)


def cues(transcription: Transcription, layout: CaptionLayout = _LAYOUT) -> tuple[Cue, ...]:
    """The transcript cut into cues, in order, with no two at the same time.

    Raises:
        ValidationError: it has text but no times.

    """
    groups = _grouped(_plain(words_of(transcription)), layout)
    cut = [
        (_milliseconds(group[0].start), _milliseconds(group[-1].end), _wrapped(group, layout))
        for group in groups
    ]
    return tuple(_placed(cut, layout))


def _plain(words: Sequence[SpokenWord]) -> list[SpokenWord]:
    """Words without control characters; those that were nothing else are dropped."""
    kept: list[SpokenWord] = []
    for word in words:
        text = " ".join(_CONTROL.sub(" ", word.text).split())
        if text:
            kept.append(replace(word, text=text))
    return kept


# Grouping


def _grouped(words: Sequence[SpokenWord], layout: CaptionLayout) -> list[list[SpokenWord]]:
    groups: list[list[SpokenWord]] = []
    current: list[SpokenWord] = []
    for word in words:
        if current and _ends_before(current, word, layout):
            groups.append(current)
            current = []
        elif current and not _fits([*current, word], layout):
            at = _best_break(current, layout)
            groups.append(current[:at])
            current = current[at:]
        current.append(word)
    return [*groups, current] if current else groups


def _ends_before(group: Sequence[SpokenWord], word: SpokenWord, layout: CaptionLayout) -> bool:
    """Whether a cue is over, however much room it has left."""
    silence = word.start - group[-1].end
    lasts = group[-1].end - group[0].start >= layout.shortest
    if silence >= _SILENCE_SECONDS or (silence > layout.pause and lasts):
        return True
    return (group[-1].last or bool(_SENTENCE_END.search(group[-1].text))) and lasts


def _fits(group: Sequence[SpokenWord], layout: CaptionLayout) -> bool:
    if group[-1].end - group[0].start > layout.longest:
        return False
    return len(_filled(group, layout.line_length)) <= layout.lines


def _best_break(group: Sequence[SpokenWord], layout: CaptionLayout) -> int:
    """After how many words to break a full cue: late in it, after a comma, else at a pause."""
    half = len(group) // 2
    places = range(max(1, half), len(group))
    for at in reversed(places):
        if _SENTENCE_END.search(group[at - 1].text) or _CLAUSE_END.search(group[at - 1].text):
            return at
    for at in reversed(places):
        if group[at].start - group[at - 1].end > layout.pause:
            return at
    return len(group)


# Lines


def _wrapped(group: Sequence[SpokenWord], layout: CaptionLayout) -> tuple[str, ...]:
    """The words in as few lines as hold them, about equally long."""
    lines = _filled(group, layout.line_length)
    if len(lines) < 2:
        return tuple(lines)
    length = layout.line_length
    narrowest = -(-_width("".join(lines)) // len(lines))
    for shorter in range(narrowest, length):
        balanced = _filled(group, shorter)
        if len(balanced) == len(lines):
            return tuple(balanced)
    return tuple(lines)


def _filled(group: Sequence[SpokenWord], length: int) -> list[str]:
    """Lines as full as they can be; a word longer than a line has one of its own."""
    lines: list[str] = []
    for word in group:
        joined = f"{lines[-1]}{' ' if word.spaced else ''}{word.text}" if lines else ""
        if lines and _width(joined) <= length:
            lines[-1] = joined
        else:
            lines.append(word.text)
    return lines


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# Times


def _placed(cut: Sequence[tuple[int, int, tuple[str, ...]]], layout: CaptionLayout) -> list[Cue]:
    """Cues at their times: each long enough to be read, and over before the next begins."""
    shortest, longest = round(layout.shortest * 1000), round(layout.longest * 1000)
    gap = round(layout.gap * 1000)
    placed: list[Cue] = []
    free_from = 0
    for index, (begun, ended, lines) in enumerate(cut):
        start = max(begun, free_from)
        characters = sum(map(len, lines))
        readable = min(round(characters / layout.reading_speed * 1000), longest)
        end = min(max(ended, start + max(shortest, readable)), start + max(shortest, longest))
        if index + 1 < len(cut):
            following = cut[index + 1][0]
            end = min(end, following - gap if following - gap > start else following)
        end = max(end, start + 1)
        placed.append(Cue(start=start, end=end, lines=lines))
        free_from = end
    return placed


def _milliseconds(seconds: float) -> int:
    """Rounded once, half up."""
    return math.floor(seconds * 1000 + 0.5)


def _srt_time(milliseconds: int) -> str:
    return f"{_time(milliseconds)},{milliseconds % 1000:03}"


def _time(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
