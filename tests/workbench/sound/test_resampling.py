"""Any rate to 16 kHz."""

import numpy as np
import pytest

from workbench.sound.resampling import Resampler
from workbench.sound.scan import RATE


def resampled(rate: int, samples: np.ndarray, blocks: int = 1) -> np.ndarray:
    resampler = Resampler(rate)
    parts = [resampler.feed(block) for block in np.array_split(samples.astype("f4"), blocks)]
    return np.concatenate([*parts, resampler.flush()])


def tone(rate: int, frequency: float, seconds: float = 2.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * np.arange(round(rate * seconds)) / rate)


def decibels(samples: np.ndarray) -> float:
    middle = samples[RATE // 4 : -RATE // 4]
    return 10 * float(np.log10(max(2 * np.square(middle).mean(), 1e-15)))


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_a_tone_stays_the_same_tone(rate: int) -> None:
    frequency = min(3_000, rate / 4)

    samples = resampled(rate, tone(rate, frequency), blocks=7)

    assert len(samples) == 2 * RATE
    assert np.abs(samples - tone(RATE, frequency))[200:-200].max() < 1e-3


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_speech_passes_and_what_would_fold_back_does_not(rate: int) -> None:
    assert decibels(resampled(rate, tone(rate, 6_500))) > -1
    assert decibels(resampled(rate, tone(rate, 7_000))) > -2
    for frequency in (9_000, 10_000, 15_000, 20_000):
        assert decibels(resampled(rate, tone(rate, frequency))) < -50


@pytest.mark.parametrize("rate", [11_025, 44_100, 48_000])
def test_blocks_of_any_size_give_the_same(rate: int) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, rate)
    at_once = resampled(rate, samples)

    for blocks in (2, 50, 997):
        assert np.allclose(resampled(rate, samples, blocks), at_once, atol=1e-6)


@pytest.mark.parametrize("rate", [4_000, 7_919, 44_056, 192_000])
def test_odd_rates_are_no_trouble(rate: int) -> None:
    samples = resampled(rate, np.zeros(3 * rate))

    assert len(samples) == pytest.approx(3 * RATE, rel=1e-3)


def test_nothing_gives_nothing() -> None:
    assert len(resampled(48_000, np.empty(0))) == 0
