"""Text to speech, as a caller hears it."""

import asyncio
import json
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
)
from client.testing import FakeResponse, Stall
from tests.client.audio.clips import (
    ORPHEUS,
    client,
    names_in,
    wav,
)


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
