"""The header of a WAV file: read, and repaired where it was written before the sound. No I/O."""

import struct
from dataclasses import dataclass
from typing import Final

LONGEST_HEADER: Final = 64 * 1024
"""Bytes in which the sound must have begun; what has not is no WAV that this module reads."""

_EXTENSIBLE: Final = 0xFFFE
_PCM_FORMATS: Final = (1, 3, _EXTENSIBLE)
_LARGEST: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class WavHeader:
    """What a WAV file says of itself before its sound.

    Attributes:
        sample_rate: in Hz.
        channels: how many sound at once.
        bits: of one sample.
        frame_size: bytes of one sample of every channel.
        offset: where the sound begins.
        stated_size: bytes of sound as the header has it; often a placeholder in what is streamed.

    """

    sample_rate: int
    channels: int
    bits: int
    frame_size: int
    offset: int
    stated_size: int

    @classmethod
    def parse(cls, data: bytes) -> "WavHeader | None":
        """The header at the beginning of ``data``; ``None`` where there is none, or not whole."""
        if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
            return None
        form: tuple[int, int, int, int] | None = None
        at = 12
        while at + 8 <= min(len(data), LONGEST_HEADER):
            name, size = struct.unpack_from("<4sI", data, at)
            at += 8
            if name == b"data":
                return cls._made(form, offset=at, stated_size=size)
            if name == b"fmt " and size >= 16 and at + 16 <= len(data):
                kind, channels, rate, _, frame, bits = struct.unpack_from("<HHIIHH", data, at)
                form = (rate, channels, bits, frame) if kind in _PCM_FORMATS else None
            at += size + size % 2
        return None

    @classmethod
    def _made(
        cls, form: tuple[int, int, int, int] | None, *, offset: int, stated_size: int
    ) -> "WavHeader | None":
        if form is None or 0 in form:
            return None
        rate, channels, bits, frame = form
        return cls(
            sample_rate=rate,
            channels=channels,
            bits=bits,
            frame_size=frame,
            offset=offset,
            stated_size=stated_size,
        )

    def sound_size(self, file_size: int) -> int:
        """Bytes of sound in a file of this size: what the header states, if it can be true.

        A header that was sent before the sound was made states nothing, or the most there can be.
        """
        there = max(0, file_size - self.offset)
        stated = self.stated_size if 0 < self.stated_size <= there else there
        return stated - stated % self.frame_size

    def duration(self, file_size: int) -> float:
        """Seconds of sound in a file of this size."""
        return self.sound_size(file_size) / self.frame_size / self.sample_rate


def repairs(header: WavHeader, file_size: int) -> tuple[tuple[int, bytes], ...]:
    """What to write where so that the header's two lengths are those of the file; mostly nothing.

    Lengths beyond 4 GiB, which the format cannot state, stay as they are.
    """
    size = header.sound_size(file_size)
    if header.stated_size == size or file_size - 8 > _LARGEST:
        return ()
    return (4, struct.pack("<I", file_size - 8)), (header.offset - 4, struct.pack("<I", size))


def repaired(data: bytes) -> bytes:
    """A whole WAV file with true lengths in its header; anything else as it is."""
    header = WavHeader.parse(data)
    changes = repairs(header, len(data)) if header else ()
    if not changes:
        return data
    mended = bytearray(data)
    for at, piece in changes:
        mended[at : at + len(piece)] = piece
    return bytes(mended)
