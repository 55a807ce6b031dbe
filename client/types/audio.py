"""What is heard and what is spoken. No I/O."""

from dataclasses import dataclass
from pathlib import Path

from client.types.base import WireValue
from client.types.chunks import XGroq
from client.types.languages import language_code
from client.types.measured import MeasuredValue


class Word(WireValue):
    """A spoken word; times are seconds from the start of the audio."""

    word: str
    start: float
    end: float


class Segment(WireValue):
    """A stretch of speech with what the recogniser thinks of it; times are seconds."""

    id: int | None = None
    seek: int | None = None
    start: float
    end: float
    text: str
    tokens: tuple[int, ...] | None = None
    temperature: float | None = None
    avg_logprob: float | None = None
    compression_ratio: float | None = None
    no_speech_prob: float | None = None


class Transcription(MeasuredValue):
    """A transcript; everything but ``text`` is there only in the ``verbose_json`` form.

    ``text`` usually begins with a space. Of ``words`` and ``segments`` those are there that were
    asked for.
    """

    text: str
    task: str | None = None
    language: str | None = None
    duration: float | None = None
    words: tuple[Word, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    x_groq: XGroq | None = None

    @property
    def language_code(self) -> str | None:
        """The detected language as a request wants it, such as "en"; ``None`` when unknown."""
        return language_code(self.language) if self.language else None

    @property
    def request_id(self) -> str | None:
        """What to quote to support: the ``x-request-id`` header, or the body's own word."""
        return self._request_id or (self.x_groq.id if self.x_groq else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFile:
    """Speech that was written to a file.

    Attributes:
        path: where it is.
        size: of the file, in bytes.
        sample_rate: in Hz; with ``channels`` and ``duration`` (seconds) ``None`` where the service
            sent something other than PCM in WAV.

    """

    path: Path
    size: int
    sample_rate: int | None = None
    channels: int | None = None
    duration: float | None = None
