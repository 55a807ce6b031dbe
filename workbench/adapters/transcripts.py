"""Transcripts as JSON files beside the recordings, and exports for other programs.

Written under a temporary name and renamed, for their owner alone.
"""

import asyncio
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_ENDING: Final = ".transcript.json"
_PREVIOUS: Final = ".transcript.previous.json"
_LARGEST: Final = 64 * 1024 * 1024  # a day of speech has some 20 MB
_KEY: Final = re.compile(r'"key":\s*"([^"]*)"')
_HEAD_CHARACTERS: Final = 4_096
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]+')
_LONGEST_NAME, _LONGEST_SUFFIX = 120, 16  # bytes


class TranscriptFiles:
    """The transcript of each recording in a file beside it, and the one before that.

    Args:
        recordings: the folder of our own recordings.
        elsewhere: where the transcripts of files from other folders are kept.
    """

    def __init__(self, recordings: Path, *, elsewhere: Path) -> None:
        self._recordings = recordings
        self._elsewhere = elsewhere

    def beside(self, recording: Path) -> Path:
        """The file that the transcript of a recording is kept in, whether it is there or not."""
        home = Path(os.path.abspath(recording))  # noqa: PTH100 - a link stays what it is
        if home.parent == self._recordings.absolute():
            return home.with_name(home.stem + _ENDING)
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        return self._elsewhere / f"{_safe(home.stem)}-{mark}{_ENDING}"

    async def save(self, recording: Path, document: Mapping[str, object]) -> Path:
        """Keep a transcript. One with another ``key`` becomes the previous. Raises OSError."""
        path = self.beside(recording)
        await asyncio.to_thread(_save, path, document)
        return path

    async def load(self, recording: Path) -> tuple[Mapping[str, object], ...]:
        """The previous transcript and the newest, as far as they are there and whole."""
        path = self.beside(recording)
        return await asyncio.to_thread(_load, (_previous(path), path))

    async def forget(self, recording: Path) -> None:
        """Delete them. Raises OSError."""
        path = self.beside(recording)
        for one in (path, _previous(path)):
            await asyncio.to_thread(one.unlink, missing_ok=True)

    async def export(self, folder: Path, name: str, text: str) -> Path:
        """Write a new file into a folder, whatever the name says; returns which one it became.

        Nothing is overwritten: a number is added to a name that is taken. Raises OSError.
        """
        return await asyncio.to_thread(_export, folder, name, text)


def _previous(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(_ENDING) + _PREVIOUS)


def _save(path: Path, document: Mapping[str, object]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(_create(temporary), "w", encoding="utf-8") as file:
            file.writelines(_written(document))
            file.flush()
            os.fsync(file.fileno())
        if _key_in(path) not in (None, document.get("key")):
            path.replace(_previous(path))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _create(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def _written(document: Mapping[str, object]) -> Iterator[str]:
    """JSON in pieces, an element of a list a line: hours of words in one go would hold all up."""
    yield "{"
    for index, (name, value) in enumerate(document.items()):
        yield f"{',' if index else ''}\n {json.dumps(name)}: "
        if isinstance(value, list | tuple):
            yield from _elements(value)
        else:
            yield _text(value)
    yield "\n}\n"


def _elements(values: Iterable[object]) -> Iterator[str]:
    separator = "["
    for value in values:
        yield f"{separator}\n  {_text(value)}"
        separator = ","
    yield "[]" if separator == "[" else "\n ]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)  # what is no Unicode text is kept all the same


def _key_in(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            found = _KEY.search(file.read(_HEAD_CHARACTERS))
    except OSError:
        return None
    return found[1] if found else ""


def _load(paths: Iterable[Path]) -> tuple[Mapping[str, object], ...]:
    found: list[Mapping[str, object]] = []
    for path in paths:
        with suppress(OSError, ValueError, RecursionError):
            if path.stat().st_size <= _LARGEST:
                document = json.loads(path.read_text(encoding="utf-8"))
                if isinstance(document, dict):
                    found.append(document)
    return tuple(found)


def _export(folder: Path, name: str, text: str) -> Path:
    safe = Path(_safe(name))
    for number in range(1, 1000):
        numbered = f" ({number})" if number > 1 else ""
        path = folder / f"{safe.stem}{numbered}{safe.suffix}"
        try:
            file = _create(path)
        except FileExistsError:
            continue
        with os.fdopen(file, "w", encoding="utf-8", errors="replace", newline="\n") as lines:
            lines.write(text)
        return path
    raise FileExistsError(17, "There are a thousand files of that name", name)


def _safe(name: str) -> str:
    """A name that is one name in a folder, on any system."""
    bare = Path(_UNSAFE.sub("-", name).strip(" .-"))
    # A name of a few hundred bytes is too long for a file system.
    stem, suffix = (
        text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
        for text, size in ((bare.stem, _LONGEST_NAME), (bare.suffix, _LONGEST_SUFFIX))
    )
    return f"{stem}{suffix}" or "transcript"
