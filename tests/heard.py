"""Whether what was recorded is what was played."""

import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


def clip(file: Path, seconds: float = 1.2, *, rate: int = 16_000) -> Path:
    """A WAV file of noise that swells and fades like speech, the same one every time."""
    times = np.arange(round(seconds * rate)) / rate
    loud = 0.2 + 0.8 * np.abs(np.sin(2 * np.pi * 1.7 * times)) * np.abs(np.sin(times + 0.3))
    noise = np.random.default_rng(7).standard_normal(len(times) + 15)
    voice = np.convolve(noise, np.hanning(18)[1:-1], "valid")  # the low tones, as of a voice
    sound = np.clip(voice * loud * 1_500, -32_000, 32_000).astype("<i2")
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(sound.tobytes())
    return file


def samples_of(file: Path) -> Samples:
    """The samples of a WAV file, as its header gives them."""
    with wave.open(str(file)) as sound:
        assert sound.getnchannels() == 1
        return as_samples(sound.readframes(sound.getnframes()))


def as_samples(pcm: bytes) -> Samples:
    """16-bit little-endian samples as numbers."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float64)


def place_of(part: Samples, whole: Samples) -> tuple[int, float]:
    """Where in ``whole`` the ``part`` is most alike, and how much: 1 is the same."""
    size = 1 << (len(part) + len(whole)).bit_length()
    alike: Any = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size)), size)
    at = int(np.argmax(alike[: len(whole)]))
    there = whole[at : at + len(part)]
    same = part[: len(there)]
    norm = float(np.linalg.norm(there) * np.linalg.norm(part))
    return at, float(there @ same) / norm if norm else 0.0
