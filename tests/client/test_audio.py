"""Speech to text and back, as a caller sees it."""

import asyncio
import io
import json
import os
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import (
    BodyReceived,
    ConnectionError,  # noqa: A004
    GroqClient,
    HeadersReceived,
    ProtocolError,
    RequestSent,
    Speech,
    UnexpectedContentTypeError,
    ValidationError,
    language_code,
)
from client.resilience.retry import RetryPolicy
from client.testing import FakeClock, FakeResponse, FakeTransport, Stall

TURBO = "whisper-large-v3-turbo"
LARGE = "whisper-large-v3"
ORPHEUS = "canopylabs/orpheus-v1-english"
SAID = {"text": " Hello, hello.", "x_groq": {"id": "req_body"}}
LIMITS = {
    "x-ratelimit-limit-requests": "2000",
    "x-ratelimit-remaining-requests": "1999",
    "x-ratelimit-limit-audio-seconds": "7200",
    "x-ratelimit-remaining-audio-seconds": "7198",
    "x-ratelimit-reset-audio-seconds": "1s",
}


def client(*answers: Any, **seams: Any) -> tuple[GroqClient, FakeTransport]:
    transport = FakeTransport(*(answers or (FakeResponse.json(SAID, headers=LIMITS),)))
    seams.setdefault("clock", FakeClock())
    return GroqClient(api_key="gsk_test", transport=transport, **seams), transport


def fields(body: bytes) -> list[tuple[str, bytes]]:
    """The fields of a form, in order."""
    boundary = body.partition(b"\r\n")[0]
    found = []
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        found.append((head.split(b'name="')[1].split(b'"')[0].decode(), value[:-2]))
    return found


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "talk.flac"
    path.write_bytes(b"fLaC" + bytes(1000))
    return path


# Transcribing


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


async def pieces() -> AsyncIterator[bytes]:
    yield b"fLaC"
    yield bytes(200_000)


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


# What is refused before anything is sent

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"langauge": "en"}, "Did you mean `language`"),
    ({"filname": "a.wav"}, "Did you mean `filename`"),
    ({"temperature": 1.5}, "`temperature`"),
    ({"temperature": "0.5"}, "`temperature`"),
    ({"language": "English"}, "Use 'en'"),
    ({"language": "en-US"}, "Use 'en'"),
    ({"language": "Klingon"}, "ISO-639-1"),
    ({"prompt": "x" * 897}, "897 characters.*896"),
    ({"response_format": "srt"}, "`response_format`"),
    ({"timestamp_granularities": ["words"]}, "`timestamp_granularities"),
    ({"timestamp_granularities": "word"}, "`timestamp_granularities"),
    ({"timestamp_granularities": ["word"], "response_format": "text"}, "verbose_json"),
    ({"model": ""}, "`model`"),
    ({"file": None}, "either `file` or `url`"),
    ({"url": "https://example.com/a.wav"}, "either `file` or `url`"),
    ({"file": None, "url": "http://example.com/a.wav"}, "https"),
    ({"file": None, "url": "data:audio/wav,abc"}, "Base64"),
    ({"file": None, "url": "https://[/a.wav"}, "https"),
    ({"file": 7, "filename": "a.wav"}, "not int"),
    ({"file": b"RIFF"}, "have no name.*filename"),
    ({"file": b"RIFF", "filename": "talk"}, "no extension.*flac mp3"),
    ({"file": b"RIFF", "filename": "talk.oga"}, "filename='talk.ogg'"),
    ({"file": b"RIFF", "filename": "talk.txt"}, "Convert it"),
    ({"file": b"", "filename": "a.wav"}, "empty"),
    ({"file": bytes(25 * 1024 * 1024 + 1), "filename": "a.wav"}, "25 MiB: cut it"),
    ({"file": Path("/nowhere/talk.wav")}, "talk.wav: No such file"),
    ({"file": "/nowhere/talk.wav"}, "talk.wav: No such file"),
    ({"file": Path("/dev/null"), "filename": "a.wav"}, "not a file"),
    ({"file": io.StringIO("text"), "filename": "a.wav"}, "'rb'"),
    ({"max_wait": -1}, "`max_wait`"),
    ({"timeout": 0}, "`timeout`"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[words for _, words in WRONG])
async def test_a_wrong_request_is_refused_before_it_is_sent(
    wrong: dict[str, Any], words: str
) -> None:
    events: list[Any] = []
    groq, transport = client(observe=events.append)
    right: dict[str, Any] = {"file": b"RIFF", "filename": "a.wav", "model": TURBO}
    if "file" in wrong and "filename" not in wrong:
        del right["filename"]

    with pytest.raises(ValidationError, match=words):
        await groq.audio.transcribe(**{**right, **wrong})

    assert not any(transport.bodies)


async def test_capitals_in_an_extension_are_sent_small() -> None:
    groq, transport = client()

    await groq.audio.transcribe(file=b"RIFF", filename="TALK.WAV", model=TURBO)

    assert b'filename="TALK.wav"' in transport.bodies[0]


async def test_an_iterator_that_grows_too_large_is_cut_off() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(1024 * 1024)

    groq, _ = client()
    with pytest.raises(ValidationError, match="more than 26,214,400 bytes"):
        await groq.audio.transcribe(file=endless(), filename="a.wav", model=TURBO)


async def test_an_iterator_that_fails_is_our_error_and_is_closed() -> None:
    closed = False

    async def failing() -> AsyncIterator[bytes]:
        nonlocal closed
        try:
            yield b"RIFF"
            raise RuntimeError("no more")
        finally:
            closed = True

    groq, _ = client()
    with pytest.raises(ValidationError, match="RuntimeError") as caught:
        await groq.audio.transcribe(file=failing(), filename="a.wav", model=TURBO)

    assert isinstance(caught.value.__cause__, RuntimeError)
    assert closed


async def test_turbo_cannot_translate() -> None:
    groq, transport = client()
    with pytest.raises(ValidationError, match="use 'whisper-large-v3'"):
        await groq.audio.translate(file=b"RIFF", filename="a.wav", model=TURBO)

    assert not transport.requests


async def test_translation_has_its_own_path_and_no_timestamps(clip: Path) -> None:
    groq, transport = client()

    await groq.audio.translate(file=clip, model=LARGE, prompt="Names")
    with pytest.raises(ValidationError, match="timestamp_granularities"):
        await groq.audio.translate(  # type: ignore[call-arg]
            file=clip, model=LARGE, timestamp_granularities=["word"]
        )

    assert transport.requests[0].url.endswith("/audio/translations")


@pytest.mark.parametrize(
    ("name", "code"), [("English", "en"), ("cantonese", "yue"), ("haw", "haw"), ("Elvish", None)]
)
def test_a_language_has_a_code(name: str, code: str | None) -> None:
    assert language_code(name) == code


# Retrying


async def test_a_file_is_read_again_from_its_beginning_for_a_retry(clip: Path) -> None:
    refused = FakeResponse.json({"error": {"message": "over capacity"}}, status=503)
    at_once = RetryPolicy(base=0)
    groq, transport = client(refused, refused, FakeResponse.json(SAID), clock=None, retry=at_once)

    said = await groq.audio.transcribe(file=clip, model=TURBO)

    assert said.text == SAID["text"]
    assert len(transport.bodies) == 3
    assert len(set(transport.bodies)) == 1


async def test_an_iterator_is_not_sent_again() -> None:
    groq, transport = client(ConnectionError("It broke."), FakeResponse.json(SAID))

    with pytest.raises(ConnectionError):
        await groq.audio.transcribe(file=pieces(), filename="a.flac", model=TURBO)

    assert len(transport.requests) == 1


async def test_the_length_of_wav_in_memory_is_what_it_costs() -> None:
    groq, transport = client()

    await groq.audio.transcribe(file=wav(24_000), filename="a.wav", model=TURBO)
    await groq.audio.transcribe(file=b"ID3", filename="a.mp3", model=TURBO, seconds=90)

    first, second = (request.cost for request in transport.requests)
    assert first is not None
    assert second is not None
    assert (first.audio_seconds, second.audio_seconds) == (1.0, 90)


# Speaking


def wav(frames: int, *, stated: int | None = None) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(24_000)
        writer.writeframes(struct.pack("<h", 257) * frames)
    data = file.getvalue()
    if stated is None:
        return data
    return data[:4] + struct.pack("<I", stated) + data[8:40] + struct.pack("<I", stated) + data[44:]


def sound(data: bytes, *, at: int = 1000, kind: str = "audio/wav") -> FakeResponse:
    pieces = [data[n : n + at] for n in range(0, len(data), at)]
    return FakeResponse(headers={"content-type": kind}, body=pieces)


async def speak(groq: GroqClient, **options: Any) -> Any:
    return await groq.audio.speak(model=ORPHEUS, voice="hannah", input="Hi there.", **options)


async def test_speech_is_a_small_value_with_a_true_header() -> None:
    groq, transport = client(sound(wav(12_000, stated=0xFFFFFFFF)))

    speech = await speak(groq)

    assert isinstance(speech, Speech)
    assert speech.data == wav(12_000)
    assert (speech.sample_rate, speech.channels, speech.duration) == (24_000, 1, 0.5)
    assert len(repr(speech)) < 200
    (request,) = transport.requests
    assert json.loads(transport.bodies[0]) == {
        "model": ORPHEUS,
        "input": "Hi there.",
        "voice": "hannah",
        "response_format": "wav",
    }
    assert request.headers["accept"] == "audio/wav"


async def test_speech_is_saved_whole_in_place_of_what_was_there(tmp_path: Path) -> None:
    groq, _ = client(sound(wav(2400)))
    path = tmp_path / "hi.wav"
    path.write_bytes(b"older")

    assert await (await speak(groq)).save(path) == path
    assert path.read_bytes() == wav(2400)
    assert names_in(tmp_path) == [path.name]


async def test_speech_is_written_to_a_file_as_it_arrives_and_its_header_repaired(
    tmp_path: Path,
) -> None:
    groq, _ = client(sound(wav(240_000, stated=0)))
    path = tmp_path / "hi.wav"

    written = await speak(groq, to=path)

    assert path.read_bytes() == wav(240_000)
    assert (written.path, written.size, written.duration) == (path, 480_044, 10.0)
    assert names_in(tmp_path) == [path.name]


async def test_speech_that_breaks_off_leaves_the_file_of_before(tmp_path: Path) -> None:
    broken = FakeResponse(
        headers={"content-type": "audio/wav"}, body=(wav(2400), ConnectionError("It broke."))
    )
    groq, _ = client(broken)
    path = tmp_path / "hi.wav"
    path.write_bytes(b"older")

    with pytest.raises(ConnectionError):
        await speak(groq, to=path)

    assert path.read_bytes() == b"older"
    assert names_in(tmp_path) == [path.name]
    assert broken.closed


async def test_speech_to_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    groq, transport = client(sound(wav(10)))

    with pytest.raises(ValidationError, match="No such file"):
        await speak(groq, to=tmp_path / "nowhere" / "hi.wav")
    with pytest.raises(ValidationError, match="folder"):
        await speak(groq, to=tmp_path)

    assert not transport.requests


@pytest.mark.parametrize("size", [1, 7, 44, 1000, 10**6])
@pytest.mark.parametrize("stated", [None, 0, 0xFFFFFFFF])
async def test_speech_can_be_played_while_it_arrives(size: int, stated: int | None) -> None:
    groq, _ = client(sound(wav(1001, stated=stated), at=size))

    async with groq.audio.stream_speech(model=ORPHEUS, voice="hannah", input="Hi.") as speech:
        assert (speech.sample_rate, speech.channels, speech.bits) == (24_000, 1, 16)
        samples = [piece async for piece in speech]

    assert b"".join(samples) == b"\x01\x01" * 1001
    assert all(len(piece) % 2 == 0 for piece in samples)


async def test_the_first_samples_are_handed_over_before_the_last_arrive() -> None:
    more = asyncio.Event()
    data = wav(2000)
    answer = FakeResponse(
        headers={"content-type": "audio/wav"}, body=(data[:1000], Stall(more), data[1000:])
    )
    groq, _ = client(answer)

    heard = b""
    async for samples in groq.audio.stream_speech(model=ORPHEUS, voice="hannah", input="Hi."):
        heard += samples
        more.set()

    assert heard == data[44:]
    assert answer.closed


async def test_leaving_speech_early_closes_the_connection() -> None:
    answer = FakeResponse(headers={"content-type": "audio/wav"}, body=(wav(2000)[:1000], Stall()))
    groq, _ = client(answer)

    async with groq.audio.stream_speech(model=ORPHEUS, voice="hannah", input="Hi.") as speech:
        async for _ in speech:
            break

    assert answer.closed


async def test_sound_that_is_no_wav_is_no_stream_of_samples() -> None:
    groq, _ = client(sound(b"ID3" + bytes(100_000), kind="audio/mpeg"))

    with pytest.raises(ProtocolError, match="WAV"):
        async with groq.audio.stream_speech(model=ORPHEUS, voice="hannah", input="Hi."):
            pass
    assert (await speak(groq)).sample_rate is None


@pytest.mark.parametrize("kind", ["text/html", "application/json"])
async def test_an_answer_that_is_no_sound_is_no_speech(kind: str) -> None:
    groq, _ = client(sound(b"<html>", kind=kind))

    with pytest.raises(UnexpectedContentTypeError):
        await speak(groq)


async def test_observers_see_the_beginning_of_the_sound_and_its_size() -> None:
    events: list[Any] = []
    groq, _ = client(sound(wav(100_000), at=5000), observe=events.append)

    await speak(groq)

    assert [type(event) for event in events] == [RequestSent, HeadersReceived, BodyReceived]
    assert events[2].body == wav(100_000)[: 64 * 1024]
    assert events[2].size == 200_044


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"input": "x" * 201}, "201 characters.*200"),
        ({"input": " "}, "`input`"),
        ({"voice": ""}, "`voice`"),
        ({"response_format": "mp3"}, "`response_format`"),
        ({"sample_rate": 4000}, "`sample_rate`"),
        ({"sped": 2.0}, "Did you mean `speed`"),
    ],
)
async def test_wrong_speech_is_refused_before_it_is_sent(wrong: dict[str, Any], words: str) -> None:
    groq, transport = client(sound(wav(10)))
    right = {"model": ORPHEUS, "voice": "hannah", "input": "Hi."}

    with pytest.raises(ValidationError, match=words):
        await groq.audio.speak(**{**right, **wrong})
    with pytest.raises(ValidationError, match=words):
        groq.audio.stream_speech(**{**right, **wrong})

    assert not transport.requests
