"""How loud is how long a bar: levels and peaks as shares of the room there is. No I/O."""

import math
from dataclasses import dataclass
from typing import Final

FLOOR: Final = -60.0
"""dBFS at which a bar is empty; a quiet room is around -48, speech around -32."""
HOLD_SECONDS: Final = 1.2
"""How long the mark of a peak stands still."""
FALL: Final = 24.0
"""Decibels a second that it falls by afterwards."""
CLIP_SECONDS: Final = 3.0
"""How long the mark of a clipped sample stays: longer than a glance elsewhere."""


def level_share(decibels: float) -> float:
    """How much of a meter a level fills, 0 to 1."""
    return min(max(1.0 - decibels / FLOOR, 0.0), 1.0)


def peak_share(amplitude: float) -> float:
    """How much of the waveform's height an amplitude takes, both 0 to 1.

    By the square root: speech 20 dB below the loudest has a third of the height, not a tenth, and
    the hiss of a quiet room still lies flat.
    """
    return math.sqrt(min(max(amplitude, 0.0), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakHold:
    """The loudest of the last moments, and whether the sound was cut off at the top.

    Attributes:
        peak: dBFS.
        since: seconds of sound at which ``peak`` was heard.
        clipped_at: seconds of sound at which it last touched the top; ``None`` for never.
    """

    peak: float = FLOOR
    since: float = 0.0
    clipped_at: float | None = None

    def heard(self, peak: float, *, at: float, clipped: bool) -> "PeakHold":
        """The state after a block whose loudest sample is ``peak`` dBFS."""
        clipped_at = at if clipped else self.clipped_at
        if peak >= self.shown(at):
            return PeakHold(peak=peak, since=at, clipped_at=clipped_at)
        return PeakHold(peak=self.peak, since=self.since, clipped_at=clipped_at)

    def shown(self, at: float) -> float:
        """Where the mark stands, in dBFS."""
        falling = max(0.0, at - self.since - HOLD_SECONDS)
        return max(FLOOR, self.peak - falling * FALL)

    def clips(self, at: float) -> bool:
        """Whether the mark of a clipped sample is still to be seen."""
        return self.clipped_at is not None and at - self.clipped_at < CLIP_SECONDS
