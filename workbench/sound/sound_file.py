"""What a sound file is, before it is read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Decoder: TypeAlias = Literal["soundfile", "av"]


class SoundError(Exception):
    """A file cannot be read as sound.

    ``advice`` says what would help, in a sentence; "" when nothing does.
    """

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFile:
    """A sound file as its header describes it.

    Attributes:
        format: as a person knows it, such as "FLAC" or "MP4".
        size: bytes.
        duration: seconds as the header says, ``None`` when it does not.
        decoder: what can read it; ``None`` when nothing that is installed can.
        missing: what to install so that it can be read, as a sentence; "" when it can.

    """

    path: Path
    format: str
    size: int
    duration: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    decoder: Decoder | None = None
    missing: str = ""
