"""The recordings there are: listed, renamed, thrown away and taken back."""

from dataclasses import dataclass
from pathlib import Path

from workbench.audio.recordings import Discarded, FolderSize, Recording
from workbench.ports import RecordingFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingList:
    """What there is.

    Attributes:
        recordings: the newest first.
        interrupted: those of them whose recording was cut short and that nobody has seen yet.
        size: where they lie and how large they are.

    """

    recordings: tuple[Recording, ...]
    interrupted: tuple[Recording, ...]
    size: FolderSize


class Recordings:
    """The recordings of this person. Every call may raise ``OSError``, with its reason."""

    def __init__(self, folder: RecordingFolder) -> None:
        self._folder = folder
        self._discarded: list[Discarded] = []

    async def look(self) -> RecordingList:
        """Look them up anew; what was cut short is repaired and told."""
        recordings = await self._folder.recordings()
        return RecordingList(
            recordings=recordings,
            interrupted=tuple(one for one in recordings if one.state == "interrupted"),
            size=await self._folder.size(),
        )

    async def get(self, path: Path) -> Recording:
        """One of them."""
        return await self._folder.get(path)

    async def accept(self, recording: Recording) -> Recording:
        """Keep one that was cut short: it is not offered again."""
        return await self._folder.accept(recording)

    async def rename(self, recording: Recording, title: str) -> Recording:
        """Call it something else; a blank title leaves it as it is."""
        title = " ".join(title.split())
        return await self._folder.rename(recording, title) if title else recording

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        """Remember where its transcript is."""
        return await self._folder.attach(recording, transcript)

    async def discard(self, recording: Recording) -> Discarded:
        """Move it to the trash, where it stays for some days."""
        discarded = await self._folder.discard(recording)
        self._discarded.append(discarded)
        return discarded

    async def restore(self, discarded: Discarded | None = None) -> Recording | None:
        """Take it out of the trash, without one the last that was put there in this session.

        ``None`` when there is nothing to take back.
        """
        if discarded is None:
            discarded = self._discarded[-1] if self._discarded else None
        if discarded is None:
            return None
        recording = await self._folder.restore(discarded)
        if discarded in self._discarded:
            self._discarded.remove(discarded)
        return recording
