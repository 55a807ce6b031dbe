"""Which stretches of a file are sent, and in which requests. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from workbench.session.transcription.parameters import LONGEST_PIECE_SECONDS
from workbench.session.transcription.ports import Span
from workbench.session.transcription.transcript import TranscriptPart
from workbench.sound.scan import FRAME_SECONDS, Scan
from workbench.sound.stretches import quietest_cut, sounding_stretches, speech_stretches

MARGIN: Final = 1.0
"""Seconds of quiet that are kept on either side of speech: a detector may be late."""
LONG_SILENCE: Final = 8.0
"""Seconds without speech that are worth leaving out: recognisers make up words for them."""
_SEARCHED: Final = 10.0
_OVERLAP: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be sent.

    Attributes:
        parts: one for each request; their own stretches follow one another without a gap.
        skipped: silence that is not sent.

    """

    parts: tuple[TranscriptPart, ...]
    skipped: tuple[Span, ...] = ()


def plan_of(scan: Scan, *, gate: bool, piece_seconds: float) -> Plan | None:
    """How to send a file; ``None`` when nobody speaks in it. Without the gate all of it is sent.

    Cuts lie where it is quietest. Where even that is too loud to be sure that no word is cut, both
    parts get some seconds of the other, and each word is kept by one of them.
    """
    kept = _kept(scan) if gate else ((0.0, scan.duration),)
    if not kept:
        return None
    cuts = _cuts(scan, kept, min(piece_seconds, LONGEST_PIECE_SECONDS))
    parts: list[TranscriptPart] = []
    begin, overlap = 0.0, 0.0
    for cut, loud in [*cuts, (scan.duration, False)]:
        reach = _OVERLAP / 2 if loud else 0.0
        spans = _within(kept, begin - overlap, cut + reach)
        parts.append(
            TranscriptPart(
                number=len(parts) + 1,
                start=begin,
                end=cut,
                seconds=sum(end - start for start, end in spans),
                spans=spans,
            )
        )
        begin, overlap = cut, reach
    return Plan(parts=tuple(parts), skipped=_gaps(kept, scan.duration))


def _kept(scan: Scan) -> tuple[Span, ...]:
    """What may be speech, with some quiet around it; only long silence lies between two."""
    kept: list[Span] = []
    for start, end in sorted({*speech_stretches(scan), *sounding_stretches(scan)}):
        wide = (max(0.0, start - MARGIN), min(scan.duration, end + MARGIN))
        if kept and start - kept[-1][1] + MARGIN < LONG_SILENCE:
            kept[-1] = (kept[-1][0], max(kept[-1][1], wide[1]))
        else:
            kept.append(wide)
    return tuple(kept)


def _cuts(scan: Scan, kept: Sequence[Span], longest: float) -> list[tuple[float, bool]]:
    """Where to cut so that no part holds more than ``longest`` seconds, and which cuts are loud."""
    cuts: list[tuple[float, bool]] = []
    rest = list(kept)
    while (left := sum(end - start for start, end in rest)) > longest:
        aim = left / ceil(left / longest)
        latest = min(longest, aim + _SEARCHED / 2)
        earliest = max(latest - _SEARCHED, latest / 2)
        cut, loud, rest = _next_cut(scan, rest, earliest, latest)
        cuts.append((cut, loud))
    return cuts


def _next_cut(
    scan: Scan, rest: Sequence[Span], earliest: float, latest: float
) -> tuple[float, bool, list[Span]]:
    """A cut after ``earliest`` to ``latest`` seconds of what is kept, and what lies behind it."""
    passed = 0.0
    for index, (start, end) in enumerate(rest):
        before, passed = passed, passed + end - start
        if earliest <= passed <= latest and index + 1 < len(rest):
            # Silence that is left out anyway is the best place of all.
            return (end + rest[index + 1][0]) / 2, False, list(rest[index + 1 :])
        if passed > latest:
            low = start + max(0.0, earliest - before)
            high = start + latest - before
            cut = quietest_cut(scan, low, high)
            return cut.at, cut.loud, [(cut.at, end), *rest[index + 1 :]]
    raise AssertionError("what is to be cut is longer than the cut is late")


def _within(kept: Sequence[Span], begin: float, end: float) -> tuple[Span, ...]:
    cut = ((max(start, begin), min(stop, end)) for start, stop in kept)
    return tuple((start, stop) for start, stop in cut if stop > start)


def _gaps(kept: Sequence[Span], duration: float) -> tuple[Span, ...]:
    """What lies between the kept stretches."""
    edges = [0.0, *(edge for span in kept for edge in span), duration]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return tuple((start, end) for start, end in pairs if end - start > FRAME_SECONDS)
