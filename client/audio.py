"""Speech to text and text to speech: ``groq.audio``."""

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import Final, NamedTuple, overload

from typing_extensions import Unpack

from client.codec import encode_json
from client.config import CallOptions
from client.download import gather
from client.errors import ValidationError
from client.exchange import Exchange
from client.multipart import MultipartBody
from client.ports import Cost, Disk, Source, Timeouts
from client.speech import SOUND, Speech, SpeechStream, save_speech, speech_of
from client.types.audio import SpeechFile, Transcription
from client.types.audio_options import (
    AUDIO_TYPES,
    MAX_AUDIO_BYTES,
    SpeechOptions,
    TranscriptionOptions,
    TranslationOptions,
    check_speech,
    check_transcription,
    check_translation,
    check_url,
    checked_name,
)
from client.upload import FileLike, Progress, WatchedSource, name_of, source_of
from client.wav import WavHeader
from client.wire import Wire

_TOO_LARGE: Final = (
    "The audio is {size}, and the service takes uploads of 25 MiB: cut it, make it 16 kHz mono "
    "FLAC, or put it where the service can fetch it and pass `url`."
)
_CHARACTERS_PER_TOKEN: Final = 4


class Audio:
    """Asks a model to write down what is said, or to say what is written.

    ``file`` is a path, bytes, a file opened for reading bytes or an async iterator of bytes; the
    last three need a ``filename`` if they have none, for the service judges audio by its name. A
    file is read while it is sent, never whole; ``progress`` is told how far. Paths, bytes and
    files that can be wound back are sent again where a retry may help, iterators are not.

    ``url`` instead of ``file`` lets the service fetch the audio. ``seconds`` is how long it is,
    for waiting until the rate limit has room, where you know it; of WAV in bytes it is known.
    """

    def __init__(self, wire: Wire, disk: Disk) -> None:
        self._wire = wire
        self._disk = disk

    async def transcribe(
        self,
        *,
        model: str,
        file: FileLike | None = None,
        url: str | None = None,
        filename: str | None = None,
        progress: Progress | None = None,
        seconds: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[TranscriptionOptions],
    ) -> Transcription:
        """What is said, in the language that it is said in.

        With ``timestamp_granularities=["word", "segment"]`` the answer has times.

        Raises:
            ValidationError: an option is wrong, or the file is none that the service takes.
            APIError: the service refused the request.
            TransportError: it was not reached, or answered with something else.

        """
        chosen = check_transcription(model=model, options=options)
        recording = _Recording(file, url, filename, progress, seconds)
        call = CallOptions(extra_headers=extra_headers, timeout=timeout, max_wait=max_wait)
        return await self._written("/audio/transcriptions", model, recording, chosen, call)

    async def translate(
        self,
        *,
        model: str,
        file: FileLike | None = None,
        url: str | None = None,
        filename: str | None = None,
        progress: Progress | None = None,
        seconds: float | None = None,
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[TranslationOptions],
    ) -> Transcription:
        """What is said, in English; only whisper-large-v3 can.

        Raises:
            ValidationError, APIError, TransportError: as ``transcribe``.

        """
        chosen = check_translation(model=model, options=options)
        recording = _Recording(file, url, filename, progress, seconds)
        call = CallOptions(extra_headers=extra_headers, timeout=timeout, max_wait=max_wait)
        return await self._written("/audio/translations", model, recording, chosen, call)

    @overload
    async def speak(
        self,
        *,
        model: str,
        voice: str,
        input: str,
        to: None = None,
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[SpeechOptions],
    ) -> Speech: ...

    @overload
    async def speak(
        self,
        *,
        model: str,
        voice: str,
        input: str,
        to: str | PathLike[str],
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[SpeechOptions],
    ) -> SpeechFile: ...

    async def speak(
        self,
        *,
        model: str,
        voice: str,
        input: str,  # noqa: A002 - the service's own name for it
        to: str | PathLike[str] | None = None,
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[SpeechOptions],
    ) -> Speech | SpeechFile:
        """The text as sound: in memory, or written to the file ``to`` as it arrives.

        The file appears when it is whole; one that is there is replaced.

        Raises:
            ValidationError: an option is wrong, the text too long, the file cannot be written.
            APIError: the service refused the request.
            TransportError: it was not reached, or broke off.

        """
        call = CallOptions(extra_headers=extra_headers, timeout=timeout, max_wait=max_wait)
        exchange = self._speech(model, voice, input, call, options)
        if to is not None:
            return await save_speech(exchange, Path(fspath(to)), self._disk)
        return speech_of(await gather(exchange, *SOUND), exchange, self._disk)

    def stream_speech(
        self,
        *,
        model: str,
        voice: str,
        input: str,  # noqa: A002 - as above
        extra_headers: Mapping[str, str] | None = None,
        timeout: Timeouts | float | None = None,
        max_wait: float | None = None,
        **options: Unpack[SpeechOptions],
    ) -> SpeechStream:
        """The text as sound, to be played while it arrives; nothing is sent before it is entered.

        Raises:
            ValidationError: an option is wrong, or the text is too long.

        """
        call = CallOptions(extra_headers=extra_headers, timeout=timeout, max_wait=max_wait)
        return SpeechStream(self._speech(model, voice, input, call, options))

    async def _written(
        self,
        path: str,
        model: str,
        recording: "_Recording",
        options: Mapping[str, object],
        call: CallOptions,
    ) -> Transcription:
        """What is said, by the service at this path."""
        form = await self._form(model, recording, options)
        exchange = Exchange.of_call(
            self._wire,
            "POST",
            path,
            call,
            body=form,
            content_type=form.content_type,
            accept=_accepted(options),
            model=model,
            cost=_cost(recording),
        )
        return await _transcription(exchange, options)

    async def _form(
        self, model: str, recording: "_Recording", options: Mapping[str, object]
    ) -> MultipartBody:
        file, url = recording.file, recording.url
        if (file is None) == (url is None):
            raise ValidationError("Give either `file` or `url`.")
        fields = [("model", model), *_fields(options)]
        if file is None:
            check_url(url)
            return MultipartBody([*fields, ("url", url or "")])
        name = checked_name(name_of(file, recording.filename))
        source: Source = WatchedSource(
            await source_of(file, self._disk),
            progress=recording.progress,
            limit=MAX_AUDIO_BYTES,
            too_large=_TOO_LARGE,
        )
        if source.length == 0:
            raise ValidationError("The audio is empty.")
        kind = AUDIO_TYPES[PurePath(name).suffix[1:]]
        return MultipartBody(fields, file=source, filename=name, file_type=kind)

    def _speech(
        self, model: str, voice: str, text: str, call: CallOptions, options: SpeechOptions
    ) -> Exchange:
        chosen = check_speech(model=model, voice=voice, text=text, options=options)
        return Exchange.of_call(
            self._wire,
            "POST",
            "/audio/speech",
            call,
            body=encode_json({"model": model, "input": text, "voice": voice, **chosen}),
            accept="audio/wav",
            model=model,
            cost=Cost(input_tokens=-(-len(text) // _CHARACTERS_PER_TOKEN)),
        )


class _Recording(NamedTuple):
    """Sound to be written down, and what is known of it."""

    file: FileLike | None
    url: str | None
    filename: str | None
    progress: Progress | None
    seconds: float | None


async def _transcription(exchange: Exchange, options: Mapping[str, object]) -> Transcription:
    if options.get("response_format") == "text":
        body = await gather(exchange, "text/plain")
        said = Transcription(text=body.decode("utf-8", "replace").removesuffix("\n"))
    else:
        said = await exchange.fetch(Transcription)
    return said.measured(
        timing=exchange.timing,
        rate_limits=exchange.rate_limits,
        request_id=exchange.request_id,
    )


def _accepted(options: Mapping[str, object]) -> str:
    return "text/plain" if options.get("response_format") == "text" else "application/json"


def _fields(options: Mapping[str, object]) -> list[tuple[str, str]]:
    """Options as fields of a form; one of several values is a field for each."""
    fields: list[tuple[str, str]] = []
    for name, value in options.items():
        if isinstance(value, list | tuple):
            fields += [(f"{name}[]", str(one)) for one in value]
        else:
            fields.append((name, str(value)))
    return fields


def _cost(recording: _Recording) -> Cost:
    """What it takes from the limits, as far as it is known before."""
    file, seconds = recording.file, recording.seconds
    if seconds is None and isinstance(file, bytes) and (header := WavHeader.parse(file)):
        seconds = header.duration(len(file))
    return Cost(max_completion_tokens=0, audio_seconds=max(0.0, seconds or 0.0))
