"""How loud a block is."""

import math
from array import array

import pytest

from workbench.audio.capture import SILENCE_DB, LevelMeasured
from workbench.recorder.levels import Meter, decibels, mono_of


def block(*samples: int) -> bytes:
    return array("h", samples).tobytes()


def measured(*blocks: bytes) -> LevelMeasured:
    meter = Meter()
    levels = [meter.measure(one, written=7, paused=False) for one in blocks]
    assert levels[:-1] == [None] * (len(blocks) - 1)
    assert levels[-1] is not None
    return levels[-1]


@pytest.mark.parametrize(
    ("amplitude", "level"), [(0, SILENCE_DB), (1, -90.3), (16_384, -6.02), (32_768, 0.0)]
)
def test_levels_are_decibels_of_full_scale(amplitude: int, level: float) -> None:
    assert decibels(amplitude) == pytest.approx(level, abs=0.01)


def test_a_level_is_that_of_three_blocks() -> None:
    level = measured(block(0, 100), block(-300, 5), block(20, -10))

    assert level.peaks == ((0, 100), (-300, 5), (-10, 20))
    assert level.peak == decibels(300)
    mean = (100**2 + 300**2 + 5**2 + 20**2 + 10**2) / 6
    assert level.rms == pytest.approx(decibels(math.sqrt(mean)))
    assert level.samples == 7


@pytest.mark.parametrize(("loudest", "clips"), [(32_767, True), (-32_768, True), (32_000, False)])
def test_what_reaches_full_scale_clips(loudest: int, clips: bool) -> None:
    assert measured(block(0), block(loudest), block(0)).clipped is clips


def test_several_channels_become_their_mean() -> None:
    assert mono_of(block(100, 300, -100, -300), 2) == block(200, -200)
    assert mono_of(block(1, 2), 1) == block(1, 2)
