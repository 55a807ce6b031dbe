"""Events with their place in the bytes and their moment."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.session.wire.events import EventIndex

BODY = b'data: {"a":1}\n\n: ping\n\nevent: error\ndata: {"error":{}}\n\ndata: [DONE]\n\n'


def index(body: bytes, *chunks: tuple[float, int]) -> EventIndex:
    found = EventIndex()
    found.take(body, chunks or ((0.5, len(body)),))
    return found


def test_every_block_has_its_offset_size_and_name() -> None:
    events = list(map(index(BODY).__getitem__, range(4)))

    assert [event.name for event in events] == ["message", "", "error", "message"]
    assert [event.data for event in events] == ['{"a":1}', ": ping", '{"error":{}}', "[DONE]"]
    assert [event.offset for event in events] == [0, 15, 23, 56]
    assert sum(event.size for event in events) == len(BODY)


def test_an_event_is_as_late_as_the_read_that_completed_it() -> None:
    found = index(BODY, (0.1, 10), (0.2, 5), (0.3, len(BODY) - 15))

    assert [(found[i].at, found[i].read) for i in range(3)] == [(0.2, 2), (0.3, 3), (0.3, 3)]


def test_an_unfinished_event_is_shown_as_such() -> None:
    found = index(b"data: 1\n\ndata: {half")

    assert len(found) == 2
    assert found[1].name == ""
    assert found[1].raw == "data: {half"


def test_words_are_found_in_whatever_case() -> None:
    assert index(BODY).find("DONE") == [3]
    assert index(BODY).find("done") == [3]
    assert index(BODY).find("nothing") == []
    assert index(BODY).find("") == []


@given(
    st.lists(st.sampled_from([b"data: x\n\n", b"data: y\r\n\r\n", b": c\n\n"]), max_size=8),
    st.integers(0, 80),
)
def test_taking_in_pieces_finds_what_taking_at_once_does(parts: list[bytes], cut: int) -> None:
    body = b"".join(parts)
    pieces = EventIndex()
    pieces.take(body[:cut], ((0.1, len(body[:cut])),))
    pieces.take(body, ((0.1, len(body[:cut])), (0.2, len(body[cut:]))))
    whole = index(body)

    assert len(pieces) == len(whole)
    assert [pieces[i].raw for i in range(len(pieces))] == [whole[i].raw for i in range(len(whole))]


def test_recorded_streams_are_cut_where_they_were(wire: Path) -> None:
    folder = wire / "pydantic-ai-tool-use-failed-error-streaming-with-text-0"
    body = (folder / "body.bin").read_bytes()
    found = index(body)

    assert len(found) == body.count(b"data: ")
    assert found[len(found) - 1].name == "error"
    assert sum(found[i].size for i in range(len(found))) == len(body)
    with pytest.raises(IndexError):
        found[len(found)]
