"""What can be measured of an audio file without understanding it: length, loudness, stretches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

#: How finely loudness is followed.
_STEP_SECONDS = 0.02
_BLOCK_SAMPLES = 1_000_000
# A damaged header can claim any rate; nothing real is beyond this.
_HIGHEST_RATE = 1_000_000
_QUIET = -120.0
# Below this nothing is called a sound, however quiet the rest is: a room hums at about -55 dBFS.
_LOWEST_SOUND = -46.0
_ABOVE_FLOOR, _BELOW_PEAK = 8.0, 10.0
_SHORTEST_SOUND, _SHORTEST_PAUSE = 0.06, 0.4
# Two days of silence fit into 25 MB of FLAC; nobody sends them, except to keep a server busy.
_LONGEST_SECONDS = 24 * 3600


class UnreadableError(Exception):
    """The bytes are no audio that can be decoded here; the message says what might help, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A stretch in which something is heard: seconds from the start, and its level in dBFS."""

    start: float
    end: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """The measured facts of an audio file; the level is that of the whole, in dBFS."""

    seconds: float
    sample_rate: int
    channels: int
    level: float
    sounds: tuple[Sound, ...]


def measure(data: bytes) -> Clip:
    """Decode the audio and measure it; blocks, so call it in a thread. Raises UnreadableError."""
    import numpy as np

    sample_rate, channels, blocks = _open(data)
    if not 0 < sample_rate <= _HIGHEST_RATE:
        raise UnreadableError("")
    step = max(1, round(sample_rate * _STEP_SECONDS))
    levels: list[float] = []
    frames, energy = 0, 0.0
    rest = np.empty(0, dtype=np.float32)
    for block in blocks:
        frames += len(block)
        if frames > _LONGEST_SECONDS * sample_rate:
            raise UnreadableError("It is longer than a day.")
        rest = np.concatenate((rest, block))
        whole = len(rest) // step * step
        power = np.square(rest[:whole].reshape(-1, step), dtype=np.float64).mean(axis=1)
        energy += float(power.sum()) * step
        levels += _decibels(power).tolist()
        rest = rest[whole:]
    energy += float(np.square(rest, dtype=np.float64).sum())
    mean = np.array([energy / frames if frames else 0.0])
    return Clip(
        seconds=frames / sample_rate,
        sample_rate=sample_rate,
        channels=channels,
        level=round(float(_decibels(mean)[0]), 1),
        sounds=tuple(find_sounds(levels)),
    )


def _decibels(power: "NDArray[np.float64]") -> "NDArray[np.float64]":
    import numpy as np

    floor = 10 ** (_QUIET / 10)
    # A broken float file may hold values that are no numbers.
    finite = np.nan_to_num(power, nan=0.0, posinf=1.0)
    return 10 * np.log10(np.maximum(finite, floor))


def find_sounds(levels: Sequence[float]) -> Iterator[Sound]:
    """The stretches that stand out from the floor, given a level for every 20 ms. No I/O."""
    if not levels:
        return
    ranked = sorted(levels)
    floor, peak = ranked[len(ranked) // 10], ranked[-1]
    threshold = max(_LOWEST_SOUND, min(floor + _ABOVE_FLOOR, peak - _BELOW_PEAK))
    start = end = -1
    for place, level in enumerate(levels):
        if level < threshold:
            continue
        if start >= 0 and (place - end) * _STEP_SECONDS > _SHORTEST_PAUSE:
            yield from _sound(levels, start, end)
            start = -1
        if start < 0:
            start = place
        end = place + 1
    if start >= 0:
        yield from _sound(levels, start, end)


def _sound(levels: Sequence[float], start: int, end: int) -> Iterator[Sound]:
    if (end - start) * _STEP_SECONDS < _SHORTEST_SOUND:
        return
    power = sum(10 ** (level / 10) for level in levels[start:end]) / (end - start)
    yield Sound(
        start=round(start * _STEP_SECONDS, 2),
        end=round(end * _STEP_SECONDS, 2),
        level=round(float(_level_of(power)), 1),
    )


def _level_of(power: float) -> float:
    from math import log10

    return 10 * log10(max(power, 10 ** (_QUIET / 10)))


def _open(data: bytes) -> "tuple[int, int, Iterator[Samples]]":
    """Sample rate, channels, and the samples of all channels mixed, block by block."""
    import soundfile

    try:
        file = soundfile.SoundFile(BytesIO(data))
    except soundfile.LibsndfileError:
        return _open_with_av(data)
    return file.samplerate, file.channels, _read(file)


def _read(file: "Any") -> "Iterator[Samples]":  # noqa: ANN401 - soundfile has no types
    import soundfile

    # Otherwise soundfile seeks after every read, and the MP3 decoder complains on the terminal.
    file.seekable = lambda: False
    frames = max(1, _BLOCK_SAMPLES // file.channels)
    with file:
        while True:
            try:
                block = file.read(frames, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as fault:
                raise UnreadableError("") from fault
            if not len(block):
                return
            yield block.mean(axis=1)


def _open_with_av(data: bytes) -> "tuple[int, int, Iterator[Samples]]":
    """The same for what soundfile cannot read: MP4 and WebM, when PyAV is installed."""
    try:
        import av
    except ImportError as missing:
        hint = "The simulator reads MP4 and WebM only where the package av is installed."
        raise UnreadableError(hint if _needs_av(data) else "") from missing
    try:
        container = av.open(BytesIO(data))
        stream = container.streams.audio[0]
        rate, channels = stream.rate, stream.channels
    # A stream that no decoder takes has no rate at all.
    except (av.error.FFmpegError, IndexError, AttributeError) as fault:
        raise UnreadableError("") from fault
    return rate, channels, _decode(container)


def _decode(container: "Any") -> "Iterator[Samples]":  # noqa: ANN401 - PyAV may be absent
    import av

    resampler = av.AudioResampler(format="flt", layout="mono")
    with container:
        try:
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    yield part.to_ndarray().reshape(-1)
        except av.error.FFmpegError as fault:
            raise UnreadableError("") from fault


def _needs_av(data: bytes) -> bool:
    return data[4:8] == b"ftyp" or data.startswith(b"\x1a\x45\xdf\xa3")
