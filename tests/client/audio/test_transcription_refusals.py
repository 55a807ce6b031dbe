"""What audio is refused before it is sent, and what is sent again."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    ValidationError,
    language_code,
)
from client.resilience.retry import RetryPolicy
from client.testing import FakeResponse
from tests.client.audio.clips import (
    LARGE,
    SAID,
    TURBO,
    client,
    pieces,
    wav,
)

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
