"""The event-stream decoder by examples, each cut in two at every place, and byte by byte."""

import pytest

from client import ServerSentEvent, SSEDecoder


def said(data: str, event: str = "message", **more: object) -> ServerSentEvent:
    return ServerSentEvent(event, data, **more)  # type: ignore[arg-type]


EXAMPLES: dict[bytes, list[ServerSentEvent]] = {
    # Lines and their ends
    b"data: a\n\n": [said("a")],
    b"data: a\r\n\r\n": [said("a")],
    b"data: a\r\r": [said("a")],
    b"data: a\r\n\ndata: b\r\r\ndata: c\n\r\n": [said("a"), said("b"), said("c")],
    b"data: a\rdata: b\r\ndata: c\n\n": [said("a\nb\nc")],
    b"data: a\n\ndata: b\n\n: c\n\ndata: d\n\n": [said("a"), said("b"), said("d")],
    b"data: a\n\ndata: b\ndata: c\n\ndata: d\n\n": [said("a"), said("b\nc"), said("d")],
    b"\ndata: a\n\n": [said("a")],
    b"\r\ndata: a\r\n\r\n\r\n\r\ndata: b\r\n\r\n": [said("a"), said("b")],
    # What stands behind the colon
    b"data:a\n\ndata:  a\n\ndata: \n\ndata\n\n": [said("a"), said(" a"), said(""), said("")],
    b"data:\tb\n\ndata::c\n\n": [said("\tb"), said(":c")],
    # Other fields
    b"event: e\ndata: a\n\ndata: b\n\n": [said("a", "e"), said("b")],
    b"event:e\nevent: \ndata: a\n\n": [said("a")],
    b"event: e\n\ndata: a\n\n": [said("a")],
    b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n": [
        said("a", id="1"),
        said("b", id="1"),
        said("c"),
    ],
    b"id: 1\n\ndata: a\n\n": [said("a", id="1")],
    b"id: 1\nid: 2\0\ndata: a\n\n": [said("a", id="1")],
    b"retry: 15\ndata: a\n\ndata: b\n\n": [said("a", retry=15), said("b")],
    b"retry: 1x\nretry: -1\nretry:\nretry: 1 \ndata: a\n\n": [said("a")],
    b"retry: 1234567890\ndata: a\n\n": [said("a", retry=1_234_567_890)],
    b"retry: 12345678901\ndata: a\n\n": [said("a")],
    b"12: 34\n56\n: 78\ndata: a\n\n": [said("a")],
    b"DATA: a\ndatas: b\n data: c\ndata : d\ndata: e\n\n": [said("e")],
    # Comments
    b": data: a\n\ndata: b\n\n": [said("b")],
    b":\n:x\n::\ndata: a\n:y\n\n": [said("a")],
    b"data: a\n: in between\ndata: b\n\n": [said("a\nb")],
    # Marks and bytes that are no text
    b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\ndata: c\n\n": [said("a"), said("c")],
    b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n": [said("b")],
    b"\xef\xbb\xbf: a\ndata: b\n\n": [said("b")],
    b"data: \xf0\x9f\x8e\x89 \xff\xf0\x9f\n\n": [said("\U0001f389 \ufffd\ufffd")],
    b"event: \xff\nid: \xfe\ndata: \xc3\xbc\n\n": [said("ü", "\ufffd", id="\ufffd")],
    "data: a\u2028b\u0085c\x0bd\n\n".encode(): [said("a\u2028b\u0085c\x0bd")],
    # What is not whole is not handed over
    b"data: a\n\ndata: b\n": [said("a")],
    b"data: a\n\ndata: b": [said("a")],
    b"": [],
}


@pytest.mark.parametrize("stream", EXAMPLES)
def test_an_example_gives_its_events_however_it_is_cut(stream: bytes) -> None:
    expected = EXAMPLES[stream]
    cuts = [[stream[:place], stream[place:]] for place in range(len(stream) + 1)]
    cuts.append([stream[place : place + 1] for place in range(len(stream))])
    for pieces in cuts:
        decoder = SSEDecoder()

        assert [event for piece in pieces for event in decoder.feed(piece)] == expected, pieces
        assert decoder.flush() == []


def test_the_last_id_and_the_reconnection_time_are_known_to_the_decoder() -> None:
    decoder = SSEDecoder()
    decoder.feed(b"id: 7\nretry: 20\ndata: a\n\nid: 8\nretry: 30\n")

    assert (decoder.last_event_id, decoder.reconnection_time) == ("7", 30)


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_an_event_is_out_with_the_byte_that_completes_it(end: bytes) -> None:
    decoder = SSEDecoder()
    whole = b"data: a" + end + end
    last = len(whole) - 1 if end == b"\r\n" else len(whole)  # the LF adds nothing to its CR

    for at in range(last - 1):
        assert decoder.feed(whole[at : at + 1]) == []
    assert decoder.feed(whole[last - 1 : last]) == [said("a")]
    assert decoder.feed(whole[last:] + b"data: b" + end + end) == [said("b")]
