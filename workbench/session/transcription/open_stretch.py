"""Sound that arrives, as far as its text is not settled yet. No I/O."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.sound.flac import as_floats
from workbench.sound.levels import levels_of
from workbench.sound.resampling import Resampler
from workbench.sound.scan import FRAME, FRAME_SECONDS, RATE, Scan
from workbench.sound.speech import SpeechDetector
from workbench.sound.stretches import Cut, is_silent, quietest_cut, speech_stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_JUDGED_TOGETHER: Final = 8 * FRAME  # a quarter of a second
_LONGEST: Final = 180.0
"""Seconds that may wait for the service; what is older is only in the recording."""
_MARGIN: Final = 0.5


class OpenStretch:
    """The last seconds of a running recording; all times count from its beginning."""

    def __init__(self, sample_rate: int, detector: SpeechDetector) -> None:
        self.start = 0.0
        self.lost = 0.0
        self._resampler = Resampler(sample_rate)
        self._detector = detector
        self._odd = b""
        self._pending = np.empty(0, dtype=np.float32)
        self._samples = np.empty(0, dtype=np.float32)
        self._levels = np.empty(0, dtype=np.float32)
        self._speech = np.empty(0, dtype=np.float32)

    @property
    def end(self) -> float:
        """How much was heard and judged, in seconds."""
        return self.start + len(self._samples) / RATE

    @property
    def speech(self) -> tuple[float, float] | None:
        """From the first speech in it to the last; ``None`` when nobody spoke."""
        stretches = speech_stretches(self._scan)
        if not stretches:
            return None
        return self.start + stretches[0][0], self.start + stretches[-1][1]

    def feed(self, pcm: bytes) -> None:
        """Take in mono 16-bit PCM, the lower byte first, in blocks of any size."""
        pcm = self._odd + pcm
        whole = len(pcm) // 2 * 2
        self._odd = pcm[whole:]
        self._take(self._resampler.feed(as_floats(pcm[:whole])))

    def finish(self) -> None:
        """Nothing more will come."""
        self._take(self._resampler.flush())
        padding = np.zeros(-len(self._pending) % FRAME, dtype=np.float32)
        self._judge(np.concatenate((self._pending, padding)))

    def drop(self, until: float) -> None:
        """Forget what came before."""
        frames = max(0, min(len(self._levels), int((until - self.start) / FRAME_SECONDS)))
        self._samples = self._samples[frames * FRAME :].copy()
        self._levels = self._levels[frames:].copy()
        self._speech = self._speech[frames:].copy()
        self.start += frames * FRAME_SECONDS

    def sound(self, start: float, end: float) -> "Samples":
        """The samples between two times, 16 kHz."""
        first, last = (round((time - self.start) * RATE) for time in (start, end))
        return self._samples[max(0, first) : max(0, last)]

    def is_silent(self, start: float, end: float) -> bool:
        """Whether nothing sounds like speech between two times."""
        return is_silent(self._scan, start - self.start, end - self.start)

    def quietest(self, earliest: float, latest: float) -> Cut:
        """Where to cut between two times."""
        cut = quietest_cut(self._scan, earliest - self.start, latest - self.start)
        return replace(cut, at=self.start + cut.at)

    def around_speech(self) -> tuple[float, float] | None:
        """The speech in it with a little quiet on either side; ``None`` when nobody spoke."""
        spoken = self.speech
        if spoken is None:
            return None
        return max(self.start, spoken[0] - _MARGIN), min(self.end, spoken[1] + _MARGIN)

    @property
    def _scan(self) -> Scan:
        return Scan(
            duration=self.end - self.start,
            levels=self._levels,
            speech=self._speech,
            detector=self._detector.name,
        )

    def _take(self, samples: "Samples") -> None:
        self._pending = np.concatenate((self._pending, samples))
        if len(self._pending) >= _JUDGED_TOGETHER:
            whole = len(self._pending) // FRAME * FRAME
            judged, self._pending = self._pending[:whole], self._pending[whole:]
            self._judge(judged)

    def _judge(self, samples: "Samples") -> None:
        self._samples = np.concatenate((self._samples, samples))
        self._levels = np.concatenate((self._levels, levels_of(samples)))
        self._speech = np.concatenate((self._speech, self._detector.feed(samples)))
        if self.end - self.start > _LONGEST:
            before = self.start
            self.drop(self.end - _LONGEST)
            self.lost += self.start - before
