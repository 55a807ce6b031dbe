"""A transcript that grows part by part, in whatever order the parts arrive."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from client import Transcription
from workbench.session.service import Service
from workbench.session.transcription.heard import segments_of
from workbench.session.transcription.stitching import HeardPart, stitched
from workbench.session.transcription.transcript import (
    Provenance,
    TranscribedSegment,
    Transcript,
    TranscriptPart,
)
from workbench.sound.scan import Scan
from workbench.sound.stretches import is_silent

UNHEARD: Final = "(The simulator did not listen:"
"""How the text of a simulator without a recogniser begins."""


class Assembly:
    """The transcript so far, and what each part said.

    Args:
        scan: our own ears, to doubt what was heard in silence; ``None`` doubts nothing for that.
    """

    def __init__(self, transcript: Transcript, *, service: Service, scan: Scan | None) -> None:
        self.transcript = transcript
        self._service = service
        self._scan = scan
        self._heard: dict[int, HeardPart] = {}

    @classmethod
    async def of_kept(cls, transcript: Transcript, *, service: Service) -> "Assembly":
        """Go on with a transcript from disk."""
        assembly = cls(transcript, service=service, scan=None)
        for part in transcript.parts:
            if part.raw is not None:
                said = await asyncio.to_thread(_answer_of, part.raw)
                await assembly._hear(part, said)
        return assembly

    def mark(self, part: TranscriptPart) -> TranscriptPart:
        """Put a part in the place of the one with its number."""
        parts = tuple(part if one.number == part.number else one for one in self.transcript.parts)
        self.transcript = replace(self.transcript, parts=parts)
        return part

    async def add(self, part: TranscriptPart, said: Transcription) -> TranscriptPart:
        """Take in the answer to a part; the transcript is stitched anew."""
        raw = await asyncio.to_thread(said.model_dump, mode="json", exclude_none=True)
        done = replace(
            part,
            state="done",
            problem=None,
            raw=raw,
            # Of a file that nothing here can read, the service alone knows the length.
            end=part.end or said.duration or 0.0,
            seconds=part.seconds or said.duration or 0.0,
        )
        await self._hear(done, said)
        self.mark(done)
        heard = [self._heard[number] for number in sorted(self._heard)]
        before = self.transcript
        self.transcript = replace(
            before,
            segments=tuple(_with_changes(stitched(heard), before.segments)),
            language=before.language or said.language_code,
            duration=before.duration or said.duration,
            provenance=_provenance(self._service, said),
        )
        return done

    async def _hear(self, part: TranscriptPart, said: Transcription) -> None:
        scan = self._scan

        def silent(start: float, end: float) -> bool:
            return scan is not None and is_silent(scan, start, end)

        segments = await asyncio.to_thread(segments_of, part, said, silent=silent)
        if not _was_heard(said):
            segments = tuple(map(_without_confidence, segments))
        self._heard[part.number] = HeardPart(part=part, segments=segments)


# What was dumped from an answer is one again.
def _answer_of(raw: Mapping[str, Any]) -> Transcription:
    return Transcription.model_validate(raw)


def _with_changes(
    segments: Iterable[TranscribedSegment], before: Iterable[TranscribedSegment]
) -> Iterator[TranscribedSegment]:
    """The segments, with what was made of them before: by a person, and by our own ears."""
    known = {(one.part, one.heard, round(one.start, 1)): one for one in before}
    for segment in segments:
        same = known.get((segment.part, segment.heard, round(segment.start, 1)), segment)
        changes = (same.edited, same.restored, same.doubt)
        if changes == (segment.edited, segment.restored, segment.doubt):
            yield segment
        else:
            edited, restored, doubt = changes
            yield replace(segment, edited=edited, restored=restored, doubt=doubt)


def _without_confidence(segment: TranscribedSegment) -> TranscribedSegment:
    words = tuple(replace(word, confidence=None) for word in segment.words)
    return replace(segment, confidence=None, words=words)


def _was_heard(said: Transcription) -> bool:
    return not said.text.lstrip().startswith(UNHEARD)


def _provenance(service: Service, said: Transcription) -> Provenance:
    return Provenance(
        service=service.name,
        simulated=service.simulated,
        listener=service.listener if service.simulated and _was_heard(said) else "",
    )
