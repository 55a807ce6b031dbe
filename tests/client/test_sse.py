"""The event-stream decoder against the standard's vectors, hostile input and random cuts."""

import base64
import json
import random
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client import ResponseTooLargeError, ServerSentEvent, SSEDecoder

SSE = Path(__file__).parents[2].parent / "shared" / "sse"
SUITES = ("whatwg-spec", "launchdarkly", "python-libs", "wpt-format", "eventsource-parser")

# A stream as a server could write it: fields, line ends, marks and text, in any order.
FIELDS = (b"data:", b"data: ", b"data", b"event: x", b"id: 7", b"id", b"id: \0", b"retry: 12")
ENDS = (b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n")
ODDITIES = (b": ping", b"\xef\xbb\xbf", b"\xef\xbb", b"\xf0\x9f", b"\xff", b"\0", b" ", b":", b"{}")
TEXTS = ("\u2028".encode(), "\U0001f600".encode(), b"[DONE]")
TOKENS = st.sampled_from((*FIELDS, *ENDS, *ODDITIES, *TEXTS))
STREAMS = st.lists(TOKENS | st.binary(max_size=6), max_size=60).map(b"".join)


def vectors(name: str) -> list[dict[str, Any]]:
    if not SSE.is_dir():
        return []
    found: list[dict[str, Any]] = json.loads((SSE / f"{name}.json").read_text())
    return found


VECTORS = [
    pytest.param(vector, id=f"{suite}:{vector['name']}")
    for suite in SUITES
    for vector in vectors(suite)
]
TIMELINESS = [pytest.param(vector, id=vector["name"]) for vector in vectors("timeliness")]


def decode(pieces: list[bytes]) -> list[ServerSentEvent]:
    decoder = SSEDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    return events + decoder.flush()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def matches(found: list[ServerSentEvent], expected: list[dict[str, Any]]) -> bool:
    return len(found) == len(expected) and all(
        (event.event, event.data, event.id) == (wanted["event"], wanted["data"], wanted["id"])
        and wanted["retry"] in ("ANY", event.retry)
        for event, wanted in zip(found, expected, strict=True)
    )


def check(vector: dict[str, Any], pieces: list[bytes]) -> None:
    decoder = SSEDecoder()
    events = [event for piece in pieces for event in decoder.feed(piece)]
    allowed = [vector["expected_events"]]
    if alternative := vector.get("accepted_alternative_events"):
        allowed.append(alternative)
    assert any(matches(events, expected) for expected in allowed), (events, allowed)
    final = vector["expected_final"]
    if final.get("last_event_id", "ANY") != "ANY":
        assert decoder.last_event_id == final["last_event_id"]
    if final.get("reconnection_time_ms", "ANY") != "ANY":
        assert decoder.reconnection_time == final["reconnection_time_ms"]
    assert decoder.flush() == []


def test_every_vector_is_here(shared: Path) -> None:
    assert len(VECTORS) == 190
    assert len(TIMELINESS) == 12


@pytest.mark.parametrize("vector", VECTORS)
def test_a_conformance_vector_holds_however_it_is_cut(vector: dict[str, Any]) -> None:
    chunks = [base64.b64decode(chunk) for chunk in vector["chunks"]]
    data = b"".join(chunks)
    check(vector, chunks)
    check(vector, [data])
    check(vector, [data[i : i + 1] for i in range(len(data))])
    chance = random.Random(vector["name"])
    for _ in range(20):
        check(vector, cut(data, [chance.randrange(1 << 20) for _ in range(6)]))


@pytest.mark.parametrize("vector", TIMELINESS)
def test_an_event_is_out_as_soon_as_its_last_byte_is_in(vector: dict[str, Any]) -> None:
    decoder, out, seen = SSEDecoder(), 0, []
    for chunk in vector["chunks"]:
        out += len(decoder.feed(base64.b64decode(chunk)))
        seen.append(out)

    assert seen == vector["events_total_after_each_chunk"]


# Any bytes at all


@given(STREAMS, st.lists(st.integers(min_value=0), max_size=12))
def test_where_the_bytes_are_cut_changes_nothing(data: bytes, places: list[int]) -> None:
    assert decode(cut(data, places)) == decode([data])


@given(STREAMS)
def test_one_byte_at_a_time_is_the_same_as_all_at_once(data: bytes) -> None:
    assert decode([data[i : i + 1] for i in range(len(data))]) == decode([data])


@given(STREAMS, st.integers(min_value=1, max_value=40), st.lists(st.integers(min_value=0)))
def test_nothing_but_a_too_large_event_is_ever_refused(
    data: bytes, bound: int, places: list[int]
) -> None:
    decoder = SSEDecoder(max_event_bytes=bound)
    try:
        for piece in cut(data, places):
            for event in decoder.feed(piece):
                # A replaced byte may take three.
                assert len(event.data.encode()) <= 3 * bound
    except ResponseTooLargeError:
        pass


@given(STREAMS)
def test_line_ends_of_any_kind_mean_the_same(data: bytes) -> None:
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")

    assert (
        decode([b"\r\n".join(lines)]) == decode([b"\n".join(lines)]) == decode([b"\r".join(lines)])
    )


def written(event: ServerSentEvent) -> bytes:
    lines = [f"data: {line}" for line in event.data.split("\n")]
    retry = [] if event.retry is None else [f"retry: {event.retry}"]
    block = [f"event: {event.event}", f"id: {event.id}", *retry, *lines]
    return "\n".join(block).encode() + b"\n\n"


LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
EVENTS = st.lists(
    st.builds(
        ServerSentEvent,
        event=LINE.filter(bool),
        data=st.lists(LINE, min_size=1, max_size=4).map("\n".join),
        id=LINE,
        retry=st.none() | st.integers(min_value=0, max_value=9_999_999_999),
    ),
    max_size=8,
)


@given(EVENTS, st.lists(st.integers(min_value=0), max_size=6))
def test_what_is_written_is_read_back(events: list[ServerSentEvent], places: list[int]) -> None:
    assert decode(cut(b"".join(map(written, events)), places)) == events


# Bounds


def peak_of_feeding(pieces: list[bytes], times: int, decoder: SSEDecoder) -> int:
    tracemalloc.start()
    try:
        for _ in range(times):
            for piece in pieces:
                decoder.feed(piece)
    except ResponseTooLargeError:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize(
    "piece",
    [b"x", b"xy", b"data: ab\n", b"data\n", b"data:" + b"x" * 1000, b": ping ", b":" + b"x" * 9999],
    ids=["bytes", "pairs", "short-lines", "empty-lines", "long-line", "comment", "long-comment"],
)
def test_memory_stays_within_twice_the_bound_whatever_is_sent(piece: bytes) -> None:
    bound = 100_000
    peak = peak_of_feeding([b"data: "], 1, decoder := SSEDecoder(max_event_bytes=bound))
    peak = max(peak, peak_of_feeding([piece], 60_000, decoder))

    assert peak < 2.5 * bound + 20_000


def test_a_comment_without_end_is_dropped_as_it_comes() -> None:
    decoder = SSEDecoder(max_event_bytes=1000)
    decoder.feed(b": ")

    peak = peak_of_feeding([b"x" * 1000], 1000, decoder)

    assert peak < 10_000
    assert decoder.feed(b"\ndata: still here\n\n") == [ServerSentEvent("message", "still here")]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_first_line_that_is_a_comment_is_dropped_too(mark: bytes) -> None:
    decoder = SSEDecoder(max_event_bytes=10)

    assert decode([mark[:1], mark[1:], b":", b"x" * 100, b"\n\n"]) == []
    assert decoder.feed(mark + b": " + b"x" * 100) == []


def test_a_line_without_end_is_too_large_at_the_bound() -> None:
    decoder = SSEDecoder(max_event_bytes=100)
    assert decoder.feed(b"x" * 100) == []

    with pytest.raises(ResponseTooLargeError, match="larger than 100 bytes"):
        decoder.feed(b"x")


def test_many_data_lines_are_too_large_together() -> None:
    decoder = SSEDecoder(max_event_bytes=100)

    with pytest.raises(ResponseTooLargeError):
        decoder.feed(b"data: twelve bytes\n" * 9)


def test_an_event_of_exactly_the_bound_is_let_through() -> None:
    line = b"data: " + b"x" * 94

    assert len(SSEDecoder(max_event_bytes=100).feed(line + b"\n\n")[0].data) == 94
    with pytest.raises(ResponseTooLargeError):
        SSEDecoder(max_event_bytes=99).feed(line + b"\n\n")


def test_the_bound_is_on_one_event_not_on_the_stream() -> None:
    decoder = SSEDecoder(max_event_bytes=100)

    assert len(decoder.feed((b"data: " + b"x" * 50 + b"\n\n") * 1000)) == 1000


class CountedBytes(bytearray):
    """Counts the bytes that are copied into it and out of it."""

    copied = 0

    def __iadd__(self, more: Any) -> Self:  # type: ignore[misc] # bytearray's own is no wider
        CountedBytes.copied += len(more)
        return super().__iadd__(more)

    def __bytes__(self) -> bytes:
        CountedBytes.copied += len(self)
        return bytes(bytearray(self))


@pytest.mark.parametrize("size", [1_000, 10_000, 100_000])
def test_the_work_for_a_line_in_small_pieces_grows_with_its_length_alone(size: int) -> None:
    decoder = SSEDecoder()
    decoder._line = CountedBytes()
    CountedBytes.copied = 0
    decoder.feed(b"data: ")
    for _ in range(size):
        decoder.feed(b"x")

    (event,) = decoder.feed(b"\n\n")

    assert len(event.data) == size
    assert isinstance(decoder._line, CountedBytes)
    assert size <= CountedBytes.copied <= 3 * size + 100


# After the end


def test_an_unfinished_block_is_discarded_at_the_end() -> None:
    assert decode([b"data: whole\n\ndata: half\n"]) == [ServerSentEvent("message", "whole")]


def test_after_flush_a_new_stream_begins_and_the_last_id_is_still_known() -> None:
    decoder = SSEDecoder()
    decoder.feed(b"id: 7\ndata: a\n\ndata: lost\r")
    decoder.flush()

    assert decoder.feed(b"\xef\xbb\xbfdata: b\n\n") == [ServerSentEvent("message", "b", "7")]
