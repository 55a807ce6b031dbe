"""What to think of a segment: how sure the recogniser is, and whether anybody said it. Pure."""

import math
import re
from typing import Final

from client import Segment
from workbench.session.transcription.transcript import Doubt

_NO_SPEECH: Final = 0.8
_NO_SPEECH_AND_UNSURE: Final = 0.6
_UNSURE: Final = -1.0
_LOOP: Final = 2.4
"""Thresholds of Whisper's own decoder, which tries again beyond them."""
_WORD: Final = re.compile(r"\w+")
_REPEATED_WORD: Final = 6
_REPEATED_PHRASE: Final = 4
_LONGEST_PHRASE: Final = 12


def confidence_of(segment: Segment) -> float | None:
    """The mean probability of its tokens, 0 to 1; ``None`` when the service gave none."""
    logprob = segment.avg_logprob
    if logprob is None or not math.isfinite(logprob):
        return None
    return min(1.0, math.exp(min(0.0, logprob)))


def doubt_of(segment: Segment, *, in_silence: bool) -> Doubt | None:
    """Why not to believe it, ``None`` when there is no reason.

    ``in_silence`` says that our own ears heard no speech there. Phrases are not judged by what
    they say: a list of "Thank you" and its like eats real thanks and misses the next phrase.
    """
    silent = segment.no_speech_prob or 0.0
    logprob = 0.0 if segment.avg_logprob is None else segment.avg_logprob
    if in_silence or silent > _NO_SPEECH or (silent > _NO_SPEECH_AND_UNSURE and logprob < _UNSURE):
        return "no speech"
    if (segment.compression_ratio or 0.0) > _LOOP or goes_round(segment.text):
        return "repetition"
    return "uncertain" if logprob < _UNSURE else None


def goes_round(text: str) -> bool:
    """Whether one word follows itself six times, or a phrase four times."""
    words = _WORD.findall(text.lower())
    return any(
        _longest_run(words, length) >= (_REPEATED_WORD if length == 1 else _REPEATED_PHRASE)
        for length in range(1, min(_LONGEST_PHRASE, len(words) // _REPEATED_PHRASE) + 1)
    )


def _longest_run(words: list[str], length: int) -> int:
    """How often a phrase of so many words follows itself, at most."""
    longest = same = 0
    for word, later in zip(words, words[length:], strict=False):
        same = same + 1 if word == later else 0
        longest = max(longest, same)
    return longest // length + 1
