"""What a recording holds, and what it never does."""

import base64
import errno
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from client import (
    ConnectionError,  # noqa: A004 - ours
    GroqClient,
    RecordingTransport,
    ReplayTransport,
    Request,
    ResponseTooLargeError,
    StreamError,
    ValidationError,
    user,
)
from client.testing import FakeClock, FakeResponse, FakeTransport, finish_chunk, text_chunk

MODEL = "openai/gpt-oss-20b"
KEY = "gsk_Zt9mQ4xLw82VbN7cRfKe"
ORGANISATION = "org_01jx5kq8f3e9vbn2m4t6r8w0yz"


def recorded(file: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(file.read_text())["log"]["entries"]
    return entries


async def exchange(transport: RecordingTransport, request: Request) -> bytes:
    response = await transport.send(request)
    try:
        return b"".join([piece async for piece in response])
    finally:
        await response.aclose()


async def test_no_form_of_the_key_and_no_organisation_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    encoded = base64.b64encode(f"user:{KEY}".encode()).decode()
    leaky = {
        "key": KEY,
        "url": quote(f"https://x/?key={KEY}", safe=""),
        "basic": encoded,
        "org": f"in organization `{ORGANISATION}`",
    }
    answer = FakeResponse.json(
        leaky,
        headers={
            "set-cookie": f"__cf_bm={KEY}",
            "x-echo": KEY,
            "x-groq-organization": ORGANISATION,
            "location": f"https://{KEY}@host/?token={KEY}",
            "x-request-id": f"req_{KEY}",
        },
    )
    transport = RecordingTransport(FakeTransport(answer, ConnectionError(f"No {KEY}.")), file)
    request = Request(
        method="POST",
        url=f"https://user:{KEY}@host/openai/v1/chat/completions?api_key=abc&k={KEY}",
        headers={
            "Authorization": f"Bearer {KEY}",
            "Cookie": "session=1",
            "x-other": "private",
            "content-type": "application/json",
        },
        body=json.dumps(leaky).encode(),
    )

    body = await exchange(transport, request)
    with pytest.raises(ConnectionError):
        await transport.send(request)
    await transport.aclose()

    assert KEY.encode() in body  # the caller gets what came
    text = file.read_text()
    assert KEY not in text
    assert encoded[8:-4] not in text
    assert ORGANISATION not in text
    assert text.count("org_redacted") == 3  # both requests and the answer's body
    first, second = recorded(file)
    assert first["request"]["url"].startswith("https://host/openai/v1/chat/completions?api_key=RED")
    assert {h["name"]: h["value"] for h in first["request"]["headers"]} == {
        "authorization": "REDACTED",
        "x-other": "REDACTED",
        "content-type": "application/json",
    }
    headers = {h["name"]: h["value"] for h in first["response"]["headers"]}
    assert "set-cookie" not in headers
    assert headers["x-echo"] == headers["x-groq-organization"] == "REDACTED"
    assert first["response"]["content"]["size"] == len(body)
    assert second["_error"]["message"].startswith("No REDACTED")


async def test_a_key_that_the_model_repeats_token_by_token_is_masked(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    pieces = [KEY[i : i + 3] for i in range(0, len(KEY), 3)]
    script = FakeTransport(FakeResponse.stream(*map(text_chunk, pieces), finish_chunk()))

    async with GroqClient(transport=RecordingTransport(script, file), api_key=KEY) as groq:
        said = await groq.chat.stream(model=MODEL, messages=[user(f"Repeat {KEY}")]).reply()
    async with GroqClient(transport=ReplayTransport(file, speed=0), api_key=KEY) as groq:
        again = await groq.chat.stream(model=MODEL, messages=[user(f"Repeat {KEY}")]).reply()

    assert said.text == KEY
    assert again.text == "REDACTEDREDACTEDREDACTED"[: len(KEY)]
    assert KEY not in file.read_text()


async def test_every_read_is_noted_with_its_moment_and_size(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    clock = FakeClock()

    class Answer:
        status, headers = 200, {"content-type": "text/event-stream"}

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for pause, piece in ((0.25, b"data: \xf0\x9f"), (0.5, b"\x8e\x89\n\n"), (0.0, b"")):
                await clock.advance(pause)
                yield piece
            await clock.advance(1)

        async def aclose(self) -> None:
            pass

    class Server:
        async def send(self, request: Request) -> Answer:
            await clock.advance(0.125)
            return Answer()

        async def aclose(self) -> None:
            pass

    transport = RecordingTransport(Server(), file, clock=clock)
    await exchange(transport, Request(method="GET", url="https://host/x", headers={}))

    (entry,) = recorded(file)
    assert entry["_chunks"] == [[0.375, 8], [0.875, 4], [0.875, 0]]
    assert entry["_headers_at"] == 0.125
    assert entry["_ended_at"] == 1.875
    assert entry["timings"] == {"send": 0, "wait": 125, "receive": 1750}
    assert entry["time"] == 1875
    assert entry["response"]["content"]["text"] == "data: 🎉\n\n"


async def test_it_is_on_disk_when_the_response_is_closed_and_private(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    transport = RecordingTransport(FakeTransport(FakeResponse.json({})), file)

    for count in range(1, 4):
        await exchange(transport, Request(method="GET", url="https://host/x", headers={}))
        assert len(recorded(file)) == count
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_large_answers_are_there_at_the_latest_when_the_transport_is_closed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "session.har"
    large = FakeResponse(headers={"content-type": "audio/wav"}, body=[b"\xff" * 100_000] * 10)
    transport = RecordingTransport(FakeTransport(large), file)

    await exchange(transport, Request(method="GET", url="https://host/x", headers={}))
    await transport.aclose()

    (entry,) = recorded(file)
    assert base64.b64decode(entry["response"]["content"]["text"]) == b"\xff" * 1_000_000


async def test_of_an_endless_answer_the_beginning_is_kept_and_replays_as_cut(
    tmp_path: Path,
) -> None:
    file = tmp_path / "session.har"
    answer = FakeResponse(body=[b"x" * 100] * 1000)
    transport = RecordingTransport(FakeTransport(answer), file, max_body_bytes=250)
    request = Request(method="GET", url="https://host/x", headers={})

    whole = await exchange(transport, request)
    replay = await ReplayTransport(file, speed=0).send(request)

    assert len(whole) == 100_000
    pieces = aiter(replay)
    assert [await anext(pieces), await anext(pieces)] == [b"x" * 100] * 2
    with pytest.raises(ResponseTooLargeError, match="no more than the beginning"):
        await anext(pieces)


async def test_a_full_disk_ends_the_recording_and_no_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    transport = RecordingTransport(
        FakeTransport(FakeResponse.json({"a": 1})), tmp_path / "session.har"
    )
    request = Request(method="GET", url="https://host/x", headers={})

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    first = await exchange(transport, request)
    second = await exchange(transport, request)
    monkeypatch.undo()
    await transport.aclose()

    assert first == second == b'{"a": 1}'
    assert transport.failure is not None
    assert caplog.text.count("The recording ends here: No space left on device.") == 1


async def test_an_existing_file_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    file.touch()

    with pytest.raises(ValidationError, match="not overwritten"):
        RecordingTransport(FakeTransport(FakeResponse.json({})), file)
    RecordingTransport(FakeTransport(FakeResponse.json({})), file, overwrite=True)


async def test_concurrent_exchanges_are_recorded_apart(tmp_path: Path) -> None:
    file = tmp_path / "session.har"
    script = FakeTransport(
        lambda request: FakeResponse.stream(
            text_chunk(json.loads(request.body or b"")["messages"][0]["content"]), finish_chunk()
        )
    )
    async with GroqClient(transport=RecordingTransport(script, file), api_key=KEY) as groq:
        streams = [groq.chat.stream(model=MODEL, messages=[user(str(n))]) for n in range(5)]
        for stream in streams:
            await stream.__aenter__()
        for stream in reversed(streams):
            await stream.reply()
            await stream.aclose()

    replay = ReplayTransport(file, speed=0)
    async with GroqClient(transport=replay, api_key=KEY) as groq:
        for number in (3, 1, 4, 0, 2):
            reply = await groq.chat.stream(model=MODEL, messages=[user(str(number))]).reply()
            assert reply.text == str(number)
    assert [entry["_number"] for entry in recorded(file)] == [4, 3, 2, 1, 0]


async def test_what_the_transport_raises_passes_unchanged(tmp_path: Path) -> None:
    script = FakeTransport(FakeResponse.stream(text_chunk("Half"), OSError("own"), done=False))
    transport = RecordingTransport(script, tmp_path / "session.har")

    async with GroqClient(transport=transport, api_key=KEY) as groq:
        with pytest.raises(StreamError) as failure:
            await groq.chat.stream(model=MODEL, messages=[user("Why?")]).reply()

    assert failure.value.partial is not None
    assert failure.value.partial.text == "Half"
    cause = failure.value.__cause__
    assert cause is not None
    assert isinstance(cause.__cause__, OSError)


async def test_an_exchange_that_cannot_be_written_down_disturbs_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "session.har"
    broken = FakeResponse.json({}, headers={"x": b"bytes"})  # type: ignore[dict-item]
    strange = FakeResponse.json({}, headers={"location": "http://["})
    transport = RecordingTransport(FakeTransport(broken, strange), file)
    request = Request(method="GET", url="https://host/x", headers={"accept": b"x"})  # type: ignore[dict-item]

    assert await exchange(transport, request) == b"{}"
    request = Request(method="GET", url="https://[host/x", headers={})
    assert await exchange(transport, request) == b"{}"

    assert "could not be recorded" in caplog.text
    (entry,) = recorded(file)
    assert entry["request"]["url"] == "REDACTED"
