"""What a loudspeaker tells while it plays. Values alone."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from workbench.audio.capture import AudioUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundForm:
    """How to read samples: 16-bit little-endian, ``channels`` interleaved, ``rate`` in Hz."""

    rate: int
    channels: int = 1

    @property
    def bytes_per_second(self) -> int:
        """Of sound in this form."""
        return self.rate * self.channels * 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSound:
    """A sound file that is open, from some moment on.

    Attributes:
        start: seconds from the beginning of the file to the first block.
        duration: of the whole file in seconds, ``None`` when it is not known before its end.
        blocks: the samples; close it when done.

    """

    form: SoundForm
    start: float
    duration: float | None
    blocks: AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackStarted:
    """It can be heard; ``after`` is the seconds since it was asked for."""

    device: str
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackMoved:
    """Ten times a second: what can be heard now.

    Attributes:
        seconds: of this sound that were played.
        starved: seconds of silence put in because the sound came too slowly.

    """

    seconds: float
    starved: float = 0.0
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackStalled:
    """The loudspeaker takes nothing for a second: it sleeps, or the sound server hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEnded:
    """Always the last: "played" to the end, "stopped" by us, "lost" (device gone), "killed"."""

    reason: Literal["played", "stopped", "lost", "killed"]
    seconds: float
    detail: str = ""


PlaybackEvent: TypeAlias = (
    AudioUnavailable | PlaybackStarted | PlaybackMoved | PlaybackStalled | PlaybackEnded
)
