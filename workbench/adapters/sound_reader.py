"""Sound files in blocks of samples, for playing: our own WAV as it is, other kinds decoded."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbench.adapters.sound_decoder import SoundDecoder
from workbench.audio.playback import OpenSound, SoundForm
from workbench.recorder.wav_file import HEADER_SIZE, rate_of
from workbench.sound.sound_file import SoundError

_BLOCK_SECONDS: Final = 0.25
_DECODED_SECONDS: Final = 60.0
"""Decoded at a time: what is played soon, and quickly done."""

_DECODED: Final = SoundForm(rate=16_000)
_BYTES_PER_SAMPLE: Final = 2


class FileSoundReader:
    """Reads any file that the decoder knows, a quarter of a second at a time, on threads."""

    def __init__(self, decoder: SoundDecoder) -> None:
        self._decoder = decoder

    async def open(self, path: Path, *, start: float = 0.0, end: float | None = None) -> OpenSound:
        """Open one from ``start`` to ``end`` seconds.

        Raises:
            OSError: it cannot be read, or nothing here reads its kind.

        """
        recorded = await asyncio.to_thread(_recorded, path)
        if recorded is not None:
            rate, size = recorded
            return _of_wav(path, rate, size, start, end)
        try:
            found = await self._decoder.open(path)
        except SoundError as error:
            raise OSError(str(error)) from None
        if found.missing:
            raise OSError(found.missing)
        blocks = self._decoded(path, start, found.duration if end is None else end)
        return OpenSound(form=_DECODED, start=start, duration=found.duration, blocks=blocks)

    async def _decoded(
        self, path: Path, start: float, end: float | None
    ) -> AsyncGenerator[bytes, None]:
        """Decoded a minute at a time; a file of unknown length ends with an empty minute."""
        while end is None or start < end:
            until = start + _DECODED_SECONDS if end is None else min(start + _DECODED_SECONDS, end)
            try:
                async with self._decoder.piece(path, [(start, until)]) as piece:
                    sound = await asyncio.to_thread(_flac, piece.file)
                    some = False
                    while block := await asyncio.to_thread(_read_flac, sound):
                        some = True
                        yield block
            except SoundError as error:
                raise OSError(str(error)) from None
            if not some:
                return
            start = until


def _of_wav(path: Path, rate: int, size: int, start: float, end: float | None) -> OpenSound:
    """A WAV file of our own, of any state: its length counts, not its header."""
    samples = (size - HEADER_SIZE) // _BYTES_PER_SAMPLE
    first = min(max(0, round(start * rate)), samples)
    last = samples if end is None else min(max(first, round(end * rate)), samples)
    return OpenSound(
        form=SoundForm(rate=rate),
        start=first / rate,
        duration=samples / rate,
        blocks=_wav_blocks(path, first, last, round(rate * _BLOCK_SECONDS)),
    )


async def _wav_blocks(path: Path, first: int, last: int, step: int) -> AsyncGenerator[bytes, None]:
    with await asyncio.to_thread(path.open, "rb") as file:
        await asyncio.to_thread(file.seek, HEADER_SIZE + first * _BYTES_PER_SAMPLE)
        for at in range(first, last, step):
            wanted = min(step, last - at) * _BYTES_PER_SAMPLE
            block = await asyncio.to_thread(file.read, wanted)
            if not block:
                return
            yield block


def _recorded(path: Path) -> tuple[int, int] | None:
    """Its rate and size when it is in the form that the recorder writes, else ``None``.

    Raises:
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        rate = rate_of(file.read(HEADER_SIZE))
    return None if rate is None else (rate, path.stat().st_size)


def _flac(file: BinaryIO) -> Any:  # noqa: ANN401 - soundfile has no types
    import soundfile

    return soundfile.SoundFile(file)


def _read_flac(sound: Any) -> bytes:  # noqa: ANN401 - as above
    block = sound.read(round(_DECODED.rate * _BLOCK_SECONDS), dtype="int16")
    return bytes(block.tobytes())
