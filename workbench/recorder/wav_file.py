"""A WAV file that is right at any moment: its sizes are put right five times a second."""

import contextlib
import os
import shutil
import struct
import threading
from pathlib import Path
from typing import Final

HEADER_SIZE: Final = 44
_LARGEST: Final = 0xFFFF_FFFF - HEADER_SIZE
_BYTES_PER_SAMPLE: Final = 2
_RATE_PLACE: Final = 24
_HIGHEST_RATE: Final = 768_000


def wav_header(size: int, rate: int) -> bytes:
    """The header before ``size`` bytes of 16-bit mono samples."""
    size = min(size, _LARGEST)
    return (
        struct.pack("<4sI8sI", b"RIFF", 36 + size, b"WAVEfmt ", 16)
        + struct.pack("<HHIIHH", 1, 1, rate, rate * _BYTES_PER_SAMPLE, _BYTES_PER_SAMPLE, 16)
        + struct.pack("<4sI", b"data", size)
    )


def rate_of(header: bytes) -> int | None:
    """The sample rate of a file in the form written here, whatever sizes its header states.

    ``None`` for anything else.
    """
    if len(header) < HEADER_SIZE or header[8:16] != b"WAVEfmt ":
        return None
    (rate,) = struct.unpack_from("<I", header, _RATE_PLACE)
    if not 0 < rate <= _HIGHEST_RATE or header[8:40] != wav_header(0, rate)[8:40]:
        return None
    return int(rate)


class WavFile:
    """Written as the sound comes: what was handed over is in the system's keeping at once.

    A killed process loses nothing of it; a machine without power at most the last second.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """Make the file, which must not be there. Raises OSError."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        flags |= getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o600)
        self._rate = rate
        self._patch_every = rate // 5 * _BYTES_PER_SAMPLE
        self._size = 0
        self._patched = 0
        self._syncer = _Syncer(self._file, path.parent)
        self._write(wav_header(0, rate))

    @property
    def samples(self) -> int:
        """In the file."""
        return self._size // _BYTES_PER_SAMPLE

    @property
    def free(self) -> int | None:
        """Bytes left on the disk when that was looked at last; ``None`` when unknown."""
        return self._syncer.free

    def append(self, block: bytes) -> None:
        """Write samples. Raises OSError; what was written before stays."""
        self._write(block)
        self._size += len(block)
        if self._size - self._patched >= self._patch_every:
            self._patch()

    def sync(self) -> None:
        """Have the system put it on the disk itself; does not wait for that."""
        self._syncer.wanted.set()

    def close(self) -> None:
        """Put the header right, and sync."""
        with contextlib.suppress(OSError):
            whole = HEADER_SIZE + self.samples * _BYTES_PER_SAMPLE
            os.ftruncate(self._file, whole)  # a full disk may have taken half a block
            self._patch()
            os.fsync(self._file)
        self._syncer.close()
        with contextlib.suppress(OSError):
            os.close(self._file)

    def _patch(self) -> None:
        os.lseek(self._file, 0, os.SEEK_SET)
        self._write(wav_header(self._size, self._rate))
        os.lseek(self._file, 0, os.SEEK_END)
        self._patched = self._size

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._file, data) :]


class NoFile:
    """In the place of a file where nothing is kept: one only wants to see how loud it is."""

    free: int | None = None

    def __init__(self) -> None:
        self.samples = 0

    def append(self, block: bytes) -> None:
        """Count it, and forget it."""
        self.samples += len(block) // _BYTES_PER_SAMPLE

    def sync(self) -> None:
        """There is nothing to sync."""

    def close(self) -> None:
        """There is nothing to close."""


class _Syncer:
    """Waits for slow disks in a thread of its own."""

    def __init__(self, file: int, folder: Path) -> None:
        self.free: int | None = None
        self.wanted = threading.Event()
        self._file = file
        self._folder = folder
        self._closed = False
        self._turn = threading.Lock()
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Leave the file alone from now on, unless a sync is stuck."""
        self._closed = True
        self.wanted.set()
        if self._turn.acquire(timeout=0.2):
            self._turn.release()

    def _run(self) -> None:
        while True:
            self.wanted.wait()
            self.wanted.clear()
            with self._turn:
                if self._closed:
                    return
                with contextlib.suppress(OSError):
                    os.fsync(self._file)
                with contextlib.suppress(OSError):
                    self.free = shutil.disk_usage(self._folder).free
