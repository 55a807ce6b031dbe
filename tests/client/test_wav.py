"""WAV headers: read, and repaired."""

import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.wav import WavHeader, repaired, repairs


def wav(frames: int = 2400, *, rate: int = 24_000, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(bytes(range(200)) * (frames * channels // 100))
    return file.getvalue()


def stating(data: bytes, riff: int, size: int) -> bytes:
    """The file with other lengths in its header."""
    return data[:4] + struct.pack("<I", riff) + data[8:40] + struct.pack("<I", size) + data[44:]


@pytest.mark.parametrize("stated", [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_FFD3, 100_000_000])
def test_a_placeholder_becomes_the_true_length(stated: int) -> None:
    whole = wav()
    streamed = stating(whole, min(stated + 36, 0xFFFF_FFFF), stated)

    assert repaired(streamed) == whole


def test_a_header_that_tells_the_truth_stays() -> None:
    whole = wav(rate=48_000, channels=2)
    header = WavHeader.parse(whole)

    assert header is not None
    assert (header.sample_rate, header.channels, header.bits) == (48_000, 2, 16)
    assert header.duration(len(whole)) == pytest.approx(0.05)
    assert repaired(whole) is whole


def test_what_follows_the_sound_is_no_sound() -> None:
    data = wav() + b"LIST" + struct.pack("<I", 4) + b"INFO"
    header = WavHeader.parse(data)

    assert header is not None
    assert header.duration(len(data)) == pytest.approx(0.1)
    assert repaired(data) == data


def test_chunks_before_the_sound_are_stepped_over() -> None:
    whole = wav()
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\x00"  # padded to an even length
    header = WavHeader.parse(whole[:36] + extra + whole[36:])

    assert header is not None
    assert header.offset == 44 + len(extra)


def test_half_a_frame_at_the_end_is_not_counted() -> None:
    data = stating(wav(channels=2), 0, 0)[:-3]
    header = WavHeader.parse(data)

    assert header is not None
    assert header.sound_size(len(data)) % 4 == 0
    with wave.open(io.BytesIO(repaired(data))) as reader:
        assert reader.getnframes() == 2399


def test_a_header_that_is_not_whole_yet_is_none() -> None:
    whole = wav()

    assert [WavHeader.parse(whole[:n]) is None for n in range(50)] == [n < 44 for n in range(50)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ID3" + bytes(100),
        b"RIFF" + bytes(100),
        wav()[:20] + struct.pack("<HHIIHH", 85, 1, 24_000, 48_000, 2, 16) + wav()[36:],  # MP3
        wav()[:20] + bytes(16) + wav()[36:],  # no channels
    ],
)
def test_anything_else_stays_as_it_is(data: bytes) -> None:
    assert WavHeader.parse(data) is None
    assert repaired(data) is data


def test_more_than_four_gigabytes_cannot_be_stated() -> None:
    header = WavHeader.parse(stating(wav(), 0, 0))

    assert header is not None
    assert repairs(header, 5 * 2**30) == ()


@given(st.binary(max_size=300), st.integers(0, 60))
def test_no_bytes_are_too_strange(noise: bytes, keep: int) -> None:
    data = wav()[:keep] + noise
    mended = repaired(data)

    assert len(mended) == len(data)
    assert repaired(mended) == mended
