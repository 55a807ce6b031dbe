"""The times of recorded exchanges."""

import json
from dataclasses import replace

import pytest

from client import RecordedConnection, RecordedExchange
from client.testing import chunk, finish_chunk, reasoning_chunk, text_chunk
from workbench.session.waterfall import waterfall
from workbench.session.wire.exchange import WireExchange
from workbench.session.wire.timed import times_of

USAGE = {"queue_time": 0.01, "completion_tokens": 3, "completion_time": 0.2, "prompt_time": 0.005}


def recorded(*values: dict[str, object], step: float = 0.1) -> RecordedExchange:
    """A stream whose events came one by one, the first 0.1 s after the request."""
    pieces = [b"data: " + json.dumps(value).encode() + b"\n\n" for value in values]
    return RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        started_at=1_790_000_000.0,
        status=200,
        headers={"content-type": "text/event-stream"},
        body=b"".join(pieces),
        chunks=tuple((step * (place + 1), len(piece)) for place, piece in enumerate(pieces)),
        headers_at=0.08,
        ended_at=step * len(pieces) + 0.01,
        connection=RecordedConnection(at=0.03, reused=False, name_lookup=0.001, tcp=0.01, tls=0.02),
        written_at=0.031,
    )


def kept(*attempts: RecordedExchange, streaming: bool = True) -> WireExchange:
    return WireExchange(
        id=1,
        source="file",
        origin="chat.har",
        model="openai/gpt-oss-20b",
        streaming=streaming,
        attempts=attempts,
        began=tuple(1.5 * place for place in range(len(attempts))),
        steps=(),
        open=False,
        left_out=0,
    )


STREAM = (
    chunk({"role": "assistant", "content": ""}),
    reasoning_chunk("hm"),
    text_chunk("a"),
    text_chunk("b"),
    finish_chunk(usage=USAGE),
)


def test_a_recorded_stream_has_its_tokens_and_its_usage() -> None:
    times = times_of(kept(recorded(*STREAM)), 0)

    assert times is not None
    assert (times.headers, times.written, times.status) == (0.08, 0.031, 200)
    assert times.first_reasoning == pytest.approx(0.2)
    assert times.first_content == pytest.approx(0.3)
    assert times.last_token == pytest.approx(0.4)
    assert times.end == pytest.approx(0.51)
    assert times.usage is not None
    assert times.usage.queue_time == 0.01
    assert times.parsing is None


def test_its_waterfall_has_the_connection_and_the_rest_that_is_left() -> None:
    times = times_of(kept(recorded(*STREAM)), 0)
    assert times is not None
    lanes = {lane.name: lane for lane in waterfall(times).lanes}

    assert lanes["TLS"].seconds == 0.02
    assert lanes["network, rest"].seconds == pytest.approx(0.4 - 0.031 - 0.215)
    assert lanes["parsing"].note == "unknown"


def test_a_later_attempt_says_what_it_waited() -> None:
    refused = replace(recorded(), status=503, body=b"", chunks=())
    times = times_of(kept(refused, recorded(*STREAM)), 1)

    assert times is not None
    assert (times.attempts, times.waited) == (2, 1.5)
    first = times_of(kept(refused, recorded(*STREAM)), 0)
    assert first is not None
    assert (first.outcome, first.attempts) == ("failed", 1)


def test_an_answer_in_one_piece_brings_its_usage_too() -> None:
    body = json.dumps({"usage": USAGE, "choices": []}).encode()
    whole = replace(recorded(), body=body, chunks=((0.4, len(body)),), ended_at=0.4)
    times = times_of(kept(whole, streaming=False), 0)

    assert times is not None
    assert times.usage is not None
    assert times.usage.completion_time == 0.2
    assert times.first_content is None


def test_what_is_no_json_is_no_reason_to_fail() -> None:
    body = b"data: {broken\n\ndata: [1, 2]\n\ndata: " + b"[" * 5000 + b"\n\ndata: [DONE]\n\n"
    odd = replace(recorded(), body=body, chunks=((0.1, len(body)),))

    times = times_of(kept(odd), 0)

    assert times is not None
    assert times.usage is None


def test_without_any_stamp_there_are_no_times() -> None:
    bare = replace(recorded(), chunks=(), headers_at=None, ended_at=0.0)

    assert times_of(kept(bare), 0) is None
