"""What a transcription gives back. No I/O."""

from client.types.base import WireValue
from client.types.chat import XGroq


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


class Transcription(WireValue):
    """A transcript; everything but ``text`` is there only in the ``verbose_json`` form."""

    text: str
    task: str | None = None
    language: str | None = None
    duration: float | None = None
    words: tuple[Word, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    x_groq: XGroq | None = None
