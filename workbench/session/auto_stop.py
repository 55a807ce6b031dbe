"""When a recording may stop by itself: after speech was heard, and then a stretch of silence. Pure.

The floor is the lower tenth of the last three seconds, and speech lies 8 dB above it, never below
-55 dBFS; so a steady hum is silence however loud it is.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

_FLOOR_SECONDS: Final = 3.0
_ABOVE_FLOOR: Final = 8.0
_LEAST_DB: Final = -55.0
_TELL_BEFORE: Final = 3.0
"""Seconds of the countdown that a person sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """How it stands: seconds since the last speech, ``None`` before the first one."""

    seconds: float | None
    speaking: bool


class SpeechWatch:
    """Tells speech from what is always there, by level alone.

    It finds every utterance and never takes hum or hiss for one; typing and music it does.
    """

    def __init__(self) -> None:
        self._levels: deque[tuple[float, float]] = deque()
        self._last: float | None = None

    def heard(self, rms: float, *, at: float) -> Quiet:
        """Take a level in dBFS, measured ``at`` these seconds of the recording."""
        self._levels.append((at, rms))
        while self._levels[0][0] < at - _FLOOR_SECONDS:
            self._levels.popleft()
        ordered = sorted(level for _, level in self._levels)
        floor = ordered[len(ordered) // 10]
        speaking = rms > max(floor + _ABOVE_FLOOR, _LEAST_DB)
        if speaking:
            self._last = at
        return Quiet(seconds=None if self._last is None else at - self._last, speaking=speaking)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoStop:
    """Stop after so many seconds of silence."""

    seconds: float

    def left(self, quiet: Quiet) -> float | None:
        """Seconds until it stops, as far as a person is told; ``None`` while that is far away."""
        if quiet.seconds is None or quiet.speaking:
            return None
        left = max(0.0, self.seconds - quiet.seconds)
        shown = min(_TELL_BEFORE, self.seconds - 0.5)
        return left if left <= shown else None
