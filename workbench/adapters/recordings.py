"""The folder of recordings: WAV files for their owner alone, beside each what is known of it."""

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from workbench.audio.recordings import Discarded, FolderSize, Recording, RecordingState
from workbench.recorder.marker import MARKER_SUFFIX, remove_marker, writer_of
from workbench.recorder.wav_file import HEADER_SIZE, wav_header

KEPT_DAYS: Final = 7
"""Days in the trash, after which what lies there is deleted."""

_PREFIX: Final = "recording-"
_TIME: Final = "%Y%m%d-%H%M%S"
_TRASH: Final = ".trash"
_DAY: Final = 86_400.0
_BYTES_PER_SAMPLE: Final = 2
_RATE_PLACE: Final = 24
_SIZE_PLACE: Final = 40
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


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
        return await asyncio.to_thread(_recording, path)

    async def describe(self, path: Path, *, device: str = "", note: str = "") -> Recording:
        """Put its header right where it is not, and write down what is known. Raises OSError."""

        def describe() -> Recording:
            _repair(path)
            remove_marker(path)
            return _changed(path, device=device, note=note, interrupted=False)

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
            changed = _changed(recording.path, note=note, interrupted=False)
            remove_marker(recording.path)
            return _recording(changed.path)

        return await asyncio.to_thread(accept)

    async def rename(self, recording: Recording, title: str) -> Recording:
        """Call it something else; its files keep their names. Raises OSError."""
        return await asyncio.to_thread(_changed, recording.path, title=title)

    async def attach(self, recording: Recording, transcript: Path | None) -> Recording:
        """Remember where its transcript is. Raises OSError."""
        said = os.fspath(transcript) if transcript is not None else None
        return await asyncio.to_thread(_changed, recording.path, transcript=said)

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
            return _recording(discarded.recording.path)

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
        stem = f"{_PREFIX}{self._now().strftime(_TIME)}"
        names = (f"{stem}{'' if number == 1 else f'-{number}'}.wav" for number in range(1, 1000))
        for name in names:
            path = self._folder / name
            if not path.exists() and not path.with_suffix(MARKER_SUFFIX).exists():
                return path
        raise FileExistsError(17, "There are too many recordings of this second", stem)

    def _recordings(self) -> tuple[Recording, ...]:
        self._empty_trash()
        found = []
        for path in self._paths():
            with contextlib.suppress(FileNotFoundError):  # another instance discards as well
                if (recording := _looked_at(path)) is not None:
                    found.append(recording)
        return tuple(sorted(found, key=lambda one: (one.begun, one.path.name), reverse=True))

    def _paths(self) -> Iterator[Path]:
        if not self._folder.is_dir():
            return
        with os.scandir(self._folder) as entries:
            for entry in entries:
                fits = entry.name.startswith(_PREFIX) and entry.name.endswith(".wav")
                if fits and entry.is_file(follow_symlinks=False):
                    yield Path(entry.path)

    def _empty_trash(self) -> None:
        with contextlib.suppress(OSError):
            for bin_ in (self._folder / _TRASH).iterdir():
                if time.time() - bin_.stat(follow_symlinks=False).st_mtime > KEPT_DAYS * _DAY:
                    shutil.rmtree(bin_, ignore_errors=True)


def _looked_at(path: Path) -> Recording | None:
    """A recording, repaired where its writer died; ``None`` when it died before any sound came."""
    writer = writer_of(path)
    if writer == "alive":
        return _recording(path, state="recording")
    if writer == "dead" and path.stat().st_size <= HEADER_SIZE:
        path.unlink()
        remove_marker(path)
        return None
    if _repair(path) and writer == "none":
        return _changed(path, interrupted=True)
    return _recording(path, state="interrupted" if writer == "dead" else None)


def _recording(path: Path, *, state: RecordingState | None = None) -> Recording:
    """What is known of it. Raises OSError."""
    known = _known(path)
    size = path.stat().st_size
    rate = _rate(path)
    begun = _begun(path, known)
    if state is None:
        state = "interrupted" if known.get("interrupted") is True else "whole"
    transcript = known.get("transcript")
    return Recording(
        path=path,
        title=_text(known, "title") or f"{begun:%d %b %Y, %H:%M}",
        begun=begun,
        seconds=max(0, size - HEADER_SIZE) / _BYTES_PER_SAMPLE / rate,
        rate=rate,
        size=size,
        device=_text(known, "device"),
        state=state,
        note=_text(known, "note"),
        transcript=Path(transcript) if isinstance(transcript, str) else None,
    )


def _changed(path: Path, **changes: object) -> Recording:
    """Write down what changed, in a file that is whole at any moment. Raises OSError."""
    known = {**_known(path), **changes}
    new = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
    with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False)
    new.replace(path.with_suffix(".json"))
    return _recording(path)


def _known(path: Path) -> dict[str, Any]:  # whatever stands in the file
    try:
        known = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _text(known: dict[str, Any], name: str) -> str:
    value = known.get(name)
    return value if isinstance(value, str) else ""


def _begun(path: Path, known: dict[str, Any]) -> datetime:
    """When: as written down, else as the name says, else as the file system does."""
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(_text(known, "begun")).astimezone()
    with contextlib.suppress(ValueError):
        named = path.stem.removeprefix(_PREFIX)[:15]
        return datetime.strptime(named, _TIME).astimezone()
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


def _rate(path: Path) -> int:
    with path.open("rb") as file:
        header = file.read(HEADER_SIZE)
    if len(header) < HEADER_SIZE:
        return 1
    (rate,) = struct.unpack_from("<I", header, _RATE_PLACE)
    return int(rate) or 1


def _repair(path: Path) -> bool:
    """Let the header say how long the file is, where it says less; says whether it was wrong.

    The time of the last change stays: it is when the recording ended. Raises OSError.
    """
    file = os.open(path, os.O_RDWR | _NO_FOLLOW | getattr(os, "O_BINARY", 0))
    try:
        before = os.fstat(file)
        header = os.read(file, HEADER_SIZE)
        if len(header) < HEADER_SIZE:
            return False
        (rate,) = struct.unpack_from("<I", header, _RATE_PLACE)
        (stated,) = struct.unpack_from("<I", header, _SIZE_PLACE)
        there = (before.st_size - HEADER_SIZE) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE
        right = wav_header(there, rate)
        ours = header[8:_SIZE_PLACE] == right[8:_SIZE_PLACE]
        if not ours or header == right or stated > there:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, right)
        os.fsync(file)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    finally:
        os.close(file)
    return True


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
