"""Real words: through a stand-in for the recogniser here, through the real one where marked."""

import asyncio
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.simulator import SimulatorSettings, listener
from workbench.simulator.command import run
from workbench.simulator.server import Simulator

REPO = Path(__file__).parents[3]
STAND_IN = """
import os, sys, time
from types import SimpleNamespace as Some

class WhisperModel:
    def __init__(self, model, **options):
        if model == "missing":
            raise ValueError("no model named missing")
        print("loading, with words on standard output")
        self.folder = model

    def transcribe(self, audio, **options):
        assert audio.read(4) == b"RIFF"
        assert options["word_timestamps"] is True
        with open(self.folder + "/calls", "a") as calls:
            calls.write(f"{os.getpid()} {options['task']} {options['language']} ")
            calls.write(f"{options['initial_prompt']} {options['temperature']}\\n")
        if options["initial_prompt"] == "die":
            os._exit(3)
        if options["initial_prompt"] == "hang":
            time.sleep(60)
        words = [Some(word=" Please", start=0.3, end=0.7), Some(word=" move.", start=0.7, end=9.0)]
        heard = Some(id=1, seek=0, start=0.3, end=9.0, text=" Please move.", tokens=[1, 2],
                     temperature=0.0, avg_logprob=-0.2, compression_ratio=0.9,
                     no_speech_prob=0.01, words=words)
        return iter([heard]), Some(language=options["language"] or "de")
"""
WORDS: dict[str, Any] = {
    "response_format": "verbose_json",
    "timestamp_granularities[]": ["word", "segment"],
}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stand-in for faster-whisper, which writes down how it was called."""
    (tmp_path / "faster_whisper.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(REPO))))
    return tmp_path


def calls(folder: Path) -> list[list[str]]:
    return [line.split(" ") for line in (folder / "calls").read_text().splitlines()]


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            await asyncio.sleep(0)
            if condition():
                return


async def ask(
    http: httpx.AsyncClient, audio: bytes, path: str = "transcriptions", **fields: Any
) -> dict[str, Any]:
    answer = await http.post(
        f"/audio/{path}",
        data={"model": "whisper-large-v3", **fields},
        files={"file": ("clip.wav", audio)},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_words_come_with_times_within_the_audio(
    simulate: Any, sound: Any, stand_in: Path
) -> None:
    async with simulate(listen=str(stand_in)) as http:
        body = await ask(http, sound((0.3, 1.5)), prompt="Names", temperature=0.5, **WORDS)
    assert (body["text"], body["language"]) == (" Please move.", "German")
    assert body["words"] == [
        {"word": "Please", "start": 0.3, "end": 0.7},
        {"word": "move.", "start": 0.7, "end": 2},
    ]
    (segment,) = body["segments"]
    assert (segment["id"], segment["end"], segment["avg_logprob"]) == (0, 2, -0.2)
    assert [call[1:] for call in calls(stand_in)] == [["transcribe", "None", "Names", "0.5"]]


async def test_the_model_is_loaded_once_and_translates_too(
    simulate: Any, sound: Any, stand_in: Path
) -> None:
    async with simulate(listen=str(stand_in)) as http:
        await ask(http, sound((0.3, 1.5)), language="fr")
        translated = await ask(
            http, sound((0.3, 1.5)), "translations", response_format="verbose_json"
        )
    assert translated["language"] == "English"
    first, second = calls(stand_in)
    assert first[:3] == [second[0], "transcribe", "fr"]
    assert second[1] == "translate"
    assert not is_running(int(first[0]))


async def test_digital_silence_is_not_even_listened_to(
    simulate: Any, sound: Any, stand_in: Path
) -> None:
    async with simulate(listen=str(stand_in)) as http:
        assert (await ask(http, sound()))["text"] == ""
    assert not (stand_in / "calls").exists()


@pytest.mark.parametrize(
    ("model", "prompt", "reason"),
    [
        ("missing", "", "The recogniser says: no model named missing."),
        (None, "die", "The recogniser says: it ended unexpectedly."),
    ],
)
async def test_a_recogniser_that_fails_is_quoted_and_not_made_up_for(
    simulate: Any, sound: Any, stand_in: Path, model: str | None, prompt: str, reason: str
) -> None:
    async with simulate(listen=model or str(stand_in)) as http:
        body = await ask(http, sound((0.3, 1.5)), prompt=prompt)
        assert body["text"].startswith(" (The simulator did not listen: 2.0 s of audio")
        assert reason in body["text"]
        if prompt:
            assert (await ask(http, sound((0.3, 1.5))))["text"] == " Please move."


async def test_a_client_that_leaves_stops_the_recogniser(
    simulate: Any, sound: Any, stand_in: Path
) -> None:
    async with simulate(listen=str(stand_in)) as http:
        waiting = asyncio.ensure_future(ask(http, sound((0.3, 1.5)), prompt="hang"))
        await until(lambda: (stand_in / "calls").exists() and bool(calls(stand_in)))
        waiting.cancel()
        await asyncio.wait({waiting})
        await until(lambda: not is_running(int(calls(stand_in)[0][0])))
        assert (await ask(http, sound((0.3, 1.5))))["text"] == " Please move."


async def test_leaving_the_simulator_ends_the_recogniser(
    sound: Any, stand_in: Path, client_of: Any
) -> None:
    before = asyncio.all_tasks()
    async with Simulator(SimulatorSettings(listen=str(stand_in))) as simulator:
        async with client_of("groq", simulator.base_url) as client:
            said = await client.audio.transcriptions.create(
                model="whisper-large-v3", file=("a.wav", sound((0.3, 1.5)))
            )
            assert said.text == " Please move."
        process = int(calls(stand_in)[0][0])
        assert is_running(process)
    assert not is_running(process)
    assert asyncio.all_tasks() == before


async def test_without_a_recogniser_the_transcript_says_what_to_install(
    simulate: Any, sound: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "can_listen", lambda: False)
    async with simulate(listen="base") as http:
        body = await ask(http, sound((0.3, 1.5)))
    assert "To hear real words, install groq-workbench[listen].)" in body["text"]


def test_the_command_does_not_start_deaf(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from argparse import ArgumentParser

    from workbench.simulator.command import add_arguments

    monkeypatch.setattr(listener, "can_listen", lambda: False)
    parser = ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--listen", "base"])) == 1
    assert "--listen needs faster-whisper" in capsys.readouterr().err


@pytest.mark.listens
async def test_clips_are_heard(simulate: Any, clips: Path, model: str) -> None:
    spoken = {
        clip["file"]: clip for clip in json.loads((clips / "transcripts.json").read_text())["clips"]
    }
    names = ("en_us_short", "en_us_long_pause", "en_us_paragraph", "en_gb_numbers")
    async with simulate(listen=model) as http:
        http.timeout = 120
        for name in names:
            body = await ask(http, (clips / f"{name}.wav").read_bytes(), **WORDS)
            expected = _bare(spoken[f"{name}.wav"]["text"])
            heard = _bare(body["text"])
            # Synthetic voices are hard: most words, not all.
            assert len(expected & heard) >= 0.7 * len(expected), body["text"]
            assert body["language"] == "English"
            times = [time for word in body["words"] for time in (word["start"], word["end"])]
            assert times == sorted(times)
            assert times[-1] <= body["duration"]
        for name in ("silence_3s", "room_noise_3s"):
            assert (await ask(http, (clips / f"{name}.wav").read_bytes()))["text"] == ""


def _bare(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


@pytest.mark.listens
async def test_listening_does_not_hold_up_the_loop(simulate: Any, clips: Path, model: str) -> None:
    audio = (clips / "en_us_paragraph.wav").read_bytes()
    longest = 0.0
    async with simulate(listen=model) as http:
        http.timeout = 120
        await ask(http, (clips / "en_us_short.wav").read_bytes())
        listening = asyncio.ensure_future(ask(http, audio))
        while not listening.done():
            before = time.monotonic()
            await asyncio.sleep(0)
            longest = max(longest, time.monotonic() - before)
        assert "garden" in listening.result()["text"]
    # Other work on the machine takes its share of this.
    assert longest < 0.25
