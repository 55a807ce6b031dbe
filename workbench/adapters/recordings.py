"""The folder of recordings: WAV files for their owner alone, beside each what is known of it."""

import asyncio
import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from workbench.adapters.recording_file import (
    PREFIX,
    TIME,
    change,
    look_at,
    recording_at,
    repair,
)
from workbench.audio.recordings import Discarded, FolderSize, Recording
from workbench.recorder.marker import MARKER_SUFFIX, remove_marker, writer_of
from workbench.recorder.wav_file import HEADER_SIZE

KEPT_DAYS: Final = 7
"""Days in the trash, after which what lies there is deleted."""

_TRASH: Final = ".trash"
_DAY: Final = 86_400.0


class RecordingFiles:
    """Recordings in a folder. Nothing is made before it is needed; all work is done on threads."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime] | None = None) -> None:
        self._folder = folder
        self._now = now or (lambda: datetime.now().astimezone())

    async def new(self) -> Path:
        """The name of a file that is not there yet. Raises OSError."""
        return await asyncio.to_thread(self._new)

    async def recordings(self) -> tuple[Recording, ...]:
        """All that there are, the newest first; what was cut short is repaired. Raises OSError."""
        return await asyncio.to_thread(self._recordings)

    async def get(self, path: Path) -> Recording:
        """One of them. Raises OSError."""
        return await asyncio.to_thread(recording_at, path)

    async def describe(self, path: Path, *, device: str = "", note: str = "") -> Recording:
        """Put its header right where it is not, and write down what is known. Raises OSError."""

        def describe() -> Recording:
            repair(path)
            remove_marker(path)
            return change(path, device=device, note=note, interrupted=False)

        return await asyncio.to_thread(describe)

    async def drop_empty(self, path: Path) -> None:
        """Remove a file in which there is no sound; one with sound stays."""

        def drop() -> None:
            with contextlib.suppress(OSError):
                if path.stat().st_size > HEADER_SIZE:
                    return
                path.unlink()
            remove_marker(path)

        await asyncio.to_thread(drop)

    async def accept(self, recording: Recording) -> Recording:
        """An interrupted one is a whole one from now on. Raises OSError."""

        def accept() -> Recording:
            note = recording.note or "It was cut short."
            changed = change(recording.path, note=note, interrupted=False)
            remove_marker(recording.path)
            return recording_at(changed.path)

        return await asyncio.to_thread(accept)

    async def rename(self, recording: Recording, title: str) -> Recording:
        """Call it something else; its files keep their names. Raises OSError."""
        return await asyncio.to_thread(change, recording.path, title=title)

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        """Remember where its transcript is. Raises OSError."""
        said = os.fspath(transcript) if transcript is not None else None
        return await asyncio.to_thread(change, recording.path, transcript=said)

    async def discard(self, recording: Recording) -> Discarded:
        """Move it to the trash, with all that belongs to it. Raises OSError."""

        def discard() -> Discarded:
            bin_ = _made(self._folder / _TRASH) / f"{recording.path.stem}.{secrets.token_hex(4)}"
            bin_.mkdir(mode=0o700)
            for file in _belonging(recording.path):
                file.rename(bin_ / file.name)
            os.utime(bin_)  # the days begin now
            return Discarded(recording=recording, kept_for=KEPT_DAYS, folder=bin_)

        return await asyncio.to_thread(discard)

    async def restore(self, discarded: Discarded) -> Recording:
        """Take it out of the trash. Raises OSError."""

        def restore() -> Recording:
            home = discarded.recording.path.parent
            for file in sorted(discarded.folder.iterdir()):
                if (home / file.name).exists():
                    raise FileExistsError(17, "There is another one now", str(home / file.name))
            for file in sorted(discarded.folder.iterdir()):
                file.rename(home / file.name)
            discarded.folder.rmdir()
            return recording_at(discarded.recording.path)

        return await asyncio.to_thread(restore)

    async def size(self) -> FolderSize:
        """Where they lie and how large they are. Raises OSError."""

        def size() -> FolderSize:
            sizes = [path.stat().st_size for path in self._paths()]
            with contextlib.suppress(OSError):
                free = shutil.disk_usage(_nearest(self._folder)).free
                return FolderSize(folder=self._folder, count=len(sizes), size=sum(sizes), free=free)
            return FolderSize(folder=self._folder, count=len(sizes), size=sum(sizes), free=None)

        return await asyncio.to_thread(size)

    def _new(self) -> Path:
        _made(self._folder)
        stem = f"{PREFIX}{self._now().strftime(TIME)}"
        names = (f"{stem}{'' if number == 1 else f'-{number}'}.wav" for number in range(1, 1000))
        for name in names:
            path = self._folder / name
            if not path.exists() and not path.with_suffix(MARKER_SUFFIX).exists():
                return path
        raise FileExistsError(17, "There are too many recordings of this second", stem)

    def _recordings(self) -> tuple[Recording, ...]:
        self._empty_trash()
        self._forget_what_never_began()
        found = []
        for path in self._paths():
            with contextlib.suppress(FileNotFoundError):  # another instance discards as well
                if (recording := look_at(path)) is not None:
                    found.append(recording)
        return tuple(sorted(found, key=lambda one: (one.begun, one.path.name), reverse=True))

    def _paths(self) -> Iterator[Path]:
        if not self._folder.is_dir():
            return
        with os.scandir(self._folder) as entries:
            for entry in entries:
                fits = entry.name.startswith(PREFIX) and entry.name.endswith(".wav")
                if fits and entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)

    def _forget_what_never_began(self) -> None:
        """Markers of writers that died before there was a file."""
        with contextlib.suppress(OSError):
            for marker in self._folder.glob(f"{PREFIX}*{MARKER_SUFFIX}"):
                recording = marker.with_suffix(".wav")
                if not recording.exists() and writer_of(recording) == "dead":
                    remove_marker(recording)

    def _empty_trash(self) -> None:
        with contextlib.suppress(OSError):
            for bin_ in (self._folder / _TRASH).iterdir():
                if time.time() - bin_.stat(follow_symlinks=False).st_mtime > KEPT_DAYS * _DAY:
                    shutil.rmtree(bin_, ignore_errors=True)


def _belonging(path: Path) -> list[Path]:
    """The recording and what lies beside it under its name: the recording itself last."""
    beside = [
        file
        for file in path.parent.iterdir()
        if file.name.startswith(f"{path.stem}.") and file != path and not file.is_dir()
    ]
    return [*sorted(beside), path]


def _made(folder: Path) -> Path:
    """The folder, for its owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)
