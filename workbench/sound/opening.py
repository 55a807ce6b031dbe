"""What kind of sound file a file is, and what can read it."""

import os
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import soundfile

from workbench.sound.containers import open_container
from workbench.sound.sound_file import SoundError, SoundFile

_NEEDS_AV: Final = (
    "MP4, M4A and WebM are read with PyAV: pip install 'groq-workbench[media]', then try again."
)
_NAMES: Final = {
    ("OGG", "VORBIS"): "Ogg Vorbis",
    ("OGG", "OPUS"): "Opus",
    ("MPEG", "MPEG_LAYER_III"): "MP3",
    ("MP3", "MPEG_LAYER_III"): "MP3",
    ("WAVEX", ""): "WAV",
}
_CONTAINERS: Final = {"matroska,webm": "WebM", "mov,mp4,m4a,3gp,3g2,mj2": "MP4"}
_LOWEST_RATE, _HIGHEST_RATE = 1_000, 1_000_000
_LONGEST_SECONDS: Final = 1e6  # a header that was never finished claims more


def open_sound(path: Path) -> SoundFile:
    """Look at a file's beginning. Raises SoundError when it cannot be opened or is empty."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # opening a pipe would wait for its other end
            raise SoundError(f"{path.name} is no file.", "Choose a sound file.")
        with path.open("rb") as file:
            beginning = file.read(16)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise SoundError(f"{path.name}: {reason}.", "Check the path.") from None
    size = found.st_size
    if not size:
        raise SoundError(f"{path.name} is empty.")
    try:
        with soundfile.SoundFile(os.fspath(path)) as sound:
            return _described(path, size, sound)
    except soundfile.LibsndfileError:
        pass
    if find_spec("av") is not None:
        return _described_by_av(path, size)
    kind = _container(beginning)
    if kind is None:
        raise _unknown(path)
    return SoundFile(path=path, format=kind, size=size, missing=_NEEDS_AV)


# soundfile and PyAV have no types here.
def _described(path: Path, size: int, sound: Any) -> SoundFile:  # noqa: ANN401
    if not _LOWEST_RATE <= sound.samplerate <= _HIGHEST_RATE:
        raise SoundError(
            f"{path.name} is damaged: no sound has {sound.samplerate} samples a second."
        )
    seconds = sound.frames / sound.samplerate
    name = _NAMES.get((sound.format, sound.subtype)) or _NAMES.get((sound.format, ""))
    return SoundFile(
        path=path,
        format=name or sound.format,
        size=size,
        duration=seconds if 0 < seconds < _LONGEST_SECONDS else None,
        sample_rate=sound.samplerate,
        channels=sound.channels,
        decoder="soundfile",
    )


def _described_by_av(path: Path, size: int) -> SoundFile:
    import av

    try:
        with open_container(path) as container:
            if not container.streams.audio:
                raise SoundError(f"{path.name} has no sound in it.")
            stream = container.streams.audio[0]
            kind = container.format.name
            return SoundFile(
                path=path,
                format=_CONTAINERS.get(kind, kind.upper()),
                size=size,
                duration=None if container.duration is None else container.duration / 1e6,
                sample_rate=stream.rate,
                channels=stream.channels,
                decoder="av",
            )
    except av.error.FFmpegError:
        raise _unknown(path) from None


def _unknown(path: Path) -> SoundError:
    return SoundError(
        f"{path.name} is no sound file that can be read here.",
        "Any WAV, FLAC, MP3, Ogg, Opus, M4A, MP4 or WebM file will do.",
    )


def _container(beginning: bytes) -> str | None:
    """What only PyAV reads, told by its first bytes."""
    if beginning[4:8] == b"ftyp":
        return "MP4"
    if beginning.startswith(b"\x1a\x45\xdf\xa3"):
        return "WebM"
    return None
