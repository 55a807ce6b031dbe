"""A marker beside a recording that is being made: whoever can lock it knows its writer is dead.

The marker is removed when the recording is finished as it should be. One that stays and that nobody
holds belongs to a recording that was cut short.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Final, Literal, TypeAlias

MARKER_SUFFIX: Final = ".recording"

Writer: TypeAlias = Literal["none", "alive", "dead"]


def marker_of(recording: Path) -> Path:
    """Where the marker of a recording is, or would be."""
    return recording.with_suffix(MARKER_SUFFIX)


class Marker:
    """Held while a recording is written; the system lets go of it when the process ends."""

    def __init__(self, recording: Path) -> None:
        """Make and hold it. Raises FileExistsError, and other OSErrors."""
        self.path = marker_of(recording)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(self.path, flags, 0o600)
        os.write(self._file, f"{os.getpid()}\n".encode())
        _lock(self._file)

    def leave(self) -> None:
        """Let go of it, and leave it there: the recording was cut short."""
        os.close(self._file)

    def remove(self) -> None:
        """The recording is whole."""
        os.close(self._file)
        with contextlib.suppress(OSError):
            self.path.unlink()


def writer_of(recording: Path) -> Writer:
    """Whether a process writes it at this moment, or one did and ended before its time."""
    try:
        file = os.open(marker_of(recording), os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return "none"
    except OSError:
        return "alive"
    try:
        return "dead" if _lock(file) else "alive"
    finally:
        os.close(file)


def cut_short(folder: Path) -> int:
    """How many recordings in a folder were cut short and not looked at since; 0 on any trouble."""
    try:
        recordings = [one.with_suffix(".wav") for one in folder.glob(f"*{MARKER_SUFFIX}")]
    except OSError:
        return 0
    return sum(one.exists() and writer_of(one) == "dead" for one in recordings)


def remove_marker(recording: Path) -> None:
    """The recording is known and repaired; only where its writer is dead."""
    with contextlib.suppress(OSError):
        marker_of(recording).unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        """Whether it could be locked."""
        try:
            os.lseek(file, 0x1000_0000, os.SEEK_SET)  # beyond what is written, which stays readable
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        """Whether it could be locked; where there are no locks, whether its writer is dead."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return not _is_alive(os.pread(file, 20, 0))
        return True

    def _is_alive(process: bytes) -> bool:
        try:
            os.kill(int(process), 0)
        except (ValueError, ProcessLookupError):
            return False
        except PermissionError:
            return True
        return True
