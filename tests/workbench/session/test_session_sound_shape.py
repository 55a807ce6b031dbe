"""The shape of a sound file, from its levels."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.session.sound_shape import BARS, shape_of
from workbench.sound.scan import Scan


class Scanned:
    """A file of these levels."""

    def __init__(self, *levels: float) -> None:
        self.levels = np.array(levels, dtype=np.float32)

    async def scan(self, path: Path, *, progress: Callable[[float], object]) -> Scan:
        progress(1.0)
        return Scan(duration=7.5, levels=self.levels, speech=np.zeros_like(self.levels))


async def shaped(*levels: float) -> tuple[float, ...]:
    shape, seconds = await shape_of(Scanned(*levels), Path("talk.wav"))  # type: ignore[arg-type]
    assert seconds == 7.5
    return shape


async def test_loud_is_high_and_silence_is_flat() -> None:
    loud, speech, room, silence = await shaped(-6.0, -26.0, -60.0, -120.0)
    assert loud == 1.0
    assert speech == pytest.approx(0.15, abs=0.01)
    assert room < 0.01
    assert silence < 0.0001


async def test_hours_become_as_many_bars_as_a_screen_could_show() -> None:
    levels = [-120.0] * 50_000
    levels[49_999] = -10.0
    shape = await shaped(*levels)
    assert len(shape) == BARS
    assert shape[-1] > 0.9
    assert max(shape[:-1]) < 0.0001


async def test_an_empty_file_has_no_shape() -> None:
    assert await shaped() == ()
