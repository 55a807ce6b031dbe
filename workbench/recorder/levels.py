"""How loud a block of samples is. Pure, and without numpy: the recorder starts in no time."""

import math
import sys
from array import array
from operator import mul
from typing import Final

from workbench.audio.capture import SILENCE_DB, LevelMeasured

_FULL_SCALE: Final = 32768.0
_CLIP_DB: Final = -0.1
_BLOCKS_PER_LEVEL: Final = 3


def samples_of(block: bytes) -> "array[int]":
    """16-bit little-endian samples."""
    samples = array("h", block)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def mono_of(block: bytes, channels: int) -> bytes:
    """Interleaved samples of several channels as their mean."""
    if channels == 1:
        return block
    samples = samples_of(block)
    parts = [samples[number::channels] for number in range(channels)]
    mean = array("h", [sum(frame) // channels for frame in zip(*parts, strict=True)])
    if sys.byteorder == "big":
        mean.byteswap()
    return mean.tobytes()


def decibels(amplitude: float) -> float:
    """DBFS of an amplitude in samples, never below ``SILENCE_DB``."""
    if amplitude < 1.0:
        return SILENCE_DB
    return max(SILENCE_DB, 20.0 * math.log10(amplitude / _FULL_SCALE))


class Meter:
    """Gathers three blocks of 20 ms for a level: some 16 a second."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, int]] = []
        self._power = 0
        self._count = 0

    def measure(self, block: bytes, *, written: int, paused: bool) -> LevelMeasured | None:
        """Take a block; a level with every third. ``written`` are the samples in the file."""
        samples = samples_of(block)
        if not samples:
            return None
        self._peaks.append((min(samples), max(samples)))
        self._power += sum(map(mul, samples, samples))
        self._count += len(samples)
        if len(self._peaks) < _BLOCKS_PER_LEVEL:
            return None
        peak = decibels(max(max(-low, high) for low, high in self._peaks))
        level = LevelMeasured(
            samples=written,
            peak=peak,
            rms=decibels(math.sqrt(self._power / self._count)),
            clipped=peak >= _CLIP_DB,
            peaks=tuple(self._peaks),
            paused=paused,
        )
        self._peaks, self._power, self._count = [], 0, 0
        return level
