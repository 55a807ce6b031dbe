"""What one pass over a sound file tells: how loud it is, and where somebody may be speaking."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RATE: Final = 16_000
"""Samples a second of everything that is looked at or sent: what the recognisers work on."""
FRAME: Final = 512
"""Samples that are judged together: 32 ms, what silero's detector takes."""
FRAME_SECONDS: Final = FRAME / RATE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """A file, 32 ms at a time.

    Attributes:
        duration: seconds, counted in samples.
        levels: of each frame, its mean power in dBFS, never below -120.
        speech: of each frame, how probable it is that somebody speaks, 0 to 1.
        detector: what judged, "energy" or "silero".
        damaged: whether the file could not be read to its end.

    """

    duration: float
    levels: "NDArray[np.float32]" = field(repr=False)
    speech: "NDArray[np.float32]" = field(repr=False)
    detector: str = "energy"
    damaged: bool = False

    @property
    def loudest(self) -> float:
        """The level of the loudest frame, in dBFS."""
        return float(self.levels.max()) if len(self.levels) else -120.0
