"""Programs nobody here wrote, with sounds and files: the official SDKs against the simulator."""

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import groq
import openai
import pytest
import soundfile

V3, TURBO = "whisper-large-v3", "whisper-large-v3-turbo"
SPEECH = "canopylabs/orpheus-v1-english"


@pytest.fixture
def path(sound: Any, tmp_path: Path) -> Path:
    path = tmp_path / "talk.flac"
    path.write_bytes(sound((0.5, 1.5), kind="FLAC"))
    return path


async def bytes_of(answer: Any) -> bytes:
    """The body of a binary answer, which each SDK has by another name."""
    read = getattr(answer, "aread", None) or answer.read
    return bytes(await read())


async def test_transcribe(sdk: Any, path: Path) -> None:
    said = await sdk.audio.transcriptions.create(model=TURBO, file=path)
    assert said.text.startswith(" (The simulator did not listen: 2.0 s of audio")


async def test_transcribe_as_text(sdk: Any, path: Path) -> None:
    said = await sdk.audio.transcriptions.create(model=TURBO, file=path, response_format="text")
    assert str(said).startswith(" (The simulator did not listen: 2.0 s of audio")


async def test_transcribe_with_times(sdk: Any, path: Path) -> None:
    said = await sdk.audio.transcriptions.create(
        model=V3,
        file=path,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        language="en",
        prompt="A talk.",
        temperature=0.2,
    )
    whole = said.model_dump()
    assert (whole["language"], float(whole["duration"])) == ("English", 2)
    assert whole["segments"][0]["start"] == 0.5
    assert whole["words"][0] == {"word": "(The", "start": 0.5, "end": pytest.approx(0.52, abs=0.02)}


# The openai SDK gives its translations up; the service does not.
@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")
async def test_translate(sdk: Any, path: Path) -> None:
    said = await sdk.audio.translations.create(model=V3, file=path)
    assert said.text.startswith(" (The simulator did not listen")
    module: Any = groq if isinstance(sdk, groq.AsyncGroq) else openai
    with pytest.raises(module.BadRequestError):
        await sdk.audio.translations.create(model=TURBO, file=path)


async def test_speak(sdk: Any) -> None:
    answer = await sdk.audio.speech.create(
        model=SPEECH, voice="troy", input="How are you?", response_format="wav"
    )
    samples, rate = soundfile.read(io.BytesIO(await bytes_of(answer)))
    assert rate == 24_000
    assert abs(samples).max() > 0.3


async def test_speech_streamed_to_a_file(sdk: Any, tmp_path: Path) -> None:
    target = tmp_path / "spoken.wav"
    async with sdk.audio.speech.with_streaming_response.create(
        model=SPEECH, voice="diana", input="How are you?", response_format="wav"
    ) as answer:
        await answer.stream_to_file(target)
    assert soundfile.info(target).duration > 0.4


async def test_files(sdk: Any, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"custom_id":"a"}\n')
    created = await sdk.files.create(file=path, purpose="batch")
    assert (created.filename, created.bytes, created.purpose) == ("in.jsonl", 18, "batch")
    assert [file.id for file in (await sdk.files.list()).data] == [created.id]
    assert await bytes_of(await sdk.files.content(created.id)) == b'{"custom_id":"a"}\n'
    assert (await sdk.files.delete(created.id)).deleted
    assert (await sdk.files.list()).data == []


async def test_batches(sdk: Any) -> None:
    lines = [
        {
            "custom_id": name,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {
                "model": "openai/gpt-oss-20b",
                "messages": [{"role": "user", "content": f"Reply with exactly {name}."}],
            },
        }
        for name in ("red", "green", "blue")
    ]
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    source = await sdk.files.create(file=("in.jsonl", data), purpose="batch")
    batch = await sdk.batches.create(
        input_file_id=source.id, endpoint="/v1/chat/completions", completion_window="24h"
    )
    async with asyncio.timeout(20):
        while batch.status != "completed":
            assert batch.status in ("validating", "in_progress", "finalizing")
            batch = await sdk.batches.retrieve(batch.id)
    assert batch.request_counts.completed == 3
    assert (await sdk.batches.list()).data[0].id == batch.id
    answered = await bytes_of(await sdk.files.content(batch.output_file_id))
    texts = {
        line["custom_id"]: line["response"]["body"]["choices"][0]["message"]["content"]
        for line in map(json.loads, answered.splitlines())
    }
    assert texts == {"red": "red", "green": "green", "blue": "blue"}
    module: Any = groq if isinstance(sdk, groq.AsyncGroq) else openai
    with pytest.raises(module.BadRequestError):
        await sdk.batches.cancel(batch.id)


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ("401", "AuthenticationError"),
        ("413", "APIStatusError"),
        ("429", "RateLimitError"),
        ("503", "InternalServerError"),
        ("html=502", "InternalServerError"),
        ("cut-after=10", "APIConnectionError"),
        ("error-event=model_terms_required", "BadRequestError"),
    ],
)
async def test_each_failure_of_an_upload_is_the_sdk_s_own_error(
    sdk: Any, path: Path, fault: str, name: str
) -> None:
    module: Any = groq if isinstance(sdk, groq.AsyncGroq) else openai
    with pytest.raises(getattr(module, name)) as caught:
        await sdk.audio.transcriptions.create(
            model=TURBO, file=path, extra_headers={"x-simulate": fault}
        )
    assert type(caught.value).__name__ == name
