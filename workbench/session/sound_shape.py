"""The shape of a sound file: how loud it is from its beginning to its end."""

import asyncio
from pathlib import Path
from typing import Final

from workbench.session.transcription.ports import SoundSource
from workbench.sound.scan import Scan

BARS: Final = 1_000
"""Of a shape: more than the widest terminal has columns."""
_CREST: Final = 3.0
"""How much larger the peaks of speech are than its mean power says."""


async def shape_of(sounds: SoundSource, path: Path) -> tuple[tuple[float, ...], float]:
    """Amplitudes, 0 to 1, in equal steps of time, and the length in seconds.

    Raises:
        SoundError: it cannot be read.

    """
    scan = await sounds.scan(path, progress=lambda _: None)
    return await asyncio.to_thread(_amplitudes, scan), scan.duration


def _amplitudes(scan: Scan) -> tuple[float, ...]:
    count = len(scan.levels)
    bars = min(BARS, count)
    loudest = (
        float(scan.levels[n * count // bars : (n + 1) * count // bars].max()) for n in range(bars)
    )
    return tuple(min(1.0, _CREST * 10.0 ** (level / 20)) for level in loudest)
