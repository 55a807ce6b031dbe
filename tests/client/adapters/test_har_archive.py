"""Whole recordings: written at once, read at once."""

from pathlib import Path

import pytest

from client import ConnectionError as ConnectionLost
from client import RecordedExchange, ValidationError, read_recording, write_recording


def exchange(number: int, body: bytes = b"{}") -> RecordedExchange:
    return RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        started_at=1_700_000_000.0 + number,
        number=number,
        request_headers={"content-type": "application/json"},
        request_body=b'{"model":"m"}',
        status=200,
        headers={"content-type": "application/json"},
        body=body,
        chunks=((0.25, len(body)),),
        headers_at=0.125,
    ).ended(0.5)


def test_what_is_written_is_read_in_its_order(tmp_path: Path) -> None:
    first, second = exchange(1), exchange(2, b"\xff\x00")

    write_recording(tmp_path / "x.har", [second, first])

    assert read_recording(tmp_path / "x.har") == (first, second)


def test_nothing_is_overwritten_unless_that_is_meant(tmp_path: Path) -> None:
    file = tmp_path / "x.har"
    write_recording(file, [exchange(1)])

    with pytest.raises(ValidationError, match="is there already"):
        write_recording(file, [])
    write_recording(file, [], overwrite=True)
    assert read_recording(file) == ()


def test_an_end_is_in_order_an_error_or_a_leaving() -> None:
    broken = exchange(1).ended(1.0, ConnectionLost("reset"))
    left = exchange(1).ended(2.0, GeneratorExit())

    assert broken.failure is not None
    assert (broken.failure.type, broken.left) == ("ConnectionError", False)
    assert (left.failure, left.left, left.ended_at) == (None, True, 2.0)
    assert exchange(1).failure is None


def test_a_foreign_error_shows_its_class_alone() -> None:
    broken = exchange(1).ended(1.0, RuntimeError("secret"))

    assert broken.failure is not None
    assert "secret" not in broken.failure.message
