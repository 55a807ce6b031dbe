"""What can be set at the microphone, read as it is typed. No widgets (groq-api 7.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from client import MAX_PROMPT_CHARACTERS, language_code
from workbench.session.transcription.parameters import (
    TRANSLATOR,
    TURBO,
    TranscriptionParameters,
)

MAX_PROMPT: Final = MAX_PROMPT_CHARACTERS


class InvalidSettingError(ValueError):
    """The text is no value of the setting; the message says what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MicrophoneSettings:
    """How to record, and what to do with it.

    Attributes:
        auto_stop: seconds of silence that end a recording, ``None`` never.
        live: text while one speaks.
        transcribe_after: whether a recording is transcribed as soon as it is whole.
    """

    transcription: TranscriptionParameters = field(default_factory=TranscriptionParameters)
    auto_stop: float | None = None
    live: bool = False
    transcribe_after: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingField:
    """A setting that is typed; blank is ``None``."""

    label: str
    placeholder: str
    hint: str
    read: Callable[[str], object]

    def value(self, text: str) -> object:
        """What was typed, ``None`` when nothing is.

        Raises:
            InvalidSettingError: it is not a value.

        """
        return self.read(text.strip()) if text.strip() else None


def transcription_models(*also: str) -> tuple[str, ...]:
    """The models to choose from, and those that somebody chose elsewhere."""
    return tuple(dict.fromkeys((TURBO, TRANSLATOR, *also)))


def short_model(model: str) -> str:
    """A model in a word: what tells it from the others of its family."""
    return model.removeprefix("whisper-large-").rpartition("/")[2] or model


def _seconds(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text.removesuffix("s").replace(",", "."))
        except ValueError:
            raise InvalidSettingError("only seconds") from None
        if not low <= number <= high:
            raise InvalidSettingError(f"only {low:g} to {high:g}")
        return number

    return read


def _share(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise InvalidSettingError("only numbers") from None
    if not 0 <= number <= 1:
        raise InvalidSettingError("only 0 to 1")
    return number


def _language(text: str) -> str:
    code = language_code(text.lower().replace("_", "-").partition("-")[0])
    if code is None:
        raise InvalidSettingError("unknown")
    return code


FIELDS: Final = {
    "auto_stop": SettingField(
        label="Stop on silence", placeholder="never", hint="1 to 10 s", read=_seconds(1, 10)
    ),
    "language": SettingField(
        label="Language", placeholder="detect", hint="en, german", read=_language
    ),
    "temperature": SettingField(
        label="Temperature", placeholder="default", hint="0 to 1", read=_share
    ),
}
