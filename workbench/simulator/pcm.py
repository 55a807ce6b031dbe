"""Sound as a WAV that is sent while it is made: its header cannot know how long it will be."""

import struct

SAMPLE_RATE = 24_000
_BYTES_PER_SAMPLE = 2
_UNKNOWN = 0xFFFFFFFF


def wav_header() -> bytes:
    """The 44 bytes before mono 16 bit samples, with placeholders for both lengths."""
    return (
        struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE")
        + struct.pack(
            "<4sIHHIIHH",
            *(b"fmt ", 16, 1, 1, SAMPLE_RATE, SAMPLE_RATE * _BYTES_PER_SAMPLE),
            *(_BYTES_PER_SAMPLE, 8 * _BYTES_PER_SAMPLE),
        )
        + struct.pack("<4sI", b"data", _UNKNOWN)
    )


def seconds_of(pcm: bytes) -> float:
    """How long mono 16 bit samples sound."""
    return len(pcm) / (SAMPLE_RATE * _BYTES_PER_SAMPLE)
