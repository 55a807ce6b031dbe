"""From judged frames to stretches of time: speech, silence, and where to cut. Pure."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.sound.scan import FRAME_SECONDS, Scan

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPEECH: Final = 0.5
_HARDLY_SPEECH: Final = 0.2
_HARDLY_OVER_FLOOR: Final = 0.08  # 3 dB over the floor
_FAINT: Final = -46.0  # dBFS; peaks of speech are louder, even from across the room
_MOMENT: Final = 0.3  # seconds by which a recogniser's times may be wrong
_PAUSE_FRAMES: Final = round(0.5 / FRAME_SECONDS)
_LEAST_FRAMES: Final = 2
_LEAST_SOUNDING_FRAMES: Final = 4
_QUIET_FRAMES: Final = 13  # 0.42 s
_LOUD_CUT: Final = 6.0  # dB below the median that a quiet place has at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A place to cut: seconds, and whether it is too loud to be surely between two words."""

    at: float
    loud: bool


def speech_stretches(scan: Scan) -> tuple[tuple[float, float], ...]:
    """From when to when somebody speaks, pauses of half a second included. In seconds."""
    return _stretches(scan.speech >= _SPEECH, _LEAST_FRAMES)


def sounding_stretches(scan: Scan) -> tuple[tuple[float, float], ...]:
    """From when to when somebody may be speaking: all but what is surely silence, hum or hiss.

    A detector misses speech over music or in loud noise; what is left out for it must be sure.
    """
    return _stretches(_may_be_speech(scan), _LEAST_SOUNDING_FRAMES)


def is_silent(scan: Scan, start: float, end: float) -> bool:
    """Whether surely nobody speaks between two times, give or take a moment."""
    first = max(0, round((start - _MOMENT) / FRAME_SECONDS))
    last = round((end + _MOMENT) / FRAME_SECONDS)
    return not _may_be_speech(scan)[first : last + 1].any()


def _may_be_speech(scan: Scan) -> "NDArray[np.bool_]":
    if scan.detector == "energy":
        return (scan.speech >= _HARDLY_OVER_FLOOR) & (scan.levels > _FAINT)
    return scan.speech >= _HARDLY_SPEECH


def _stretches(judged: "NDArray[np.bool_]", least: int) -> tuple[tuple[float, float], ...]:
    found = np.flatnonzero(judged)
    if not len(found):
        return ()
    breaks = np.flatnonzero(np.diff(found) > _PAUSE_FRAMES)
    firsts = np.concatenate(([0], breaks + 1))
    lasts = np.concatenate((breaks, [len(found) - 1]))
    return tuple(
        (float(found[first]) * FRAME_SECONDS, float(found[last] + 1) * FRAME_SECONDS)
        for first, last in zip(firsts, lasts, strict=True)
        if last - first + 1 >= least
    )


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
