"""A transcript as a JSON document, and back. Pure."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

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
    """The transcript of a document. Raises ValueError when it is none that can be read here."""
    if document.get("format") != FORMAT or document.get("version") != _VERSION:
        raise ValueError("This is no transcript of this version of the workbench.")
    # Values of JSON; what does not fit raises one of the errors below.
    values: dict[str, Any] = dict(document)
    try:
        return Transcript(
            **{
                **_known(Transcript, values),
                "parameters": TranscriptionParameters(
                    **_known(TranscriptionParameters, values["parameters"])
                ),
                "provenance": Provenance(**_known(Provenance, values["provenance"])),
                "parts": tuple(_part(one) for one in values["parts"]),
                "segments": tuple(_segment(one) for one in values["segments"]),
                "skipped": _spans(values["skipped"]),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("The transcript's file is damaged.") from error


def _part(values: Mapping[str, Any]) -> TranscriptPart:
    problem = values["problem"]
    state = values["state"]
    return TranscriptPart(
        **{
            **_known(TranscriptPart, values),
            "spans": _spans(values["spans"]),
            "problem": None if problem is None else Problem(**_known(Problem, problem)),
            # Nobody is sending it any more.
            "state": "waiting" if state == "sending" else state,
        }
    )


def _segment(values: Mapping[str, Any]) -> TranscribedSegment:
    words = tuple(TranscribedWord(**_known(TranscribedWord, word)) for word in values["words"])
    return TranscribedSegment(**{**_known(TranscribedSegment, values), "words": words})


def _spans(values: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401 - a list of pairs
    return tuple((float(start), float(end)) for start, end in values)


def _known(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    """What this version knows; a later one may have written more."""
    return {name: values[name] for name in _NAMES[kind] if name in values}
