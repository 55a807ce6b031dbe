"""Sound in another form, for loudspeakers that take no other. Linear: good enough for speech."""

import sys
from array import array

from workbench.audio.playback import SoundForm
from workbench.recorder.engine import Pull
from workbench.recorder.levels import samples_of


class Converter:
    """Pulls sound in one form and gives it in another; the same form passes untouched."""

    def __init__(self, given: SoundForm, wanted: SoundForm, pull: Pull) -> None:
        self._given = given
        self._wanted = wanted
        self._pull = pull
        self._last = array("h", [0] * given.channels)
        self._frames = array("h")  # interleaved, pulled and not used up
        self._at = 0.0  # between the last frame used (0) and the next (1), in frames pulled

    def pull(self, size: int) -> bytes:
        """So many bytes in the wanted form."""
        if self._given == self._wanted:
            return self._pull(size)
        count = size // (2 * self._wanted.channels)
        step = self._given.rate / self._wanted.rate
        needed = int(self._at + count * step) + 1
        missing = needed - len(self._frames) // self._given.channels
        if missing > 0:
            self._frames += samples_of(self._pull(missing * 2 * self._given.channels))
        made = [
            self._resampled(
                self._last[number : number + 1] + self._frames[number :: self._given.channels],
                count,
                step,
            )
            for number in range(self._given.channels)
        ]
        used = int(self._at + count * step)
        if used:
            start = (used - 1) * self._given.channels
            self._last = self._frames[start : start + self._given.channels]
            del self._frames[: used * self._given.channels]
        self._at += count * step - used
        return _interleaved(made, self._wanted.channels)

    def _resampled(self, samples: "array[int]", count: int, step: float) -> list[int]:
        values = []
        for number in range(count):
            place = self._at + number * step
            index = int(place)
            part = place - index
            values.append(int(samples[index] * (1 - part) + samples[index + 1] * part))
        return values


def _interleaved(made: list[list[int]], channels: int) -> bytes:
    """Channels as asked for: one of several is their mean, several of one are its copies."""
    if len(made) != channels:
        mean = [sum(frame) // len(made) for frame in zip(*made, strict=True)]
        made = [mean] * channels
    out = array("h", [sample for frame in zip(*made, strict=True) for sample in frame])
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()
