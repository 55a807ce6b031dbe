"""The words of a segment as they are to be read, with times even where one changed them. Pure."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from workbench.session.transcription.transcript import TranscribedSegment, TranscribedWord


def words_as_read(segment: TranscribedSegment) -> tuple[TranscribedWord, ...]:
    """The words of the text. Those that were heard keep their times; others share what is between.

    Without times of words in the answer, all share the segment's time by their letters.
    """
    if segment.edited is None and segment.words:
        return segment.words
    texts = segment.text.split()
    if not segment.words:
        return tuple(_spread(texts, segment.start, segment.end, segment.confidence))
    return tuple(_aligned(segment, texts))


def _aligned(segment: TranscribedSegment, texts: Sequence[str]) -> Iterator[TranscribedWord]:
    heard = segment.words
    matcher = SequenceMatcher(
        None, [_bare(word.text) for word in heard], [_bare(text) for text in texts], autojunk=False
    )
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind == "equal":
            for word, text in zip(heard[first:last], texts[begin:end], strict=True):
                yield TranscribedWord(
                    text=text, start=word.start, end=word.end, confidence=word.confidence
                )
            continue
        # What was typed in was not heard: nobody's confidence applies to it.
        start = heard[first].start if first < last else _end_before(segment, first)
        stop = heard[last - 1].end if first < last else _start_after(segment, last)
        yield from _spread(texts[begin:end], start, max(start, stop), None)


def _end_before(segment: TranscribedSegment, index: int) -> float:
    return segment.words[index - 1].end if index else segment.start


def _start_after(segment: TranscribedSegment, index: int) -> float:
    return segment.words[index].start if index < len(segment.words) else segment.end


def _spread(
    texts: Sequence[str], start: float, end: float, confidence: float | None
) -> Iterator[TranscribedWord]:
    letters = sum(map(len, texts)) or 1
    at = start
    for text in texts:
        following = at + (end - start) * len(text) / letters
        yield TranscribedWord(text=text, start=at, end=following, confidence=confidence)
        at = following


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
