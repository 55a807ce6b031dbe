"""One pass over a file: its levels and where somebody may be speaking."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from workbench.sound.levels import levels_of
from workbench.sound.reading import SoundReader
from workbench.sound.scan import FRAME, RATE, Scan
from workbench.sound.speech import SpeechDetector

if TYPE_CHECKING:
    from numpy.typing import NDArray


def scan_of(
    reader: SoundReader, detector: SpeechDetector, *, progress: Callable[[float], object]
) -> Scan:
    """Read the whole file; ``progress`` is told the seconds so far. Raises SoundError."""
    levels: list[NDArray[np.float32]] = []
    speech: list[NDArray[np.float32]] = []
    rest = np.empty(0, dtype=np.float32)
    samples = 0
    for block in reader.blocks():
        samples += len(block)
        rest = np.concatenate((rest, block))
        whole = len(rest) // FRAME * FRAME
        levels.append(levels_of(rest[:whole]))
        speech.append(detector.feed(rest[:whole]))
        rest = rest[whole:]
        progress(samples / RATE)
    if len(rest):  # the last frame is filled up with silence
        last = np.concatenate((rest, np.zeros(FRAME - len(rest), dtype=np.float32)))
        levels.append(levels_of(last))
        speech.append(detector.feed(last))
    return Scan(
        duration=samples / RATE,
        levels=_joined(levels),
        speech=_joined(speech),
        detector=detector.name,
        damaged=reader.damaged,
    )


def _joined(parts: "list[NDArray[np.float32]]") -> "NDArray[np.float32]":
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)
