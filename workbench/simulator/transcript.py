"""A transcript with its times, in the forms in which it is answered. No I/O."""

from dataclasses import dataclass

from workbench.simulator.wire import JSON, JSONObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and when it was heard, in seconds."""

    word: str
    start: float
    end: float

    def as_json(self) -> JSONObject:
        """The object of `words`."""
        return {"word": self.word, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the transcript, with what the recogniser thinks of it."""

    id: int
    start: float
    end: float
    text: str
    seek: int = 0
    tokens: tuple[int, ...] = ()
    temperature: float = 0.0
    avg_logprob: float = 0.0
    compression_ratio: float = 1.0
    no_speech_prob: float = 0.0

    def as_json(self) -> JSONObject:
        """The object of `segments`."""
        tokens: list[JSON] = list(self.tokens)
        return {
            "id": self.id,
            "seek": self.seek,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "tokens": tokens,
            "temperature": self.temperature,
            "avg_logprob": self.avg_logprob,
            "compression_ratio": self.compression_ratio,
            "no_speech_prob": self.no_speech_prob,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """All that was heard; `language` is a code such as `en`."""

    language: str
    segments: tuple[Segment, ...] = ()
    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, which begins with a space unless nothing was heard."""
        return "".join(segment.text for segment in self.segments)
