"""Sound in another form."""

from array import array
from itertools import count

import numpy as np
import pytest

from workbench.audio.playback import SoundForm
from workbench.recorder.convert import Converter
from workbench.recorder.engine import Pull


def tone(rate: int, channels: int = 1) -> Pull:
    """A tone of 440 Hz without end."""
    times = count()

    def pull(size: int) -> bytes:
        frames = [next(times) for _ in range(size // 2 // channels)]
        samples = 10_000 * np.sin(2 * np.pi * 440 * np.array(frames) / rate)
        return np.repeat(samples, channels).astype("<i2").tobytes()

    return pull


def pulled(
    converter: Converter, size: int, times: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    data = b"".join(converter.pull(size) for _ in range(times))
    return np.frombuffer(data, dtype="<i2").astype(np.float64)


def test_the_same_form_passes_untouched() -> None:
    form = SoundForm(rate=16_000)
    converter = Converter(form, form, lambda size: b"ab" * (size // 2))

    assert converter.pull(640) == b"ab" * 320


@pytest.mark.parametrize(
    ("given", "wanted"), [(16_000, 48_000), (24_000, 44_100), (48_000, 16_000)]
)
def test_another_rate_is_the_same_tone_without_a_seam(given: int, wanted: int) -> None:
    converter = Converter(SoundForm(rate=given), SoundForm(rate=wanted), tone(given))

    heard = pulled(converter, wanted // 50 * 2, 50)

    assert len(heard) == wanted // 50 * 50
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    at = float(np.argmax(spectrum)) * wanted / len(heard)
    assert at == pytest.approx(440, abs=2)
    jumps = np.abs(np.diff(heard)).max()
    assert jumps < 1.2 * 10_000 * 2 * np.pi * 440 / wanted


def test_one_channel_is_heard_in_both() -> None:
    converter = Converter(SoundForm(rate=8_000), SoundForm(rate=8_000, channels=2), tone(8_000))

    heard = pulled(converter, 640, 5).reshape(-1, 2)

    assert (heard[:, 0] == heard[:, 1]).all()
    assert np.abs(heard).max() > 9_000


def test_two_channels_are_heard_in_one() -> None:
    def pull(size: int) -> bytes:
        return array("h", [1_000, 3_000] * (size // 4)).tobytes()

    converter = Converter(SoundForm(rate=8_000, channels=2), SoundForm(rate=8_000), pull)

    heard = pulled(converter, 320, 3)

    assert (heard[2:] == 2_000).all()
