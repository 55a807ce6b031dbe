"""What a transcription needs of the machine."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from workbench.sound.scan import Scan
from workbench.sound.sound_file import SoundFile

Span: TypeAlias = tuple[float, float]
"""From when to when, in seconds."""


class SoundPiece(Protocol):
    """Sound ready to be sent: 16 kHz mono FLAC in a file without a name."""

    @property
    def file(self) -> BinaryIO:
        """It, from its beginning."""

    @property
    def size(self) -> int:
        """How many bytes it has."""


class SoundSource(Protocol):
    """Sound files of any kind, read while the event loop goes on.

    All methods raise SoundError, whose message says what is wrong and what would help.
    """

    async def open(self, path: Path) -> SoundFile:
        """What kind of file it is."""

    async def scan(self, path: Path, *, progress: Callable[[float], object]) -> Scan:
        """Where it is loud and where somebody speaks; ``progress`` hears seconds so far."""

    def piece(self, path: Path, spans: Sequence[Span]) -> AbstractAsyncContextManager[SoundPiece]:
        """The sound of these stretches, one after the other.

        Nothing is left of it when the block ends, however it ends.
        """


class Transcripts(Protocol):
    """Transcripts on disk, beside the recordings that they were made of."""

    async def save(self, recording: Path, document: Mapping[str, object]) -> Path:
        """Keep a transcript, and say where; it replaces the one of the same ``key``.

        Raises OSError.
        """

    async def load(self, recording: Path) -> tuple[Mapping[str, object], ...]:
        """All transcripts of a recording, the newest last; none when there are none or broken."""

    async def forget(self, recording: Path) -> None:
        """Delete them all. Raises OSError."""

    async def export(self, folder: Path, name: str, text: str) -> Path:
        """Write a new file into a folder; says what it became, as none is overwritten.

        Raises OSError.
        """
