"""A transcription request as a value: read from its form, and refused where it is wrong. No I/O."""

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import unquote_to_bytes

from workbench.simulator.errors import bad_request, request_too_large
from workbench.simulator.form import Form, Upload
from workbench.simulator.languages import LANGUAGES
from workbench.simulator.wire import JSON, JSONObject

Format = Literal["json", "text", "verbose_json"]

#: What may be uploaded; the service looks at nothing but the end of the file's name.
EXTENSIONS = ("flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "opus", "wav", "webm")
MAX_AUDIO_BYTES = 25 * 1024 * 1024
_MOST_PROMPT_BYTES = 896
_FORMATS = ("json", "text", "verbose_json")
_GRANULARITIES = "timestamp_granularities[]"
_FIELDS = frozenset({"model", "url", "language", "prompt", "response_format", "temperature"})
_DATA_URL = re.compile(r"(?i)data:[^,;]*(?:;(?!base64)[^,;]*)*(?P<base64>;base64)?,")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionRequest:
    """What is to be written down, and how; `language` None asks to find it out."""

    model: str
    audio: bytes
    translate: bool = False
    language: str | None = None
    prompt: str = ""
    response_format: Format = "json"
    temperature: float = 0.0
    words: bool = False
    segments: bool = False


def form_of(body: JSONObject) -> Form:
    """The form that a batch line's JSON body stands for."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in body.items():
        if value is None:
            continue
        key = _GRANULARITIES if name == "timestamp_granularities" else name
        values: list[JSON] = value if isinstance(value, list) else [value]
        fields[key] = tuple(str(item) for item in values)
    return Form(fields=fields)


def parse_transcription(form: Form, *, translate: bool) -> TranscriptionRequest:
    """The request; raises a 400 in the service's words, or a 413 for too large a file."""
    known = _FIELDS if translate else _FIELDS | {_GRANULARITIES}
    for name in form.fields:
        if name not in known:
            raise bad_request(f"unknown param `{name}`")
    model = _single(form, "model")
    if not model:
        raise bad_request("`model` is a required property")
    shape = _single(form, "response_format") or "json"
    if shape not in _FORMATS:
        raise bad_request(f"`response_format` must be one of [{' '.join(_FORMATS)}]")
    granularities = form.fields.get(_GRANULARITIES, ())
    _check_granularities(granularities, shape)
    return TranscriptionRequest(
        model=model,
        audio=_audio(form),
        translate=translate,
        language=_language(form, translate=translate),
        prompt=_prompt(form),
        response_format=cast("Format", shape),
        temperature=_temperature(form),
        words="word" in granularities,
        segments="segment" in granularities or not granularities,
    )


def _single(form: Form, name: str) -> str | None:
    values = form.fields.get(name, ())
    if len(values) > 1:
        raise bad_request(f"only one {name} is allowed")
    return values[0] if values else None


def _check_granularities(values: tuple[str, ...], response_format: str) -> None:
    if values and response_format != "verbose_json":
        raise bad_request(
            "`response_format` must be `verbose_json` if `timestamp_granularities[]` is provided"
        )
    for value in values:
        if value not in ("word", "segment"):
            raise bad_request(
                f"`{value}` is not a valid value for `timestampGranularities`. Must be either "
                "`word` or `segment`"
            )


def _language(form: Form, *, translate: bool) -> str | None:
    language = _single(form, "language") or None
    if translate and language not in (None, "en"):
        raise bad_request(f"unsupported language: {language}\nLanguage must be en")
    if language is not None and language not in LANGUAGES:
        raise bad_request(f"unsupported language: {language}")
    return language


def _prompt(form: Form) -> str:
    prompt = _single(form, "prompt") or ""
    # It says characters and counts bytes, as len does in Go.
    length = len(prompt.encode())
    if length > _MOST_PROMPT_BYTES:
        raise bad_request(
            f"prompt length must be {_MOST_PROMPT_BYTES} characters or fewer, but provided prompt "
            f"contains {length} characters"
        )
    return prompt


def _temperature(form: Form) -> float:
    text = _single(form, "temperature")
    try:
        value = float(text or 0)
    except ValueError as fault:
        raise bad_request("`temperature` must be a number") from fault
    if not value >= 0:
        raise bad_request("`temperature` < 0 is not supported")
    if value > 1:
        raise bad_request("`temperature` > 1 is not supported")
    return value


def _audio(form: Form) -> bytes:
    for name in form.files:
        if name != "file":
            raise bad_request(f"unknown file `{name}`")
    upload, url = form.files.get("file"), _single(form, "url")
    if upload is not None and url:
        raise bad_request("request cannot contain both a `file` and `url`")
    if upload is not None:
        audio = _uploaded(upload)
    elif url:
        audio = _fetched(url)
    else:
        raise bad_request("`file` or `url` must be provided")
    if not audio:
        raise bad_request("file is empty")
    if len(audio) > MAX_AUDIO_BYTES:
        raise request_too_large()
    return audio


def _uploaded(upload: Upload) -> bytes:
    _, dot, extension = upload.filename.rpartition(".")
    if not dot or extension.lower() not in EXTENSIONS:
        raise bad_request(
            f"file must be one of the following types: [{' '.join(EXTENSIONS)}]",
            code="unsupported_audio_format",
        )
    return upload.data


def _fetched(url: str) -> bytes:
    found = _DATA_URL.match(url)
    if found is None:
        raise bad_request(
            "the simulator fetches nothing from the network: send the audio as `file`, or as a "
            "data URL in `url`",
            param="url",
        )
    data = unquote_to_bytes(url[found.end() :])
    if not found["base64"]:
        return data
    try:
        return b64decode(data, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise bad_request("`url` is not a valid data URL", param="url") from fault
