"""Speech to text, as a caller sees it."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from client import (
    BodyReceived,
    HeadersReceived,
    RequestSent,
)
from client.testing import FakeResponse
from tests.client.audio.clips import (
    LARGE,
    LIMITS,
    SAID,
    TURBO,
    client,
    fields,
    pieces,
)


async def test_a_path_is_sent_as_a_form_with_its_options(clip: Path) -> None:
    groq, transport = client()

    said = await groq.audio.transcribe(
        file=clip, model=TURBO, language="en", prompt="Groq, LPU", temperature=0.2
    )

    (request,), (body,) = transport.requests, transport.bodies
    assert said.text == " Hello, hello."
    assert request.url.endswith("/openai/v1/audio/transcriptions")
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert fields(body) == [
        ("model", TURBO.encode()),
        ("language", b"en"),
        ("prompt", b"Groq, LPU"),
        ("temperature", b"0.2"),
        ("file", b"fLaC" + bytes(1000)),
    ]
    assert b'filename="talk.flac"\r\ncontent-type: audio/flac' in body
    assert request.body is not None
    assert not isinstance(request.body, bytes)
    assert request.body.length == len(body)


async def test_asking_for_times_asks_for_the_form_that_has_them(clip: Path) -> None:
    words = [{"word": "Hello", "start": 0, "end": 0.5}]
    answer = {"task": "transcribe", "language": "English", "duration": "12.5", **SAID}
    groq, transport = client(FakeResponse.json({**answer, "words": words, "segments": None}))

    said = await groq.audio.transcribe(
        file=clip, model=TURBO, timestamp_granularities=["word", "segment"]
    )

    assert fields(transport.bodies[0])[1:-1] == [
        ("timestamp_granularities[]", b"word"),
        ("timestamp_granularities[]", b"segment"),
        ("response_format", b"verbose_json"),
    ]
    assert said.words is not None
    assert (said.words[0].end, said.duration, said.language_code) == (0.5, 12.5, "en")


async def test_text_comes_back_as_a_transcription_too(clip: Path) -> None:
    headers = {"content-type": "text/plain; charset=UTF-8", "x-request-id": "req_head", **LIMITS}
    groq, transport = client(FakeResponse(headers=headers, body=(b" Gr\xc3", b"\xbc\xc3\x9fe.\n")))

    said = await groq.audio.transcribe(file=clip, model=TURBO, response_format="text")

    assert said.text == " Grüße."
    assert said.request_id == "req_head"
    assert transport.requests[0].headers["accept"] == "text/plain"


async def test_the_limits_of_audio_are_remembered_for_the_model(clip: Path) -> None:
    groq, _ = client()

    said = await groq.audio.transcribe(file=clip, model=TURBO)

    limits = groq.rate_limits(TURBO)
    assert limits is not None
    assert limits == said.rate_limits
    assert limits.audio_seconds is not None
    assert (limits.audio_seconds.limit, limits.audio_seconds.remaining) == (7200, 7198)
    assert groq.rate_limits(LARGE) is None


@pytest.mark.parametrize(
    ("file", "replayable", "length"),
    [
        (b"fLaC", True, 4),
        (bytearray(b"fLaC"), True, 4),
        (io.BytesIO(b"fLaC"), True, 4),
        ("iterator", False, None),
        ("pipe", False, None),
    ],
)
async def test_bytes_open_files_and_iterators_are_sent_under_a_name(
    file: Any, replayable: bool, length: int | None
) -> None:
    groq, transport = client()
    if file == "pipe":
        reading, writing = os.pipe()
        os.write(writing, b"fLaC")
        os.close(writing)
        file = os.fdopen(reading, "rb")
    if file == "iterator":
        file = pieces()

    await groq.audio.transcribe(file=file, filename="live.flac", model=TURBO)

    (request,) = transport.requests
    assert request.replayable is replayable
    name, data = fields(transport.bodies[0])[-1]
    assert name == "file"
    assert data[:4] == b"fLaC"
    assert request.body is not None
    assert not isinstance(request.body, bytes)
    whole = None if length is None else len(transport.bodies[0])
    assert request.body.length == whole
    if isinstance(file, io.IOBase):
        assert not file.closed
        file.close()


async def test_an_open_file_brings_its_name_and_is_read_from_where_it_stands(clip: Path) -> None:
    groq, transport = client()
    with clip.open("rb") as file:
        file.seek(4)
        await groq.audio.transcribe(file=file, model=TURBO)

    assert fields(transport.bodies[0])[-1] == ("file", bytes(1000))
    assert b'filename="talk.flac"' in transport.bodies[0]


async def test_a_url_is_sent_instead_of_a_file() -> None:
    groq, transport = client()

    await groq.audio.transcribe(url="https://example.com/talk.mp3", model=TURBO)

    assert fields(transport.bodies[0]) == [
        ("model", TURBO.encode()),
        ("url", b"https://example.com/talk.mp3"),
    ]


async def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(bytes(300_000))
    groq, _ = client()
    told: list[tuple[int, int | None]] = []

    await groq.audio.transcribe(file=path, model=TURBO, progress=lambda *how: told.append(how))

    assert told[-1] == (300_000, 300_000)
    assert len(told) > 2
    assert [sent for sent, _ in told] == sorted({sent for sent, _ in told})


async def test_a_progress_callback_that_fails_disturbs_nothing(
    clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    groq, _ = client()

    def fail(sent: int, total: int | None) -> None:
        raise RuntimeError(sent, total)

    said = await groq.audio.transcribe(file=clip, model=TURBO, progress=fail)

    assert said.text
    assert "progress" in caplog.text


async def test_observers_see_the_form_without_the_sound(clip: Path) -> None:
    events: list[Any] = []
    groq, _ = client(observe=events.append)

    await groq.audio.transcribe(file=clip, model=TURBO)

    assert [type(event) for event in events] == [RequestSent, HeadersReceived, BodyReceived]
    assert b"<file, 1004 bytes>" in events[0].body
    assert b"fLaC" not in events[0].body
    assert events[0].model == events[1].model == TURBO
    assert json.loads(events[2].body) == SAID
