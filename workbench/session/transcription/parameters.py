"""How to transcribe."""

from dataclasses import dataclass
from typing import Final

TURBO: Final = "whisper-large-v3-turbo"
TRANSLATOR: Final = "whisper-large-v3"
"""The model that can translate (groq-api 7.2)."""
LONGEST_PIECE_SECONDS: Final = 600.0
"""Ten minutes of 16 kHz mono are 19.2 MB uncompressed: never more than the service takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionParameters:
    """What to ask for; ``None`` leaves it to the service.

    Attributes:
        language: a code such as "en"; ``None`` lets the service detect it.
        prompt: names and words to expect, at most 896 characters.
        temperature: 0 to 1.
        translate: into English, by the model that can.
        gate: whether a file in which nobody speaks is kept back, and long silence left out.
        piece_seconds: about how much sound goes into one request, at most ten minutes.

    """

    model: str = TURBO
    language: str | None = None
    prompt: str = ""
    temperature: float | None = None
    translate: bool = False
    gate: bool = True
    piece_seconds: float = 300.0

    def __post_init__(self) -> None:
        if not 10 <= self.piece_seconds <= LONGEST_PIECE_SECONDS:
            raise ValueError("A piece lasts from ten seconds to ten minutes.")

    @property
    def asked_model(self) -> str:
        """The model that is really asked: only one translates."""
        return TRANSLATOR if self.translate else self.model
