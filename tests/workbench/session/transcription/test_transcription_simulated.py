"""Transcription over a socket: the client, the simulator, and real words where a model is given."""

import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from client import GroqClient
from tests.tone_speech import ToneSpeech
from tests.workbench.session.transcription.conftest import LISTEN
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.transcript import Transcript
from workbench.session.transcription.updates import NoSpeechFound, PieceFailed
from workbench.simulator import Simulator, SimulatorSettings

SIMULATED = Service(
    name="SIMULATED", simulated=True, key_source="none needed", listener="Whisper base"
)
NUMBERS = {"8": "eight", "200": "two hundred", "9": "nine", "30": "thirty", "42": "forty two"}


@pytest.fixture
async def sounds() -> AsyncIterator[SoundDecoder]:
    decoder = SoundDecoder(detector="energy")
    yield decoder
    await decoder.aclose()


@pytest.fixture
def clips(shared: Path) -> Path:
    return shared / "audio"


async def transcribed(
    path: Path, sounds: SoundDecoder, parameters: TranscriptionParameters, **settings: object
) -> Transcript | None:
    chosen = {"speed": 200.0, "plan": "developer", "seed": 1, **settings}
    async with (
        Simulator(SimulatorSettings(**chosen)) as simulator,  # type: ignore[arg-type]
        GroqClient(base_url=simulator.base_url, api_key="gsk_test") as groq,
    ):
        session = TranscriptionSession(groq, sounds=sounds, service=SIMULATED)
        async for update in session.transcribe(path, parameters):
            assert not isinstance(update, PieceFailed)
            if isinstance(update, NoSpeechFound):
                return None
        return session.transcript


async def test_a_simulator_that_did_not_listen_is_not_said_to_have_heard(
    sounds: SoundDecoder, tmp_path: Path
) -> None:
    path = ToneSpeech(count=60).write(tmp_path / "talk.wav")

    transcript = await transcribed(path, sounds, TranscriptionParameters(piece_seconds=10))

    assert transcript is not None
    assert len(transcript.parts) >= 2
    assert str(transcript.provenance) == "simulated, did not listen"
    assert "did not listen" in transcript.text
    assert {segment.confidence for segment in transcript.segments} == {None}


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "ogg", "opus"])
async def test_every_kind_of_file_is_taken(sounds: SoundDecoder, tmp_path: Path, kind: str) -> None:
    forms = {
        "opus": {"format": "OGG", "subtype": "OPUS"},
        "ogg": {"format": "OGG", "subtype": "VORBIS"},
    }
    path = ToneSpeech(count=20).write(tmp_path / f"talk.{kind}", **forms.get(kind, {}))

    transcript = await transcribed(path, sounds, TranscriptionParameters())

    assert transcript is not None
    assert transcript.complete


async def test_silence_and_room_noise_are_not_sent(sounds: SoundDecoder, clips: Path) -> None:
    for name in ("silence_3s", "room_noise_3s"):
        path = clips / f"{name}.wav"
        assert await transcribed(path, sounds, TranscriptionParameters()) is None


def spoken(text: str) -> list[str]:
    bare = re.findall(r"[a-z0-9]+", text.lower())
    return " ".join(NUMBERS.get(word, word) for word in bare).split()


@pytest.mark.listens
@pytest.mark.parametrize("piece_seconds", [10, 20, 600])
async def test_real_words_are_stitched_without_a_seam(
    sounds: SoundDecoder, clips: Path, tmp_path: Path, piece_seconds: float
) -> None:
    known = {
        clip["file"]: clip for clip in json.loads((clips / "transcripts.json").read_text())["clips"]
    }
    names = ("en_us_paragraph.wav", "en_gb_numbers.wav", "en_us_short.wav")
    samples = np.concatenate([soundfile.read(clips / name)[0] for name in names])
    soundfile.write(tmp_path / "talk.wav", samples, 16_000)
    true = spoken(" ".join(known[name]["text"] for name in names))

    transcript = await transcribed(
        tmp_path / "talk.wav",
        sounds,
        TranscriptionParameters(language="en", piece_seconds=piece_seconds),
        listen=os.environ[LISTEN],
    )

    assert transcript is not None
    assert str(transcript.provenance) == "simulated, heard by Whisper base"
    heard = spoken(transcript.text)
    # Synthetic voices are hard: a word in six may be wrong, but none is lost or doubled in number.
    assert abs(len(heard) - len(true)) <= 5
    assert sum(word in heard for word in true) >= 0.83 * len(true)
    starts = [word.start for segment in transcript.segments for word in segment.words]
    assert starts == sorted(starts)
