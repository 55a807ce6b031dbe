"""Transcribes files, one at a time, and keeps the transcript that is on screen.

The session yields events and is called; it knows no widget. Cancelling whoever iterates stops it:
requests are closed, nothing temporary is left, and the parts that had arrived are kept.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import time

from client import GroqClient
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.ports import SoundSource, Transcripts
from workbench.session.transcription.transcript import Transcript
from workbench.session.transcription.updates import TranscriptionUpdate


class TranscriptionSession:
    """The transcript of one file at a time, from the first request to the last edit.

    Args:
        transcripts: where every finished part is kept at once; ``None`` keeps nothing.
        wall_time: Unix seconds.
    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        sounds: SoundSource,
        service: Service,
        transcripts: Transcripts | None = None,
        wall_time: Callable[[], float] = time,
    ) -> None:
        self._groq = groq
        self._sounds = sounds
        self._service = service
        self._transcripts = transcripts
        self._wall_time = wall_time
        self._path: Path | None = None
        self._transcript: Transcript | None = None

    @property
    def path(self) -> Path | None:
        """The file, ``None`` before the first."""
        return self._path

    @property
    def transcript(self) -> Transcript | None:
        """What there is of the transcript, at any moment."""
        return self._transcript

    async def open(self, path: Path) -> Transcript | None:
        """Show the newest kept transcript of a file; ``None`` when there is none."""
        raise NotImplementedError

    async def transcribe(
        self, path: Path, parameters: TranscriptionParameters
    ) -> AsyncIterator[TranscriptionUpdate]:
        """Transcribe a file, and yield what happens until the outcome, which is always the last."""
        raise NotImplementedError
        yield

    async def retry(self, part: int | None = None) -> AsyncIterator[TranscriptionUpdate]:
        """Send one part again, or all that have no text; the others are not sent again."""
        raise NotImplementedError
        yield

    async def edit(self, segment: int, text: str | None) -> Transcript | None:
        """Change a segment's text, by its index; ``None`` brings back what was heard."""
        raise NotImplementedError

    async def restore(self, segment: int, *, wanted: bool = True) -> Transcript | None:
        """Bring back a segment that was left out, or leave it out again."""
        raise NotImplementedError
