"""Two soft notes, to hear whether a loudspeaker is the right one. Pure."""

import math
import struct
from typing import Final

from workbench.audio.playback import SoundForm

CHIME_FORM: Final = SoundForm(rate=24_000)
_NOTES: Final = ((587.33, 0.0), (880.0, 0.22))
"""Hertz, and seconds from the beginning."""

_SECONDS: Final = 0.9
_LOUD: Final = 0.18
_FADE: Final = 6.0
_RISE: Final = 0.01


def chime() -> bytes:
    """The samples, in ``CHIME_FORM``."""
    rate = CHIME_FORM.rate
    samples = [_sample(number / rate) for number in range(round(_SECONDS * rate))]
    return struct.pack(f"<{len(samples)}h", *samples)


def _sample(at: float) -> int:
    value = sum(
        math.sin(2 * math.pi * hertz * (at - begin))
        * math.exp(-_FADE * (at - begin))
        * min(1.0, (at - begin) / _RISE)
        for hertz, begin in _NOTES
        if at >= begin
    )
    return round(value * _LOUD * 32_767)
