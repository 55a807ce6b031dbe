"""Sound files, read in a process of its own."""

import asyncio
import os
import signal
import struct
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.tone_speech import ToneSpeech, listen
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.session.transcription.plan import plan_of
from workbench.sound.scan import RATE
from workbench.sound.sound_file import SoundError
from workbench.sound.stretches import speech_stretches

SPEECH = ToneSpeech(count=40, pauses={20: 5.0})
HOURS = 3


@pytest.fixture
async def decoder() -> AsyncIterator[SoundDecoder]:
    made = SoundDecoder(detector="energy")
    yield made
    await made.aclose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return SPEECH.write(tmp_path / "talk.wav")


def child_of(decoder: SoundDecoder) -> int:
    assert decoder._process is not None
    return decoder._process.pid


def memory(pid: int, figure: str = "VmHWM") -> float:
    """Megabytes of a process: the most it ever had, or has."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{figure}:")) / 1024


async def test_stretches_come_as_one_flac_file_without_a_name(
    decoder: SoundDecoder, path: Path
) -> None:
    folder = set(path.parent.iterdir())

    async with decoder.piece(path, [(0.0, 3.0), (12.0, 15.0)]) as piece:
        data = piece.file.read()
        assert len(data) == piece.size
        assert set(path.parent.iterdir()) == folder

    samples, rate = soundfile.read(BytesIO(data))
    assert data[:4] == b"fLaC"
    assert rate == RATE
    assert len(samples) == 6 * RATE
    heard = [word for word, _, _ in listen(samples)]
    true = [word for word, start, end in SPEECH.words if end < 3 or (start > 12 and end < 15)]
    assert [word for word in heard if word != "um"] == true


async def test_a_scan_tells_levels_and_speech_and_how_far_it_is(
    decoder: SoundDecoder, path: Path
) -> None:
    told: list[float] = []

    scan = await decoder.scan(path, progress=told.append)

    assert scan.duration == pytest.approx(len(SPEECH.samples) / RATE)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(scan.duration)
    assert scan.detector == "energy"
    assert len(speech_stretches(scan)) == 2


async def test_what_cannot_be_read_is_told_and_the_next_file_is_read(
    decoder: SoundDecoder, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.mp3").write_text("words")

    with pytest.raises(SoundError, match=r"text\.mp3 is no sound file") as caught:
        await decoder.open(tmp_path / "text.mp3")
    assert "MP3" in caught.value.advice
    child = child_of(decoder)
    assert (await decoder.open(path)).format == "WAV"
    assert child_of(decoder) == child


async def test_a_decoder_that_dies_costs_only_its_file(
    decoder: SoundDecoder, path: Path, tmp_path: Path
) -> None:
    hours = sparse_recording(tmp_path / "hours.wav", hours=HOURS)
    begun = asyncio.Event()
    scanning = asyncio.create_task(decoder.scan(hours, progress=lambda _: begun.set()))
    await begun.wait()

    os.kill(child_of(decoder), signal.SIGSEGV)

    with pytest.raises(SoundError, match="gave up"):
        await scanning
    assert (await decoder.open(path)).format == "WAV"


async def test_leaving_in_the_middle_ends_the_work_at_once(
    decoder: SoundDecoder, tmp_path: Path
) -> None:
    path = sparse_recording(tmp_path / "hours.wav", hours=HOURS)
    begun = asyncio.Event()
    scanning = asyncio.create_task(decoder.scan(path, progress=lambda _: begun.set()))
    await begun.wait()
    child = child_of(decoder)

    scanning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await scanning

    assert not Path(f"/proc/{child}").exists()  # noqa: ASYNC240
    assert (await decoder.open(path)).duration == pytest.approx(HOURS * 3600)


async def test_the_child_has_no_key_and_ends_with_its_parent(
    decoder: SoundDecoder, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_secret")
    await decoder.open(path)

    environment = Path(f"/proc/{child_of(decoder)}/environ").read_bytes()  # noqa: ASYNC240
    assert b"gsk_secret" not in environment
    assert decoder._process is not None
    assert decoder._process.stdin is not None
    decoder._process.stdin.close()
    assert await asyncio.wait_for(decoder._process.wait(), 10) == 0


async def test_it_works_in_a_folder_whose_files_have_the_names_of_modules(
    decoder: SoundDecoder, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("numpy.py", "json.py", "workbench.py"):
        (tmp_path / module).write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)

    assert (await decoder.open(Path(path.name))).format == "WAV"


async def test_three_hours_take_little_memory(decoder: SoundDecoder, tmp_path: Path) -> None:
    path = sparse_recording(tmp_path / "hours.wav", hours=HOURS)
    await decoder.open(path)
    here, there = memory(os.getpid(), "VmRSS"), memory(child_of(decoder))

    scan = await decoder.scan(path, progress=lambda _: None)
    plan = plan_of(scan, gate=False, piece_seconds=600)

    assert plan is not None
    assert len(plan.parts) >= 18
    assert len(speech_stretches(scan)) == HOURS * 6
    for part in (plan.parts[0], plan.parts[1], plan.parts[-1]):
        async with decoder.piece(path, part.spans) as piece:
            assert 0 < piece.size < 25_000_000
    assert memory(child_of(decoder)) - there < 60
    assert memory(os.getpid(), "VmRSS") - here < 60


def sparse_recording(path: Path, *, hours: int) -> Path:
    """A long WAV file of silence with three seconds of sound every ten minutes.

    It takes no room on the disk.
    """
    size = hours * 3600 * RATE * 2
    time = np.arange(3 * RATE) / RATE
    burst = (8000 * np.sin(2 * np.pi * 500 * time)).astype("<i2").tobytes()
    with path.open("wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16))
        file.write(b"data" + struct.pack("<I", size))
        for minute in range(5, hours * 60, 10):
            file.seek(44 + minute * 60 * RATE * 2)
            file.write(burst)
        file.truncate(44 + size)
    return path
