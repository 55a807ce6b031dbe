"""A transcript as a JSON document, and back. Pure."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from itertools import chain
from math import isfinite
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from workbench.session.problems import Problem
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.transcript import (
    Provenance,
    TranscribedSegment,
    TranscribedWord,
    Transcript,
    TranscriptPart,
)

FORMAT: Final = "groq-workbench transcript"
_VERSION: Final = 1
_NAMES: Final[Mapping[type, tuple[str, ...]]] = {
    kind: tuple(field.name for field in fields(kind))
    for kind in (
        Problem,
        Provenance,
        TranscribedSegment,
        TranscribedWord,
        Transcript,
        TranscriptionParameters,
        TranscriptPart,
    )
}


def document_of(transcript: Transcript) -> dict[str, object]:
    """The transcript with all that is known of it, the service's own answers included."""
    return {
        "format": FORMAT,
        "version": _VERSION,
        **_values(transcript),
        "parameters": _values(transcript.parameters),
        "provenance": _values(transcript.provenance),
        "parts": [_part_values(part) for part in transcript.parts],
        "segments": [
            {**_values(segment), "words": [_values(word) for word in segment.words]}
            for segment in transcript.segments
        ],
        "text": transcript.text,
    }


def _part_values(part: TranscriptPart) -> dict[str, object]:
    problem = part.problem
    if problem is not None:
        problem = replace(problem, retry_at=None)  # this machine's clock means nothing tomorrow
    return {**_values(part), "problem": None if problem is None else _values(problem)}


def _values(one: Any) -> dict[str, object]:  # noqa: ANN401 - any dataclass
    """The fields of a dataclass; an hour has ten thousand words, and a deep copy takes seconds."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


def transcript_of(document: Mapping[str, object]) -> Transcript:
    """The transcript of a document. Raises ValueError when it is none that can be read here.

    What a later version may have written more is passed over.
    """
    if document.get("format") != FORMAT or document.get("version") != _VERSION:
        raise ValueError("This is no transcript of this version of the workbench.")
    try:
        transcript = _reader().validate_python(document)
    except ValidationError:
        raise ValueError("The transcript's file is damaged.") from None
    for segment in transcript.segments:
        times = [segment.start, segment.end]
        times += chain.from_iterable((word.start, word.end) for word in segment.words)
        if not all(map(isfinite, times)):
            raise ValueError("The transcript's file is damaged.")
    # Nobody is sending anything any more.
    parts = (
        replace(part, state="waiting") if part.state == "sending" else part
        for part in transcript.parts
    )
    return replace(transcript, parts=tuple(parts))


@cache
def _reader() -> TypeAdapter[Transcript]:
    return TypeAdapter(Transcript)
