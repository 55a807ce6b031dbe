"""A transcript for other programs: plain text, SubRip, WebVTT, JSON. Pure."""

import json
from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from client import Segment, Transcription, Word, to_srt, to_webvtt
from workbench.session.transcription.document import document_of
from workbench.session.transcription.reading import words_as_read
from workbench.session.transcription.transcript import (
    TranscribedSegment,
    Transcript,
    TranscriptPart,
)

ExportForm: TypeAlias = Literal["txt", "srt", "vtt", "json"]
"""Also the extension of the file's name."""
FORMS: Final[dict[ExportForm, str]] = {
    "txt": "Text",
    "srt": "SubRip subtitles",
    "vtt": "WebVTT subtitles",
    "json": "JSON with all times",
}
_PARAGRAPH_SECONDS: Final = 2.0


def exported(transcript: Transcript, form: ExportForm) -> str:
    """The transcript as the text of such a file, edits included and what was left out left out."""
    match form:
        case "txt":
            return as_text(transcript)
        case "srt":
            return to_srt(_as_captions(transcript))
        case "vtt":
            return to_webvtt(_as_captions(transcript))
        case "json":
            return json.dumps(document_of(transcript), ensure_ascii=False, indent=1) + "\n"


def as_text(transcript: Transcript) -> str:
    """Paragraphs, broken where nobody spoke for a while; a part that is missing says so."""
    paragraphs: list[str] = []
    sentences: list[str] = []
    end = 0.0
    for place in _in_order(transcript):
        if isinstance(place, TranscriptPart):
            paragraphs += [" ".join(sentences), missing(place)]
            sentences = []
        else:
            if place.start - end > _PARAGRAPH_SECONDS:
                paragraphs.append(" ".join(sentences))
                sentences = []
            sentences.append(place.text)
        end = place.end
    paragraphs.append(" ".join(sentences))
    written = "\n\n".join(filter(None, paragraphs))
    return f"{written}\n" if written else ""


def missing(part: TranscriptPart) -> str:
    """What stands in the place of a part that has no text."""
    return f"[{clock(part.start)} to {clock(part.end)} was not transcribed]"


def clock(seconds: float) -> str:
    """Seconds as people write them: 4:07, or 1:04:07."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _in_order(transcript: Transcript) -> Iterator[TranscribedSegment | TranscriptPart]:
    spoken = [one for one in transcript.segments if one.text and not one.left_out]
    places: list[TranscribedSegment | TranscriptPart] = [*spoken, *transcript.unfinished]
    yield from sorted(places, key=lambda place: place.start)


def _as_captions(transcript: Transcript) -> Transcription:
    """As the client's captions take it: the words, and where each segment ends."""
    spoken = [one for one in transcript.segments if one.text and not one.left_out]
    words = [word for segment in spoken for word in words_as_read(segment)]
    return Transcription(
        text="".join(f"{' ' if word.spaced else ''}{word.text}" for word in words).strip(),
        words=tuple(Word(word=word.text, start=word.start, end=word.end) for word in words),
        segments=tuple(Segment(start=one.start, end=one.end, text=one.text) for one in spoken),
    )
