"""The words of a transcript with their times, spelled as in its text. No I/O."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from client.errors import ValidationError
from client.types.audio import Segment, Transcription, Word

_PIECE: Final = re.compile(r"\S+")
_NO_TIME: Final = 1e7  # seconds, some months: no audio lasts so long
_FAR: Final = 40  # characters that the text may hold between two words and still be followed


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """A word as it is written, with its marks.

    Attributes:
        text: never empty, without space around it.
        start: seconds, never before that of the word before it.
        end: seconds, never before ``start``.
        spaced: whether a space stands before it.
        last: whether it ends a segment.

    """

    text: str
    start: float
    end: float
    spaced: bool = True
    last: bool = False


def words_of(transcription: Transcription) -> tuple[SpokenWord, ...]:
    """The words in order, their times made to grow.

    Without words in the transcript those of its segments are timed by their share of the letters.

    Raises:
        ValidationError: it has text but no times.

    """
    if transcription.words:
        return _in_order(_spelled(transcription.words, transcription.text))
    if transcription.segments:
        return _in_order(word for segment in transcription.segments for word in _spread(segment))
    if transcription.text.strip():
        raise ValidationError(
            "The transcript has no times. Ask for them with response_format='verbose_json' and "
            "timestamp_granularities=['word'] or ['segment']."
        )
    return ()


def _spelled(words: Sequence[Word], text: str) -> Iterator[SpokenWord]:
    """Words as the text spells them: with the marks around each, and its spaces.

    The service's words may lack what its text has. A word that is not in the text is taken as is.
    """
    spans = _spans([word.word.strip() for word in words], text)
    for index, (word, span) in enumerate(zip(words, spans, strict=True)):
        before = spans[index - 1] if index else (0, 0)
        after = spans[index + 1] if index + 1 < len(words) else (len(text), len(text))
        if span is None:
            bare = word.word.strip()
            spaced = index == 0 or not _is_glued(words[index - 1].word, word.word)
            shown = bare
        else:
            lead, spaced = _lead(text, before, span)
            shown = (lead + text[slice(*span)] + _trail(text, span, after)).strip()
        if shown:
            yield SpokenWord(text=shown, start=word.start, end=word.end, spaced=spaced)


def _spans(words: Sequence[str], text: str) -> list[tuple[int, int] | None]:
    """Where in the text each word is, ``None`` for one that is not found near enough."""
    folded = text.lower()
    if len(folded) != len(text):
        folded = text
    spans: list[tuple[int, int] | None] = []
    at, reach = 0, _FAR
    for word in words:
        begin = _find(word.lower() if folded is not text else word, folded, at, at + reach)
        if begin is None:
            spans.append(None)
            reach += len(word) + 1
        else:
            at, reach = begin + len(word), _FAR
            spans.append((begin, at))
    return spans


def _find(word: str, text: str, start: int, reach: int) -> int | None:
    """Where a word stands as a word of its own."""
    end = reach + len(word)
    at = text.find(word, start, end) if word else -1
    while at >= 0:
        after = at + len(word)
        inside = at > start and _runs_on(text[at - 1], text[at])
        if not inside and not (after < len(text) and _runs_on(text[after - 1], text[after])):
            return at
        at = text.find(word, at + 1, end)
    return None


def _lead(text: str, before: tuple[int, int] | None, span: tuple[int, int]) -> tuple[str, bool]:
    """The marks before a word, and whether there is a space before them."""
    since = text.rfind(" ", 0, span[0]) + 1 if before is None else before[1]
    between = text[since : span[0]]
    spaces = [place for place, character in enumerate(between) if character.isspace()]
    if spaces:
        return between[spaces[-1] + 1 :], True
    # Without a space they belong to the word before, if there is one.
    first = before == (0, 0) or before is None
    return (between, True) if first else ("", False)


def _trail(text: str, span: tuple[int, int], after: tuple[int, int] | None) -> str:
    """The marks after a word, up to the space before the next."""
    if after is None:
        found = _PIECE.match(text, span[1])
        return found[0] if found else ""
    between = text[span[1] : after[0]]
    if after[0] == len(text):
        return between
    spaces = [place for place, character in enumerate(between) if character.isspace()]
    return between[: spaces[-1]].rstrip() if spaces else between


def _spread(segment: Segment) -> Iterator[SpokenWord]:
    """A segment's words, each with the share of its time that its letters have."""
    pieces = list(_pieces(segment.text))
    letters = sum(len(piece) for piece, _ in pieces) or 1
    seconds = segment.end - segment.start
    spoken = 0
    for index, (piece, spaced) in enumerate(pieces):
        start = segment.start + seconds * spoken / letters
        spoken += len(piece)
        is_last = index == len(pieces) - 1
        yield SpokenWord(
            text=piece,
            start=start,
            end=segment.end if is_last else segment.start + seconds * spoken / letters,
            spaced=spaced,
            last=is_last,
        )


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Words, or characters where a script has no spaces; and whether a space stands before."""
    for found in _PIECE.finditer(text):
        piece, spaced = "", True
        for character in found[0]:
            if piece and _is_glued(piece, character) and character.isalnum():
                yield piece, spaced
                piece, spaced = "", False
            piece += character
        yield piece, spaced


def _in_order(words: Iterable[SpokenWord]) -> tuple[SpokenWord, ...]:
    """Words whose times never run backwards; a time that is none is that of the word before."""
    ordered: list[SpokenWord] = []
    latest = 0.0
    for word in words:
        start = max(latest, word.start) if abs(word.start) < _NO_TIME else latest
        end = max(start, word.end) if abs(word.end) < _NO_TIME else start
        latest = start
        ordered.append(replace(word, start=start, end=end))
    return tuple(ordered)


def _runs_on(left: str, right: str) -> bool:
    """Whether two characters stand in one word."""
    return left.isalnum() and right.isalnum() and not (_is_dense(left) or _is_dense(right))


def _is_glued(left: str, right: str) -> bool:
    """Whether no space comes between, as in Chinese or Japanese."""
    return bool(left and right) and _is_dense(left[-1]) and _is_dense(right[0])


def _is_dense(character: str) -> bool:
    """Whether it is of a script that is written without spaces; Korean has them."""
    wide = unicodedata.east_asian_width(character) in "WF"
    return wide and not unicodedata.name(character, "").startswith("HANGUL")
