"""How loud sound is, 32 ms at a time. Pure."""

from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.sound.scan import FRAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUIETEST: Final = -120.0
"""What silence is given as, in dBFS."""


def levels_of(samples: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """The mean power of each whole frame, in dBFS; a sine at full scale is -3."""
    whole = len(samples) // FRAME * FRAME
    frames = samples[:whole].reshape(-1, FRAME).astype(np.float64)
    return decibels(np.square(frames).mean(axis=1))


def decibels(power: "NDArray[np.float64]") -> "NDArray[np.float32]":
    """Power as dBFS, never below ``QUIETEST``."""
    floor = 10 ** (QUIETEST / 10)
    loud: NDArray[np.float32] = (10 * np.log10(np.maximum(power, floor))).astype(np.float32)
    return loud
