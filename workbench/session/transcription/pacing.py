"""When to ask for the text of what is being said, and for how much of it. Pure.

All times are seconds of sound. A request is billed for ten seconds at least, so none is made for
every word: the open stretch is asked for again when enough is new, or when a pause says that a
sentence is over.
"""

from dataclasses import dataclass
from typing import Final

from client import RateLimits
from workbench.session.transcription.open_stretch import OpenStretch
from workbench.session.transcription.transcript import MINIMUM_BILLED_SECONDS

PAUSE: Final = 0.7
"""Quiet after speech that ends a sentence."""
LONG_PAUSE: Final = 2.0
"""Quiet after which nothing of what came before will change."""
LONGEST: Final = 22.0
"""A stretch is closed before it is longer than a recogniser's window of thirty seconds."""
_LEAST_APART: Final = 3.5
"""Seconds between two requests: the free plan allows twenty a minute."""
_LEAST_SPEECH: Final = 0.3
_AGAIN: Final = 2.5
_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask for a stretch.

    Attributes:
        final: whether the answer settles it; what is said later is another stretch.
        again: seconds at its end that the next one has too, as the end may cut a word.

    """

    start: float
    end: float
    final: bool
    again: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """How often to ask.

    Attributes:
        interval: seconds of new sound before the open stretch is asked for again.
        sustainable: seconds of audio that may be billed for each second; ``None`` when unknown.

    """

    interval: float = 5.0
    sustainable: float | None = None

    def apart(self, seconds: float) -> float:
        """How far apart requests for so much sound are, so that the hour's limit lasts."""
        if self.sustainable is None:
            return self.interval
        return max(self.interval, billed(seconds) / self.sustainable)

    def next(
        self, stretch: OpenStretch, *, asked_at: float, asked_to: float, ended: bool
    ) -> Ask | None:
        """What to ask for now, ``None`` when more should be heard first.

        ``asked_at`` is how much had been heard at the last request, ``asked_to`` what it was for.
        """
        around = stretch.around_speech()
        if around is None:
            return None
        (start, end), spoken_to = around, (stretch.speech or (0.0, 0.0))[1]
        is_new = spoken_to - asked_to > _LEAST_SPEECH
        if ended:
            return Ask(start=start, end=end, final=True) if is_new else None
        since = stretch.end - asked_at
        if since < _LEAST_APART:
            return None
        if end - start > LONGEST:
            cut = stretch.quietest(start + LONGEST / 2, start + LONGEST)
            return Ask(start=start, end=cut.at, final=True, again=_AGAIN if cut.loud else 0.0)
        quiet = stretch.end - spoken_to
        if (
            is_new
            and quiet >= PAUSE
            and since >= self.apart(end - start) * _after_pause(end - start)
        ):
            closes = end - start >= MINIMUM_BILLED_SECONDS
            return Ask(start=start, end=end, final=closes)
        if is_new and since >= self.apart(end - start):
            return Ask(start=start, end=stretch.end, final=False)
        return None


def _after_pause(seconds: float) -> float:
    """A sentence that is over may be asked for sooner; a long one at once."""
    return 0.0 if seconds >= MINIMUM_BILLED_SECONDS else 0.5


def billed(seconds: float) -> float:
    """What the service charges for so much sound (groq-api 7.1)."""
    return max(MINIMUM_BILLED_SECONDS, seconds)


def sustainable_of(limits: RateLimits | None) -> float | None:
    """Seconds of audio that the hour's limit has for each second, with something to spare."""
    audio = limits.audio_seconds if limits is not None else None
    return None if audio is None else _SHARE * audio.limit / audio.window
