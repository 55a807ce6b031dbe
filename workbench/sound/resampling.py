"""Any sample rate to 16 kHz, in blocks: a polyphase filter of windowed sincs. Pure.

Speech needs no better filter, and the service does the same to what it is sent.
"""

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import as_strided

from workbench.sound.scan import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_ZERO_CROSSINGS: Final = 16
_PASS: Final = 0.94  # of the band that fits; the filter falls over the rest
_KAISER_BETA: Final = 8.0
_MOST_PHASES: Final = 2_000  # a rate that would need more is taken for one close by


class Resampler:
    """A stream of samples at one rate into the same sound at 16 kHz."""

    def __init__(self, rate: int) -> None:
        if rate <= 0:
            raise ValueError("A sample rate is positive.")
        self._same = rate == RATE
        ratio = Fraction(RATE, rate).limit_denominator(_MOST_PHASES)
        up, down = ratio.numerator, ratio.denominator
        half = ceil(_ZERO_CROSSINGS * max(1.0, rate / RATE))
        # Rows of input that do not overlap let the filter run as plain products of matrices.
        times = ceil(2 * half / down)
        self._up, self._down, self._taps = up * times, down * times, 2 * half
        self._ratio = ratio
        self._filters = _filters(self._up, self._down, half, min(1.0, RATE / rate))
        self._pending: Samples = np.zeros(half - 1, dtype=np.float32)
        self._fed = self._given = 0

    def feed(self, samples: "Samples") -> "Samples":
        """What follows at 16 kHz; it lags a little behind what was fed."""
        self._fed += len(samples)
        if self._same:
            return samples
        self._pending = np.concatenate((self._pending, samples))
        rows = (len(self._pending) - self._taps) // self._down
        if rows <= 0:
            return np.empty(0, dtype=np.float32)
        resampled = np.empty((rows, self._up), dtype=np.float32)
        step = self._pending.strides[0]
        for phase in range(self._up):
            window = as_strided(
                self._pending[phase * self._down // self._up :],
                shape=(rows, self._taps),
                strides=(step * self._down, step),
            )
            resampled[:, phase] = window @ self._filters[phase]
        self._pending = self._pending[rows * self._down :].copy()
        self._given += resampled.size
        return resampled.reshape(-1)

    def flush(self) -> "Samples":
        """The rest, when nothing more will be fed."""
        if self._same:
            return np.empty(0, dtype=np.float32)
        wanted = round(self._fed * self._ratio) - self._given
        padding = np.zeros(self._taps + 2 * self._down, dtype=np.float32)
        return self.feed(padding)[: max(0, wanted)]


def _filters(up: int, down: int, half: int, band: float) -> "NDArray[np.float32]":
    """For each phase the weights of the input samples around it."""
    phases = np.arange(up) * down % up / up
    distance = np.arange(2 * half)[None, :] - (half - 1) - phases[:, None]
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (distance / half) ** 2)))
    weights = np.sinc(_PASS * band * distance) * window
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.astype(np.float32)
