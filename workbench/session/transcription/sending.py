"""One part on its way: its sound made ready, sent, and the answer."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Final, TypeAlias

from client import (
    AUDIO_TYPES,
    MAX_AUDIO_BYTES,
    FileLike,
    GroqClient,
    Transcription,
)
from workbench.session.transcription.asking import ask_for_text
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.ports import SoundSource
from workbench.session.transcription.transcript import TranscriptPart
from workbench.session.transcription.updates import (
    PieceReady,
    TranscriptionUpdate,
    UploadProgressed,
)
from workbench.sound.sound_file import SoundFile

Tell: TypeAlias = Callable[[TranscriptionUpdate], object]

_PATIENCE: Final = 3600.0
"""Seconds a part may wait for the limits; the free plan hears two hours of audio an hour."""
_STEPS: Final = 50
_SMALL: Final = frozenset({"MP3", "Ogg Vorbis", "Opus", "MP4", "WebM"})
_FLAC_BYTES_A_SECOND: Final = 17_000
_ALL_BUT: Final = 2.0
_ALIKE: Final = {"oga": "ogg", "m4b": "m4a", "weba": "webm", "mp2": "mpeg", "aac": ""}


def goes_as_it_is(file: SoundFile, parts: tuple[TranscriptPart, ...]) -> bool:
    """Whether the file itself is sent: converting it would only make it larger.

    It must be one that the service takes, be sent whole, and hardly hold silence to leave out.
    """
    if len(parts) != 1 or file.duration is None or file.size > MAX_AUDIO_BYTES:
        return False
    if file.duration - parts[0].seconds > _ALL_BUT or not name_for(file):
        return False
    ready = file.format == "FLAC" and (file.sample_rate, file.channels) == (16_000, 1)
    return ready or (file.format in _SMALL and file.size < file.duration * _FLAC_BYTES_A_SECOND)


def name_for(file: SoundFile) -> str:
    """The name to send a file under, "" when the service takes no such file.

    It judges a file by its extension (groq-api 7.1).
    """
    extension = file.path.suffix[1:].lower()
    taken = _ALIKE.get(extension, extension)
    if taken not in AUDIO_TYPES and not file.missing:
        return ""
    if taken not in AUDIO_TYPES:
        taken = {"MP4": "mp4", "WebM": "webm"}.get(file.format, "")
    return f"{PurePath(file.path).stem or 'sound'}.{taken}" if taken else ""


class Sender:
    """Sends the parts of one file."""

    def __init__(
        self,
        groq: GroqClient,
        sounds: SoundSource,
        file: SoundFile,
        parameters: TranscriptionParameters,
        tell: Tell,
    ) -> None:
        self._groq = groq
        self._sounds = sounds
        self._file = file
        self._parameters = parameters
        self._tell = tell

    async def send(self, part: TranscriptPart) -> Transcription:
        """What the service heard in a part. Raises GroqError and SoundError."""
        async with self._sound(part) as (file, name, size):
            self._tell(PieceReady(part=part, size=size))
            return await self._ask(part, file, name, size)

    @asynccontextmanager
    async def _sound(self, part: TranscriptPart) -> AsyncGenerator[tuple[FileLike, str, int]]:
        if not part.spans:
            yield self._file.path, name_for(self._file), self._file.size
            return
        async with self._sounds.piece(self._file.path, part.spans) as piece:
            yield piece.file, "sound.flac", piece.size

    async def _ask(
        self, part: TranscriptPart, file: FileLike, name: str, size: int
    ) -> Transcription:
        told = 0

        def progress(sent: int, total: int | None) -> None:
            nonlocal told
            if sent < told or sent - told >= size / _STEPS or sent == total:
                told = sent
                self._tell(UploadProgressed(part=part.number, sent=sent, total=total))

        return await ask_for_text(
            self._groq,
            self._parameters,
            file=file,
            name=name,
            seconds=part.seconds,
            max_wait=_PATIENCE,
            progress=progress,
        )
