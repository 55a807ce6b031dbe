"""Any sound file as 16 kHz mono, read forward in blocks: hours of it in little memory."""

import os
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import soundfile

from workbench.sound.containers import open_container
from workbench.sound.resampling import Resampler
from workbench.sound.scan import RATE
from workbench.sound.sound_file import SoundError, SoundFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_BLOCK_SECONDS: Final = 5
_KEPT_SAMPLES: Final = 15 * RATE


class SoundReader:
    """Reads stretches of a file, cheaply when each begins about where the last one ended.

    The file is decoded from its beginning and never jumped about in: that is exact for every
    format. A stretch from before the last few seconds begins anew.
    """

    def __init__(self, file: SoundFile) -> None:
        self.file = file
        self.damaged = False
        self._blocks: Iterator[Samples] | None = None
        self._kept: deque[tuple[int, Samples]] = deque()
        self._end = 0

    def blocks(self, start: float = 0.0, end: float | None = None) -> "Iterator[Samples]":
        """The sound between two times in seconds, or to its end. Raises SoundError."""
        first = round(start * RATE)
        last = None if end is None else round(end * RATE)
        if self._blocks is None or (self._kept and first < self._kept[0][0]):
            self._begin()
        for at, block in self._from(first):
            if last is not None and at >= last:
                return
            part = block[max(0, first - at) : None if last is None else last - at]
            if len(part):
                yield part

    def close(self) -> None:
        """Let go of the file."""
        self._blocks = None
        self._kept.clear()

    def _begin(self) -> None:
        self._blocks = self._decoded()
        self._kept.clear()
        self._end = 0

    def _from(self, first: int) -> "Iterator[tuple[int, Samples]]":
        """Each block with the number of its first sample: those that are kept, then new ones."""
        yield from [kept for kept in self._kept if kept[0] + len(kept[1]) > first]
        while self._blocks is not None and (block := next(self._blocks, None)) is not None:
            at, self._end = self._end, self._end + len(block)
            self._kept.append((at, block))
            while self._kept[0][0] + len(self._kept[0][1]) < self._end - _KEPT_SAMPLES:
                self._kept.popleft()
            if self._end > first:
                yield at, block

    def _decoded(self) -> "Iterator[Samples]":
        heard = False
        native = _read_with_av if self.file.decoder == "av" else _read_with_soundfile
        try:
            with closing(native(self.file)) as blocks:
                for block in blocks:
                    heard = True
                    # A broken float file may hold values that are no numbers.
                    yield np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
        except SoundError:
            if not heard:
                raise
            self.damaged = True


def _read_with_soundfile(file: SoundFile) -> "Generator[Samples, None, None]":
    try:
        sound: Any = soundfile.SoundFile(os.fspath(file.path))  # soundfile has no types
    except (OSError, soundfile.LibsndfileError):
        raise SoundError(f"{file.path.name} cannot be opened any more.") from None
    # Otherwise soundfile seeks after every block: its MP3 decoder complains of that on the
    # terminal, and a FLAC file that was never finished cannot be read at all.
    sound.seekable = lambda: False
    resampler = Resampler(sound.samplerate)
    with sound:
        while True:
            try:
                block = sound.read(
                    _BLOCK_SECONDS * sound.samplerate, dtype="float32", always_2d=True
                )
            except soundfile.LibsndfileError:
                yield resampler.flush()
                raise SoundError(f"{file.path.name} is damaged.") from None
            if not len(block):
                yield resampler.flush()
                return
            yield resampler.feed(block[:, 0] if block.shape[1] == 1 else block.mean(axis=1))


def _read_with_av(file: SoundFile) -> "Generator[Samples, None, None]":
    import av

    gathered: list[Samples] = []
    try:
        with open_container(file.path) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(audio=0):
                gathered += map(_samples_of, resampler.resample(frame))
                if sum(map(len, gathered)) >= _BLOCK_SECONDS * RATE:
                    yield np.concatenate(gathered)
                    gathered = []
            gathered += map(_samples_of, resampler.resample(None))
    except av.error.FFmpegError:
        if gathered:
            yield np.concatenate(gathered)
        raise SoundError(f"{file.path.name} is damaged.") from None
    if gathered:
        yield np.concatenate(gathered)


def _samples_of(frame: Any) -> "Samples":  # noqa: ANN401 - PyAV may be absent
    samples: Samples = np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1)
    return samples
