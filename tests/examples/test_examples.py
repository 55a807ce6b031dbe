"""Every example runs as it stands, against the simulator."""

import os
import re
import subprocess
import sys
import wave
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent
PROGRAMS = sorted(
    path.name
    for path in EXAMPLES.glob("*.py")
    if not path.name.startswith("test_") and path.name != "conftest.py"
)
Run = Callable[..., Awaitable[str]]


def test_every_example_is_run_by_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in EXAMPLES.glob("test_*.py"))

    assert PROGRAMS
    assert [name for name in PROGRAMS if f'run("{name}"' not in tests] == []


async def test_a_question_is_answered(run: Run) -> None:
    said = await run("chat.py", "What", "is", "2", "+", "3?")

    assert "`2 + 3` is **5**." in said
    assert re.search(r"\(\d+ tokens in \d+\.\d\d s\)", said)


async def test_a_conversation_goes_on_until_an_empty_line(run: Run) -> None:
    said = await run("chat.py", typed="What is 2 + 3?\nWhat is 4 + 4?\n\n")

    assert "is **5**." in said
    assert "is **8**." in said


async def test_a_refusal_does_not_end_the_conversation(run: Run) -> None:
    said = await run("chat.py", typed="Hello\n\n", fault="400")

    assert "BadRequestError: 400" in said


async def test_a_stream_is_printed_and_measured(run: Run) -> None:
    said = await run("streaming.py", "Why is the sky blue?")

    assert said.startswith("The sky is blue")
    assert re.search(r"first token +\d+\.\d ms", said)
    assert re.search(r"Groq's clock +\d+\.\d tokens/s", said)


async def test_what_came_of_a_cut_stream_is_printed(run: Run) -> None:
    said = await run("streaming.py", "Why is the sky blue?", fault="cut-after=6000")

    assert "broken off: " in said


async def test_an_approved_call_is_made(run: Run) -> None:
    said = await run("tools.py", "The local time in Asia/Tokyo?", typed="y\n")

    assert "Run local_time({" in said
    assert "I called `local_time`" in said


async def test_a_call_that_is_not_approved_is_not_made(run: Run) -> None:
    said = await run("tools.py", "The local time in Asia/Tokyo?", typed="n\n")

    assert "did not allow" in said


async def test_a_picture_is_shown_to_the_model(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dot.png").write_bytes(png())

    said = await run("vision.py", tmp_path / "dot.png", "What is this?")

    assert "image/png" in said
    assert re.search(r"\(\d+ tokens for the question and the picture\)", said)


async def test_a_sentence_becomes_values(run: Run) -> None:
    said = await run("json_schema.py", "Lunch with Ada on Friday")

    assert [line.split()[0] for line in said.splitlines()] == [
        "title",
        "people",
        "weekday",
        "place",
    ]


async def test_a_recording_is_written_down_with_subtitles(run: Run, tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "tone.wav"), "wb") as writer:
        writer.setparams((1, 2, 16_000, 0, "NONE", ""))
        writer.writeframes(b"\x00\x20\x00\xe0" * 16_000)

    said = await run("transcription.py", tmp_path / "tone.wav", tmp_path)

    assert "2.0 s of English" in said
    assert "did not listen" in said
    assert (tmp_path / "tone.srt").read_text().startswith("1\n00:00:00,")
    assert (tmp_path / "tone.vtt").read_text().startswith("WEBVTT\n\n00:00:00.")


async def test_waits_are_shown_and_every_question_is_answered(run: Run) -> None:
    # Of all that is worth a second try, a full tier alone says nothing of the service's health.
    said = await run("retries.py", 10, fault="498; rate=0.3")

    assert re.search(r"#\d+: .*, attempt 2 in \d\.\d s", said)
    assert "goes out, after" in said
    assert "10 of 10 answered" in said
    assert "tokens left this minute" in said


async def test_a_recording_is_played_without_key_or_network(run: Run, tmp_path: Path) -> None:
    session = tmp_path / "session.har"

    recorded = await run("replay.py", "record", session, "Why is the sky blue?")
    played = await run("replay.py", "play", session, "Why is the sky blue?", 50, online=False)

    assert f"recorded in {session}" in recorded
    assert "The sky is blue" in played
    assert played.rsplit("\n(", 1)[0] == recorded.rsplit("\n(", 1)[0]


async def test_another_question_is_not_in_the_recording(run: Run, tmp_path: Path) -> None:
    session = tmp_path / "session.har"

    await run("replay.py", "record", session, "Why?")
    said = await run("replay.py", "play", session, "Who?", online=False, status=1)

    assert "From the nearest it differs in: messages" in said


@pytest.mark.parametrize("name", ["vision.py", "replay.py"])
async def test_an_example_says_how_it_is_used(name: str, run: Run) -> None:
    assert f"python tests/examples/{name}" in await run(name, status=1)


def test_the_examples_are_typed() -> None:
    root = EXAMPLES.parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", *(str(EXAMPLES / name) for name in PROGRAMS)],
        cwd=root,
        env={**os.environ, "MYPY_FORCE_COLOR": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def png() -> bytes:
    """One red pixel."""

    def part(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")

    head = b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"
    data = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", data) + part(b"IEND", b"")
