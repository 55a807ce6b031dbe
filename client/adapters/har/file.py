"""A recording on disk: written entry by entry, and read even when the last write was cut.

The file is a whole JSON document after every entry, because each is written over the closing
brackets together with new ones. A process that is killed loses the entry it was writing.
"""

import errno
import json
import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from client.errors import ValidationError
from client.version import VERSION

MAX_FILE_BYTES: Final = 1024 * 1024 * 1024

_HEAD: Final = (
    b'{"log":{"version":"1.2","creator":{"name":"groq-workbench","version":"%b"},"entries":['
    % VERSION.encode()
)
_TAIL: Final = b"\n]}}\n"
_ENTRIES: Final = re.compile(r'"entries"\s*:\s*\[')
_SEPARATOR: Final = re.compile(r"[\s,]*")
_log = logging.getLogger(__name__)


class HarFile:
    """A recording to append to; only its owner may read it.

    Raises:
        ValidationError: the file is there already and ``overwrite`` is not set, or it cannot be
            made.

    """

    def __init__(self, path: Path, *, overwrite: bool = False) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            if overwrite:
                path.unlink(missing_ok=True)  # what a link points to is not touched
            self._file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError:
            raise ValidationError(f"{path} is there already; it is not overwritten.") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its name is not valid"
            raise ValidationError(f"{path} cannot be written: {reason}.") from None
        self._end = len(_HEAD)
        self._empty = True
        self._write(_HEAD + _TAIL, at=0)

    def append(self, entry: Mapping[str, object]) -> None:
        """Add an entry. Raises OSError; the file is then what it was before."""
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
        self.append_text(text)

    def append_text(self, entry: str) -> None:
        """Add an entry that is JSON already."""
        if self._file < 0:
            raise OSError(errno.EBADF, "the recording is closed")
        data = (b"\n" if self._empty else b",\n") + entry.encode(errors="replace")
        try:
            self._write(data + _TAIL, at=self._end)
        except OSError:
            self._restore()
            raise
        self._end += len(data)
        self._empty = False

    def close(self) -> None:
        """Make sure it is on the disk. Calling it again does nothing."""
        if self._file >= 0:
            file, self._file = self._file, -1
            try:
                os.fsync(file)
            finally:
                os.close(file)

    def _write(self, data: bytes, *, at: int) -> None:
        rest = memoryview(data)
        os.lseek(self._file, at, os.SEEK_SET)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def _restore(self) -> None:
        try:
            os.ftruncate(self._file, self._end)
            self._write(_TAIL, at=self._end)
        except OSError:
            _log.warning("A recording was cut short and could not be closed; it can still be read.")


def read_entries(path: Path) -> list[object]:
    """The entries of a recording, ours or another tool's; of a cut one those that are whole.

    Raises:
        ValidationError: it cannot be read, or is no recording.

    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ValidationError(f"{path} is larger than {MAX_FILE_BYTES:,} bytes.")
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except (OSError, ValueError) as error:
        if isinstance(error, ValidationError):
            raise
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise ValidationError(f"{path} cannot be read: {reason}.") from None
    try:
        return _entries_of(text)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ValidationError(f"{path} is no recording: HAR 1.2 is expected.") from None


def _entries_of(text: str) -> list[object]:
    try:
        entries = json.loads(text)["log"]["entries"]
    except json.JSONDecodeError:
        return _whole_entries_of(text)
    if not isinstance(entries, list):
        raise TypeError
    return entries


def _whole_entries_of(text: str) -> list[object]:
    begin = _ENTRIES.search(text)
    if begin is None:
        raise ValueError("no entries")
    decoder, entries, place = json.JSONDecoder(), list[object](), begin.end()
    while (separator := _SEPARATOR.match(text, place)) is not None:
        try:
            entry, place = decoder.raw_decode(text, separator.end())
        except json.JSONDecodeError:
            break
        entries.append(entry)
    _log.warning("The recording was cut short; %d exchanges in it are whole.", len(entries))
    return entries
