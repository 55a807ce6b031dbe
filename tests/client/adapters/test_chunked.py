"""The chunked transfer encoding, however it was cut on its way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.adapters.chunked import ChunkedDecoder

END = b"0\r\n\r\n"


def framed(piece: bytes, size: str = "%x", extension: bytes = b"") -> bytes:
    return (size % len(piece)).encode() + extension + b"\r\n" + piece + b"\r\n"


def decoded(decoder: ChunkedDecoder, *reads: bytes) -> bytes:
    body = b""
    for read in reads:
        if not decoder.ended and not decoder.problem:
            body += decoder.feed(read)
    return body


@given(st.lists(st.binary(min_size=1, max_size=40)), st.lists(st.integers(1, 30)))
def test_what_was_framed_comes_out_however_it_was_cut(
    pieces: list[bytes], lengths: list[int]
) -> None:
    wire = b"".join(map(framed, pieces)) + END
    reads, at = [], 0
    for length in [*lengths, len(wire)]:
        reads.append(wire[at : at + length])
        at += length
    decoder = ChunkedDecoder()

    assert decoded(decoder, *reads) == b"".join(pieces)
    assert decoder.ended
    assert END.startswith(decoder.rest[:5])
    assert decoder.problem == ""


def test_the_last_chunk_and_what_follows_it_is_left_alone() -> None:
    decoder = ChunkedDecoder()

    assert decoded(decoder, framed(b"Hello") + b"0\r\nx-trailer: 1\r\n\r\nHTTP/1.1") == b"Hello"
    assert decoder.rest == b"0\r\nx-trailer: 1\r\n\r\nHTTP/1.1"


def test_sizes_may_be_written_large_and_have_extensions() -> None:
    wire = framed(b"x" * 11, "%X") + framed(b"y", "%05x", b' ;name="value"') + b"000\r\n\r\n"
    decoder = ChunkedDecoder()

    assert decoded(decoder, wire) == b"x" * 11 + b"y"
    assert decoder.ended


@pytest.mark.parametrize(
    "broken",
    [
        b"banana\r\n",
        b"-5\r\nHello\r\n",
        b"0x5\r\nHello\r\n",
        b"5_0\r\n",
        b"\r\n",
        b"5\nHello\n",
        b"11111111111111111\r\n",
        b"1" + b" " * 5000,
        b"4\r\nHello\r\n",
    ],
)
@pytest.mark.parametrize("cut", [True, False])
def test_what_is_not_chunked_is_a_problem_behind_what_was(broken: bytes, cut: bool) -> None:
    wire = framed(b"Well. ") + broken
    decoder = ChunkedDecoder()
    reads = [wire[at : at + 1] for at in range(len(wire))] if cut else [wire]

    assert decoded(decoder, *reads).startswith(b"Well. ")
    assert decoder.problem
    assert not decoder.ended
