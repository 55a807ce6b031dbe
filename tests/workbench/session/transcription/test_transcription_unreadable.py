"""Files that nothing here can read: the service may."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client import MAX_AUDIO_BYTES
from tests.tone_speech import Ear, ToneSpeech
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.sending import goes_as_it_is, name_for
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.transcript import TranscriptPart
from workbench.session.transcription.updates import (
    FileOpened,
    Planned,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
)
from workbench.sound.sound_file import SoundError, SoundFile

MISSING = "It is read with PyAV: pip install 'groq-workbench[media]', then try again."
PARAMETERS = TranscriptionParameters()


class Unreadable:
    """A machine without PyAV."""

    def __init__(self, *, kind: str = "MP4", size: int | None = None) -> None:
        self.kind = kind
        self.size = size

    async def open(self, path: Path) -> SoundFile:
        size = path.stat().st_size if self.size is None else self.size  # noqa: ASYNC240
        return SoundFile(path=path, format=self.kind, size=size, missing=MISSING)

    async def scan(self, path: Path, **_: Any) -> Any:
        raise SoundError("It cannot be read here.")

    def piece(self, path: Path, spans: Any) -> Any:
        raise SoundError("It cannot be read here.")


def session_with(ear: Ear, sounds: Unreadable) -> TranscriptionSession:
    service = Service(name="api.groq.test", simulated=False, key_source="a test")
    return TranscriptionSession(ear.client(), sounds=sounds, service=service)


async def all_of(updates: AsyncIterator[TranscriptionUpdate]) -> list[TranscriptionUpdate]:
    return [update async for update in updates]


async def test_a_small_file_is_sent_as_it_is_and_its_length_learnt(tmp_path: Path) -> None:
    speech = ToneSpeech(count=20)
    path = speech.write(tmp_path / "voice.wav").rename(tmp_path / "voice.m4a")
    ear = Ear()
    session = session_with(ear, Unreadable())

    updates = await all_of(session.transcribe(path, PARAMETERS))

    opened, planned, outcome = updates[0], updates[1], updates[-1]
    assert isinstance(opened, FileOpened)
    assert opened.untouched
    assert opened.duration is None
    assert isinstance(planned, Planned)
    assert planned.billed_seconds is None
    assert isinstance(outcome, TranscriptCompleted)
    assert b'filename="voice.m4a"' in ear.bodies[0]
    assert outcome.transcript.text.lower().replace(".", "") == speech.text
    assert outcome.transcript.duration == pytest.approx(len(speech.samples) / 16_000)
    assert outcome.transcript.parts[0].end == outcome.transcript.duration
    assert outcome.transcript.parts[0].seconds == outcome.transcript.duration


async def test_a_large_one_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(100))
    ear = Ear()

    updates = await all_of(
        session_with(ear, Unreadable(size=MAX_AUDIO_BYTES + 1)).transcribe(path, PARAMETERS)
    )

    outcome = updates[-1]
    assert isinstance(outcome, TranscriptionFailed)
    assert "26 MB" in outcome.problem.explanation
    assert "groq-workbench[media]" in outcome.problem.advice
    assert not ear.requests


@pytest.mark.parametrize(
    ("name", "kind", "missing", "sent"),
    [
        ("voice.m4a", "MP4", MISSING, "voice.m4a"),
        ("VOICE.M4A", "MP4", MISSING, "VOICE.m4a"),
        ("clip.mov", "MP4", MISSING, "clip.mp4"),
        ("book.m4b", "MP4", MISSING, "book.m4a"),
        ("noname", "WebM", MISSING, "noname.webm"),
        ("talk.oga", "Ogg Vorbis", "", "talk.ogg"),
        ("talk.aiff", "AIFF", "", ""),
        ("talk.mov", "MP4", "", ""),
    ],
)
def test_a_file_is_sent_under_a_name_that_the_service_takes(
    name: str, kind: str, missing: str, sent: str
) -> None:
    file = SoundFile(path=Path(name), format=kind, size=1, missing=missing)

    assert name_for(file) == sent


@pytest.mark.parametrize(
    ("name", "kind", "size", "form", "seconds", "as_it_is"),
    [
        ("talk.mp3", "MP3", 480_000, (44_100, 2), 60.0, True),
        ("talk.mp3", "MP3", 2_400_000, (44_100, 2), 60.0, False),  # 320 kbit/s: FLAC is smaller
        ("talk.mp3", "MP3", 480_000, (44_100, 2), 40.0, False),  # a third of it is silence
        ("talk.flac", "FLAC", 900_000, (16_000, 1), 60.0, True),
        ("talk.flac", "FLAC", 5_000_000, (44_100, 2), 60.0, False),
        ("talk.wav", "WAV", 1_920_044, (16_000, 1), 60.0, False),
        ("talk.oga", "Opus", 200_000, (48_000, 1), 60.0, True),
        ("talk.aiff", "AIFF", 1_920_044, (16_000, 1), 60.0, False),
    ],
)
def test_a_file_is_converted_where_that_makes_it_smaller(
    name: str, kind: str, size: int, form: tuple[int, int], seconds: float, as_it_is: bool
) -> None:
    file = SoundFile(
        path=Path(name),
        format=kind,
        size=size,
        duration=60.0,
        sample_rate=form[0],
        channels=form[1],
        decoder="soundfile",
    )
    part = TranscriptPart(number=1, start=0.0, end=60.0, seconds=seconds, spans=((0.0, seconds),))

    assert goes_as_it_is(file, (part,)) is as_it_is
    assert not goes_as_it_is(file, (part, part))
