"""From judged frames to stretches of time: speech, silence, and where to cut. Pure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.sound.scan import FRAME_SECONDS, Scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPEECH: Final = 0.5
_HARDLY_SPEECH: Final = 0.3
_MOMENT: Final = 0.3  # seconds by which a recogniser's times may be wrong
_PAUSE_FRAMES: Final = round(0.5 / FRAME_SECONDS)
_LEAST_FRAMES: Final = 2
_QUIET_FRAMES: Final = 13  # 0.42 s
_LOUD_CUT: Final = 6.0  # dB below the median that a quiet place has at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A place to cut: seconds, and whether it is too loud to be surely between two words."""

    at: float
    loud: bool


def speech_stretches(scan: Scan) -> tuple[tuple[float, float], ...]:
    """From when to when somebody speaks, pauses of half a second included. In seconds."""
    spoken = np.flatnonzero(scan.speech >= _SPEECH)
    if not len(spoken):
        return ()
    breaks = np.flatnonzero(np.diff(spoken) > _PAUSE_FRAMES)
    firsts = np.concatenate(([0], breaks + 1))
    lasts = np.concatenate((breaks, [len(spoken) - 1]))
    return tuple(
        (float(spoken[first]) * FRAME_SECONDS, float(spoken[last] + 1) * FRAME_SECONDS)
        for first, last in zip(firsts, lasts, strict=True)
        if last - first + 1 >= _LEAST_FRAMES
    )


def is_silent(scan: Scan, start: float, end: float) -> bool:
    """Whether nothing between two times, give or take a moment, sounds like speech at all."""
    first = max(0, round((start - _MOMENT) / FRAME_SECONDS))
    last = round((end + _MOMENT) / FRAME_SECONDS)
    return not (scan.speech[first : last + 1] >= _HARDLY_SPEECH).any()


def quietest_cut(scan: Scan, earliest: float, latest: float) -> Cut:
    """Where it is quietest for 0.4 s between two times, which lie at least a second apart.

    Of cuts at such places none fell into a word in tests down to 5 dB of noise.
    """
    first = max(0, round(earliest / FRAME_SECONDS))
    last = min(len(scan.levels), round(latest / FRAME_SECONDS))
    power = 10 ** (scan.levels[first:last].astype(np.float64) / 10)
    if len(power) < 2 * _QUIET_FRAMES:
        return Cut(at=(earliest + latest) / 2, loud=True)
    smooth = np.convolve(power, np.full(_QUIET_FRAMES, 1 / _QUIET_FRAMES), "valid")
    best = len(smooth) - 1 - int(np.argmin(smooth[::-1]))  # of several the last
    begin = first + best
    spoken = bool((scan.speech[begin : begin + _QUIET_FRAMES] >= _SPEECH).any())
    return Cut(
        at=(begin + _QUIET_FRAMES / 2) * FRAME_SECONDS,
        loud=spoken and _stands_out_little(float(smooth[best]), power),
    )


def _stands_out_little(quiet: float, power: "NDArray[np.float64]") -> bool:
    return float(np.median(power)) < quiet * 10 ** (_LOUD_CUT / 10)
