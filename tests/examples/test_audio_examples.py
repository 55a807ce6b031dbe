"""The examples for speech and batches run as they are, against the simulator."""

import json
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path

Run = Callable[..., Awaitable[str]]


async def test_a_sentence_is_spoken_into_a_file(run: Run, tmp_path: Path) -> None:
    said = await run("speech.py", tmp_path / "hi.wav", "Hello there, how are you?")

    assert "24000 Hz" in said
    with wave.open(str(tmp_path / "hi.wav")) as reader:
        assert reader.getnframes() > 24_000


async def test_prompts_become_replies(run: Run, tmp_path: Path) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("Why is the sky blue?\nWhat is a noun?\n")

    said = await run("batches.py", prompts, tmp_path / "replies.jsonl")

    assert said == "completed: 2 replies, 0 failed\n"
    lines = (tmp_path / "replies.jsonl").read_text().splitlines()
    replies = {line["id"]: line for line in map(json.loads, lines)}
    assert set(replies) == {"1", "2"}
    assert all(reply["text"] and not reply["problem"] for reply in replies.values())
