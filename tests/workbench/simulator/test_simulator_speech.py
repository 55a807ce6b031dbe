import io
import os
import stat
import struct
import sys
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from workbench.simulator import Limits, espeak, voice
from workbench.simulator.catalogue import MODELS
from workbench.simulator.pcm import SAMPLE_RATE

ENGLISH, ARABIC = "canopylabs/orpheus-v1-english", "canopylabs/orpheus-arabic-saudi"
INPUT_LENGTH = "input length must be 200 characters or fewer, but provided input contains"
SPOKEN: dict[str, Any] = {
    "model": ENGLISH,
    "voice": "hannah",
    "input": "Please move the budget review to Tuesday.",
    "response_format": "wav",
}


@pytest.fixture(autouse=True)
def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Hides espeak-ng; what is put into this folder is found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


async def speak(http: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    return await http.post("/audio/speech", json={**SPOKEN, **changes})


def samples_of(wav: bytes) -> Any:
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    assert rate == SAMPLE_RATE
    assert samples.ndim == 1
    return samples


async def test_speech_is_an_audible_wav_of_24_khz(http: httpx.AsyncClient) -> None:
    answer = await speak(http)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["transfer-encoding"] == "chunked"
    samples = samples_of(answer.content)
    assert 1.5 < len(samples) / SAMPLE_RATE < 5
    assert 0.3 < np.abs(samples).max() <= 1
    assert np.sqrt(np.mean(samples**2)) > 0.05


async def test_the_header_cannot_know_the_length(http: httpx.AsyncClient) -> None:
    wav = (await speak(http)).content
    riff, whole, form = struct.unpack("<4sI4s", wav[:12])
    mark, length = struct.unpack("<4sI", wav[36:44])
    assert (riff, form, mark) == (b"RIFF", b"WAVE", b"data")
    assert whole == length == 0xFFFFFFFF


async def test_it_comes_in_pieces_while_it_is_made(http: httpx.AsyncClient) -> None:
    async with http.stream("POST", "/audio/speech", json=SPOKEN) as answer:
        pieces = [piece async for piece in answer.aiter_raw()]
    assert len(pieces) > 5


def test_more_text_takes_longer_and_every_voice_is_its_own() -> None:
    text = "The parcel weighs forty two kilograms."
    lengths = [len(voice.speak(text * times, "troy")) for times in (1, 2, 4)]
    assert 1.9 < lengths[1] / lengths[0] < 2.3
    assert 1.9 < lengths[2] / lengths[1] < 2.2
    voices = [name for model in MODELS for name in model.voices]
    assert len({voice.speak(text, name) for name in voices}) == len(voices) == 12
    assert len(voice.speak(text, "troy", 2.0)) < len(voice.speak(text, "troy")) * 0.6


@pytest.mark.parametrize("text", ["...", "?!", "😀", "ـ", "1234567", "مرحبا بالعالم؟", "\n", "a"])
def test_any_text_can_be_spoken(text: str) -> None:
    assert len(voice.speak(text, "noura")) >= SAMPLE_RATE // 10


async def test_arabic_has_voices_of_its_own(http: httpx.AsyncClient) -> None:
    answer = await speak(http, model=ARABIC, voice="fahad", input="مرحبا بالعالم")
    assert len(samples_of(answer.content)) > SAMPLE_RATE / 2
    refused = await speak(http, model=ARABIC)
    told = "voice must be one of [abdullah fahad sultan lulwa noura aisha]"
    assert refused.json()["error"]["message"] == told


async def test_directions_are_not_read_aloud(http: httpx.AsyncClient) -> None:
    plain = await speak(http, input="How are you?")
    directed = await speak(http, input="[cheerful] How are you?")
    assert directed.content == plain.content


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"response_format": "mp3"}, "response_format must be one of [wav]"),
        # The service's own default is not among what it makes.
        ({"response_format": None}, "response_format must be one of [wav]"),
        ({"voice": "alloy"}, "voice must be one of [autumn diana hannah austin daniel troy]"),
        (
            {"input": "x" * 201},
            f"{INPUT_LENGTH} 201 characters",
        ),
        ({"input": " "}, "input must not be empty"),
        ({"input": None}, "'input' : property 'input' is missing"),
        ({"model": "whisper-large-v3"}, "`speech` is not supported with this model"),
        ({"volume": 3}, "property 'volume' is unsupported"),
        ({"speed": 9}, "'speed' : number must be at most 5"),
    ],
)
async def test_each_fault_of_a_request_is_named(
    http: httpx.AsyncClient, changes: dict[str, Any], message: str
) -> None:
    answer = await speak(http, **changes)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == message


async def test_200_characters_are_taken(http: httpx.AsyncClient) -> None:
    assert (await speak(http, input="ü" * 200)).status_code == 200


async def test_terms_that_nobody_accepted_can_be_asked_for(http: httpx.AsyncClient) -> None:
    headers = {"x-simulate": "error-event=model_terms_required"}
    answer = await http.post("/audio/speech", json=SPOKEN, headers=headers)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["code"] == "model_terms_required"
    assert error["message"].startswith(
        f"The model `{ENGLISH}` requires terms acceptance. Please have the org admin accept the "
        "terms at https://console.groq.com/playground?model="
    )


async def test_speech_counts_tokens(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, plan="free", speed=1e9) as http:
        answer = await speak(http)
        assert answer.headers["x-ratelimit-limit-tokens"] == "1200"
        assert answer.headers["x-ratelimit-remaining-tokens"] == str(1200 - 11 - 4)
    async with simulate(clock=held_clock, limits=Limits(tokens_per_minute=20)) as http:
        assert (await speak(http)).status_code == 200
        assert (await speak(http)).status_code == 429


def install(folder: Path, body: str) -> None:
    program = folder / "espeak-ng"
    program.write_text(f"#!{sys.executable}\nimport struct, sys\n{body}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


async def test_an_installed_espeak_speaks(http: httpx.AsyncClient, no_program: Path) -> None:
    install(
        no_program,
        "said = sys.stdin.read()\n"
        "open(sys.argv[0] + '.said', 'w').write(said + ' '.join(sys.argv[1:]))\n"
        "head = struct.pack('<4sI4s4sIHHIIHH', b'RIFF', 0x7ffff024, b'WAVE', b'fmt ', 16, 1, 1,"
        " 22050, 44100, 2, 16)\n"
        "sys.stdout.buffer.write(head + struct.pack('<4sI', b'data', 0x7ffff000))\n"
        "sys.stdout.buffer.write(struct.pack('<h', 8000) * 22050)",
    )
    answer = await speak(http, input="-f /etc/passwd [[ph]] [cheerful] there")
    samples = samples_of(answer.content)
    assert len(samples) == pytest.approx(SAMPLE_RATE, abs=2)
    assert samples[100] == pytest.approx(8000 / 32768, abs=0.001)
    told = (no_program / "espeak-ng.said").read_text()
    assert told.endswith("--stdin --stdout -v en-us+f4 -s 165")
    assert "[[" not in told


@pytest.mark.parametrize("body", ["sys.exit(1)", "sys.stdout.write('no sound')"])
async def test_where_espeak_fails_the_tones_speak(
    http: httpx.AsyncClient, no_program: Path, body: str
) -> None:
    install(no_program, body)
    assert len(samples_of((await speak(http)).content)) > SAMPLE_RATE


async def test_an_espeak_that_hangs_is_given_up(
    no_program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        no_program,
        "import os, time\nopen(sys.argv[0] + '.pid', 'w').write(str(os.getpid()))\ntime.sleep(60)",
    )
    monkeypatch.setattr(espeak, "_PATIENCE_SECONDS", 0.5)
    assert await espeak.speak("hello", "troy", 1.0) is None
    with pytest.raises(ProcessLookupError):
        os.kill(int((no_program / "espeak-ng.pid").read_text()), 0)
