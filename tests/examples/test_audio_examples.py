"""The examples for audio and batches run as they are, against the simulator."""

import asyncio
import json
import os
import sys
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from workbench.simulator import Simulator, SimulatorSettings

HERE = Path(__file__).parent
Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Runs an example and gives what it printed."""
    async with Simulator(SimulatorSettings(speed=200.0, seed=1)) as simulator:
        environment = {
            **os.environ,
            "GROQ_BASE_URL": simulator.base_url,
            "GROQ_API_KEY": "gsk_example",
            "PYTHONPATH": str(HERE.parents[1]),
        }

        async def start(example: str, *arguments: object) -> str:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-W",
                "error",
                str(HERE / example),
                *map(str, arguments),
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, problems = await process.communicate()
            assert process.returncode == 0, problems.decode()
            return out.decode()

        yield start


def silence(path: Path) -> Path:
    with wave.open(str(path), "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16_000)
        writer.writeframes(bytes(96_000))
    return path


async def test_speech_is_spoken_and_written_down_again(run: Run, tmp_path: Path) -> None:
    spoken = await run("speech.py", tmp_path / "hi.wav", "Hello there, how are you?")
    said = await run("transcription.py", tmp_path / "hi.wav", tmp_path)

    assert "24000 Hz" in spoken
    assert "seconds of audio left this hour" in said
    assert (tmp_path / "hi.vtt").read_text().startswith("WEBVTT\n")
    assert (tmp_path / "hi.srt").exists()


async def test_silence_is_transcribed_without_failing(run: Run, tmp_path: Path) -> None:
    assert "3.0 s" in await run("transcription.py", silence(tmp_path / "a.wav"), tmp_path)


async def test_prompts_become_replies(run: Run, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("Why is the sky blue?\nWhat is a noun?\n")

    said = await run("batches.py", prompts, tmp_path / "replies.jsonl")

    assert said == "completed: 2 replies, 0 failed\n"
    lines = (tmp_path / "replies.jsonl").read_text().splitlines()
    replies = {line["id"]: line for line in map(json.loads, lines)}
    assert set(replies) == {"1", "2"}
    assert all(reply["text"] and not reply["problem"] for reply in replies.values())
