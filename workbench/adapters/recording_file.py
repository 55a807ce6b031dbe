"""One recording on disk: its header, and the file beside it in which is written what is known."""

import contextlib
import json
import os
import secrets
import struct
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from workbench.audio.recordings import Recording, RecordingState
from workbench.recorder.marker import remove_marker, writer_of
from workbench.recorder.wav_file import HEADER_SIZE, rate_of, wav_header

PREFIX: Final = "recording-"
TIME: Final = "%Y%m%d-%H%M%S"
"""How the file's name says when it was begun."""

_BYTES_PER_SAMPLE: Final = 2
_SIZE_PLACE: Final = 40
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def look_at(path: Path) -> Recording | None:
    """A recording, repaired where its writer died; ``None`` when it died before any sound came."""
    writer = writer_of(path)
    if writer == "alive":
        return recording_at(path, state="recording")
    if writer == "dead" and path.stat().st_size <= HEADER_SIZE:
        path.unlink()
        remove_marker(path)
        return None
    if repair(path) and writer == "none":
        return change(path, interrupted=True)
    return recording_at(path, state="interrupted" if writer == "dead" else None)


def recording_at(path: Path, *, state: RecordingState | None = None) -> Recording:
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


def change(path: Path, **changes: object) -> Recording:
    """Write down what changed, in a file that is whole at any moment. Raises OSError."""
    known = {**_known(path), **changes}
    new = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW
    with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(known, file, ensure_ascii=False)
    new.replace(path.with_suffix(".json"))
    return recording_at(path)


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
        named = path.stem.removeprefix(PREFIX)[:15]
        return datetime.strptime(named, TIME).astimezone()
    return datetime.fromtimestamp(path.stat().st_mtime).astimezone()


def _rate(path: Path) -> int:
    """In Hz, 1 where the file does not say."""
    with path.open("rb") as file:
        return rate_of(file.read(HEADER_SIZE)) or 1


def repair(path: Path) -> bool:
    """Let the header say how long the file is, where it says less; says whether it was wrong.

    The time of the last change stays: it is when the recording ended. Raises OSError.
    """
    file = os.open(path, os.O_RDWR | _NO_FOLLOW | getattr(os, "O_BINARY", 0))
    try:
        before = os.fstat(file)
        header = os.read(file, HEADER_SIZE)
        rate = rate_of(header)
        if rate is None:
            return False
        (stated,) = struct.unpack_from("<I", header, _SIZE_PLACE)
        there = (before.st_size - HEADER_SIZE) // _BYTES_PER_SAMPLE * _BYTES_PER_SAMPLE
        right = wav_header(there, rate)
        if header == right or stated > there:
            return False
        os.lseek(file, 0, os.SEEK_SET)
        os.write(file, right)
        os.fsync(file)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    finally:
        os.close(file)
    return True
