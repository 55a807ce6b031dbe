"""16 kHz mono as FLAC: lossless, and what the service recommends."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np
import soundfile

from workbench.sound.scan import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST_SAMPLES: Final = RATE
"""A clip of less than a second is filled up: recognisers do badly with less."""
_FULL_SCALE: Final = 32_768


def write_flac(file: BinaryIO, blocks: "Iterable[NDArray[np.float32]]") -> float:
    """Write the blocks one after the other; returns how many seconds they are.

    The file must be seekable, and is left at its end.
    """
    written = 0
    # The fastest level: the better ones save a tenth and take twice the time.
    with soundfile.SoundFile(
        file, "w", RATE, 1, "PCM_16", format="FLAC", compression_level=0.0
    ) as sound:
        for block in blocks:
            sound.write(as_integers(block))
            written += len(block)
        if written < _SHORTEST_SAMPLES:
            sound.write(np.zeros(_SHORTEST_SAMPLES - written, dtype=np.int16))
    return written / RATE


def as_integers(samples: "NDArray[np.float32]") -> "NDArray[np.int16]":
    """Samples of 16 bits; what is too loud is cut off."""
    scaled = np.rint(samples * _FULL_SCALE)
    return np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)


def as_floats(pcm: bytes) -> "NDArray[np.float32]":
    """Samples of 16 bits, the lower byte first, as numbers from -1 to 1."""
    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(_FULL_SCALE)
