"""Audio, files and batches against the simulator: everything over real connections."""

import asyncio
import json
import math
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import (
    BadRequestError,
    ConnectionError,  # noqa: A004
    GroqClient,
    GroqError,
    NotFoundError,
    ServerError,
    batch_line,
    cues,
    to_srt,
    to_webvtt,
    user,
)
from client.resilience.retry import RetryPolicy
from workbench.simulator import Simulator, SimulatorSettings

MODEL = "openai/gpt-oss-20b"
TURBO = "whisper-large-v3-turbo"
LARGE = "whisper-large-v3"
ORPHEUS = "canopylabs/orpheus-v1-english"


@pytest.fixture
async def groq() -> AsyncIterator[GroqClient]:
    settings = SimulatorSettings(speed=200.0, plan="developer", seed=1)
    async with (
        Simulator(settings) as simulator,
        GroqClient(
            api_key="gsk_test", base_url=simulator.base_url, retry=RetryPolicy(base=0)
        ) as groq,
    ):
        yield groq


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds: a tone, silence, a tone."""
    path = tmp_path / "clip.wav"
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16_000)
        tone = [8000 if n < 12_000 or n > 22_000 else 0 for n in range(32_000)]
        samples = (int(loud * math.sin(n / 10)) for n, loud in enumerate(tone))
        writer.writeframes(struct.pack("<32000h", *samples))
    return path


@pytest.mark.parametrize("form", ["path", "bytes", "file", "iterator"])
async def test_a_clip_is_transcribed_however_it_is_given(
    groq: GroqClient, clip: Path, form: str
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield data[:100]
        yield data[100:]

    data = content(clip)
    forms: Any = {
        "path": lambda: clip,
        "bytes": lambda: data,
        "file": lambda: opened(clip),
        "iterator": pieces,
    }
    file = forms[form]()
    said = await groq.audio.transcribe(file=file, filename="clip.wav", model=TURBO)

    assert said.text.strip()
    assert said.request_id
    assert said.rate_limits is not None
    assert said.rate_limits.audio_seconds is not None
    if form == "file":
        file.close()


async def test_times_become_captions(groq: GroqClient, clip: Path) -> None:
    said = await groq.audio.transcribe(
        file=clip, model=TURBO, timestamp_granularities=["word", "segment"]
    )

    assert said.duration == pytest.approx(2, abs=0.1)
    assert said.segments
    assert cues(said)
    assert to_srt(said).startswith("1\n00:00:0")
    assert to_webvtt(said).startswith("WEBVTT\n\n00:00:0")


async def test_text_and_translation(groq: GroqClient, clip: Path) -> None:
    plain = await groq.audio.transcribe(file=clip, model=TURBO, response_format="text")
    english = await groq.audio.translate(file=clip, model=LARGE)

    assert plain.text.strip()
    assert english.text.strip()


async def test_a_file_that_is_no_audio_is_the_service_s_error(
    groq: GroqClient, tmp_path: Path
) -> None:
    path = tmp_path / "text.wav"
    path.write_bytes(b"not a wav file")

    with pytest.raises(BadRequestError, match="valid media file"):
        await groq.audio.transcribe(file=path, model=TURBO)


async def test_speech_is_heard_saved_and_streamed(groq: GroqClient, tmp_path: Path) -> None:
    ask: Any = {"model": ORPHEUS, "voice": "hannah", "input": "Hello there."}

    speech = await groq.audio.speak(**ask)
    saved = await groq.audio.speak(**ask, to=tmp_path / "a.wav")
    async with groq.audio.stream_speech(**ask) as stream:
        samples = b"".join([piece async for piece in stream])

    assert speech.duration
    assert speech.duration == saved.duration == len(samples) / 2 / stream.sample_rate
    with wave.open(str(saved.path)) as reader:
        assert reader.getnframes() == len(samples) // 2
        assert reader.getframerate() == stream.sample_rate == speech.sample_rate


async def test_a_batch_from_prompts_to_replies(groq: GroqClient, tmp_path: Path) -> None:
    requests = (
        batch_line(f"n{n}", model=MODEL, messages=[user(f"Say {n}")], max_completion_tokens=50)
        for n in range(30)
    )
    file = await groq.files.upload(requests)
    batch = await groq.batches.create(input_file_id=file.id)
    seen: list[int] = []
    batch = await groq.batches.wait(
        batch.id, every=0.05, deadline=60, on_progress=lambda b: seen.append(b.finished)
    )
    results = await groq.batches.results_by_custom_id(batch)

    assert batch.status == "completed"
    assert set(results) == {f"n{n}" for n in range(30)}
    assert all(result.reply.usage.completion_tokens for result in results.values())
    assert seen[-1] == 30
    assert batch.id in [one.id async for one in groq.batches.list()]

    assert batch.output_file_id is not None
    path = await groq.files.content(batch.output_file_id, to=tmp_path / "out.jsonl")
    assert len([json.loads(line) for line in content(path).splitlines()]) == 30
    assert {one.id for one in await groq.files.list()} >= {file.id, batch.output_file_id}
    assert (await groq.files.delete(file.id)).deleted
    with pytest.raises(NotFoundError):
        await groq.files.get(file.id)


async def test_a_batch_can_be_cancelled(groq: GroqClient) -> None:
    lines = [batch_line(str(n), model=MODEL, messages=[user("Count.")]) for n in range(500)]
    file = await groq.files.upload(lines)
    batch = await groq.batches.create(input_file_id=file.id)

    await groq.batches.cancel(batch.id)
    ended = await groq.batches.wait(batch.id, every=0.05, deadline=60)

    assert ended.status == "cancelled"


# Faults


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_service_that_fails_is_asked_again(
    groq: GroqClient, clip: Path, status: int
) -> None:
    sent: list[int] = []

    with pytest.raises(ServerError) as caught:
        await groq.audio.transcribe(
            file=clip,
            model=TURBO,
            extra_headers={"x-simulate": f"status={status}"},
            progress=lambda so_far, _: sent.append(so_far),
        )

    assert caught.value.status == status
    assert sent.count(clip_size(clip)) == 3


@pytest.mark.parametrize(
    "fault", ["cut-after=10", "content-type=text/html", "html=502", "garbage-after=1"]
)
async def test_no_fault_ends_in_anything_but_our_errors(
    groq: GroqClient, clip: Path, fault: str
) -> None:
    with pytest.raises(GroqError):
        await groq.audio.transcribe(
            file=clip, model=TURBO, extra_headers={"x-simulate": fault}, timeout=5
        )


async def test_speech_that_is_cut_leaves_no_file(groq: GroqClient, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        await groq.audio.speak(
            model=ORPHEUS,
            voice="hannah",
            input="Hello there, this takes a moment to say.",
            to=tmp_path / "a.wav",
            extra_headers={"x-simulate": "cut-after=2000"},
        )

    assert not names_in(tmp_path)


async def test_twenty_uploads_at_once_and_half_of_them_cancelled(
    groq: GroqClient, clip: Path
) -> None:
    asking = [
        asyncio.ensure_future(groq.audio.transcribe(file=clip, model=TURBO)) for _ in range(20)
    ]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    ended = await asyncio.gather(*asking, return_exceptions=True)

    assert [isinstance(one, asyncio.CancelledError) for one in ended] == [True, False] * 10
    assert (await groq.audio.transcribe(file=clip, model=TURBO)).text


def content(path: Path) -> bytes:
    return path.read_bytes()


def opened(path: Path) -> Any:
    return path.open("rb")


def clip_size(path: Path) -> int:
    return path.stat().st_size


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
