"""Everything that can be asked of audio, and what may not be asked together. No I/O.

Names, ranges and limits are those of groq-api 7.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from client.errors import ValidationError
from client.types.languages import LANGUAGES, language_code
from client.types.options import check_model, check_options, given

MAX_AUDIO_BYTES: Final = 25 * 1024 * 1024
"""Of an uploaded file; a larger one must be fetched by the service from a URL."""
MAX_PROMPT_CHARACTERS: Final = 896
"""Of the text that tells a transcription what to expect."""
MAX_SPEECH_CHARACTERS: Final = 200
"""Of the text of one request for speech."""

AUDIO_TYPES: Final[Mapping[str, str]] = {
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "mp4": "audio/mp4",
    "mpeg": "audio/mpeg",
    "mpga": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "wav": "audio/wav",
    "webm": "audio/webm",
}
"""The file name extensions that the service takes, with their media types."""

_ALIKE: Final = {"oga": "ogg", "wave": "wav", "m4b": "m4a", "mp2": "mpeg", "weba": "webm"}
_CODE: Final = re.compile(r"[a-z]{2,3}")
_CONFIG: Final = ConfigDict(extra="forbid", hide_input_in_errors=True)
_Temperature = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class TranscriptionOptions(TypedDict, total=False):
    """The optional parameters of a transcription; what is left out is the service's default."""

    __pydantic_config__ = _CONFIG  # type: ignore[misc] # pydantic reads it from the class

    language: str | None
    prompt: str | None
    temperature: _Temperature | None
    response_format: Literal["json", "text", "verbose_json"] | None
    timestamp_granularities: Sequence[Literal["word", "segment"]] | None


class TranslationOptions(TypedDict, total=False):
    """The optional parameters of a translation into English."""

    __pydantic_config__ = _CONFIG  # type: ignore[misc]

    language: Literal["en"] | None
    prompt: str | None
    temperature: _Temperature | None
    response_format: Literal["json", "text", "verbose_json"] | None


class SpeechOptions(TypedDict, total=False):
    """The optional parameters of speech; ``sample_rate`` is in Hz, ``speed`` 1 is natural."""

    __pydantic_config__ = _CONFIG  # type: ignore[misc]

    response_format: Literal["wav"] | None
    sample_rate: Annotated[int, Field(ge=8000, le=48_000)] | None
    speed: Annotated[float, Field(ge=0.5, le=5, allow_inf_nan=False)] | None


_OF_THE_CALL: Final = ("model", "extra_headers", "timeout", "max_wait")
_OF_AN_UPLOAD: Final = (*_OF_THE_CALL, "file", "url", "filename", "progress", "seconds")
_OF_SPEECH: Final = (*_OF_THE_CALL, "voice", "input", "to")


@cache
def _transcription() -> TypeAdapter[TranscriptionOptions]:
    return TypeAdapter(TranscriptionOptions)


@cache
def _translation() -> TypeAdapter[TranslationOptions]:
    return TypeAdapter(TranslationOptions)


@cache
def _speech() -> TypeAdapter[SpeechOptions]:
    return TypeAdapter(SpeechOptions)


def check_transcription(*, model: object, options: Mapping[str, object]) -> dict[str, object]:
    """The options to send; asking for timestamps asks for the form that has them.

    Raises:
        ValidationError: naming the option, and what would be right.

    """
    check_model(model, "whisper-large-v3-turbo")
    names = (*TranscriptionOptions.__annotations__, *_OF_AN_UPLOAD)
    check_options(_transcription(), options, names)
    chosen = given(options)
    _check_prompt(chosen.get("prompt"))
    _check_language(chosen.get("language"))
    if chosen.get("timestamp_granularities"):
        form = chosen.setdefault("response_format", "verbose_json")
        if form != "verbose_json":
            raise ValidationError(
                "`timestamp_granularities` needs response_format='verbose_json': "
                f"{form!r} has no room for times."
            )
    return chosen


def check_translation(*, model: object, options: Mapping[str, object]) -> dict[str, object]:
    """The options to send. Raises ValidationError."""
    check_model(model, "whisper-large-v3")
    names = (*TranslationOptions.__annotations__, *_OF_AN_UPLOAD)
    check_options(_translation(), options, names)
    if isinstance(model, str) and "turbo" in model:
        raise ValidationError(f"{model} cannot translate: use 'whisper-large-v3'.")
    chosen = given(options)
    _check_prompt(chosen.get("prompt"))
    return chosen


def check_speech(
    *, model: object, voice: object, text: object, options: Mapping[str, object]
) -> dict[str, object]:
    """The options to send, always with a format: the service's own default is a retired one.

    Raises:
        ValidationError: naming the option, and what would be right.

    """
    check_model(model, "canopylabs/orpheus-v1-english")
    if not isinstance(voice, str) or not voice.strip():
        raise ValidationError("`voice` must be the name of a voice, such as 'hannah'.")
    if not isinstance(text, str) or not text.strip():
        raise ValidationError("`input` must be the text to speak.")
    if len(text) > MAX_SPEECH_CHARACTERS:
        raise ValidationError(
            f"`input` has {len(text)} characters, and the service speaks {MAX_SPEECH_CHARACTERS} "
            "at a time: ask for it sentence by sentence."
        )
    check_options(_speech(), options, (*SpeechOptions.__annotations__, *_OF_SPEECH))
    return {"response_format": "wav", **given(options)}


def checked_name(name: str) -> str:
    """The name to send an audio file under: the service judges a file by its extension alone.

    Raises:
        ValidationError: there is none, or it is not one that the service takes.

    """
    stem, extension = PurePath(name).stem, PurePath(name).suffix.removeprefix(".")
    taken = extension.lower()
    if taken in AUDIO_TYPES:
        return f"{stem}.{taken}"  # whether it takes capitals is not known
    kinds = " ".join(AUDIO_TYPES)
    if not name:
        raise ValidationError(
            "Bytes have no name, and the service judges audio by the extension of its file name. "
            f"Pass `filename`, such as 'talk.wav'. It takes: {kinds}."
        )
    advice = "Convert it."
    if taken in _ALIKE:
        advice = f"Pass filename='{stem}.{_ALIKE[taken]}', if that is what it is."
    found = f"'.{extension}'" if extension else "no extension"
    raise ValidationError(
        f"'{name}' has {found}, and the service judges audio by the extension of its file name. "
        f"It takes: {kinds}. {advice}"
    )


def check_url(url: object) -> None:
    """Refuse an address that the service cannot fetch audio from. Raises ValidationError."""
    if not isinstance(url, str):
        raise ValidationError("`url` must be an https URL, or a data URL in Base64.")
    if url[:5].lower() == "data:":
        kind, separator, data = url.partition(";base64,")
        if not separator or not kind or not _is_base64(data):
            raise ValidationError("`url`: a data URL must be in Base64: 'data:audio/wav;base64,'.")
        return
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname:
        raise ValidationError("`url` must be an https URL, or a data URL in Base64.")


def _is_base64(data: str) -> bool:
    try:
        return bool(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return False


def _check_prompt(prompt: object) -> None:
    if isinstance(prompt, str) and len(prompt) > MAX_PROMPT_CHARACTERS:
        raise ValidationError(
            f"`prompt` has {len(prompt)} characters, and the service takes "
            f"{MAX_PROMPT_CHARACTERS}: keep its end, or the words that matter."
        )


def _check_language(language: object) -> None:
    if not isinstance(language, str) or _CODE.fullmatch(language):
        return
    code = language_code(language.replace("_", "-").partition("-")[0])
    advice = f" Use '{code}'." if code in LANGUAGES else ""
    raise ValidationError(f"`language` is an ISO-639-1 code, such as 'en'.{advice}")
