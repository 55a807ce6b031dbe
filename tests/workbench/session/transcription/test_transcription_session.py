"""From a file to a transcript, with ears that know every word again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tone_speech import Ear, ToneSpeech
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.updates import (
    Converting,
    FileOpened,
    NoSpeechFound,
    PieceReady,
    PieceTranscribed,
    Planned,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
    UploadProgressed,
)
from workbench.sound.scan import Scan

SERVICE = Service(name="api.groq.test", simulated=False, key_source="a test")
SHORT = TranscriptionParameters(piece_seconds=10)


class AllSpeech(SoundDecoder):
    """Takes everything for speech: there is no quiet place to cut."""

    async def scan(self, path: Path, **keywords: Any) -> Scan:
        scan = await super().scan(path, **keywords)
        return replace(scan, speech=np.ones_like(scan.speech))


@pytest.fixture
async def sounds() -> AsyncIterator[SoundDecoder]:
    decoder = SoundDecoder(detector="energy")
    yield decoder
    await decoder.aclose()


def session_with(ear: Ear, sounds: SoundDecoder) -> TranscriptionSession:
    return TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE, wall_time=lambda: 1e9)


async def all_of(updates: AsyncIterator[TranscriptionUpdate]) -> list[TranscriptionUpdate]:
    return [update async for update in updates]


def bare(text: str) -> str:
    return text.replace(".", "").lower()


async def test_a_file_becomes_text_step_by_step(sounds: SoundDecoder, tmp_path: Path) -> None:
    speech = ToneSpeech(count=20)
    ear = Ear()
    session = session_with(ear, sounds)

    updates = await all_of(
        session.transcribe(speech.write(tmp_path / "talk.wav"), TranscriptionParameters())
    )

    kinds = [type(update) for update in updates]
    assert list(dict.fromkeys(kinds)) == [
        FileOpened,
        Converting,
        Planned,
        PieceReady,
        UploadProgressed,
        PieceTranscribed,
        TranscriptCompleted,
    ]
    opened, planned, outcome = updates[0], updates[kinds.index(Planned)], updates[-1]
    assert isinstance(opened, FileOpened)
    assert (opened.format, opened.sample_rate, opened.untouched) == ("WAV", 16_000, False)
    assert isinstance(planned, Planned)
    assert planned.billed_seconds == 10.0  # less is not to be had
    assert isinstance(outcome, TranscriptCompleted)
    assert outcome.transcript is session.transcript
    assert outcome.transcript.complete
    assert bare(outcome.transcript.text) == speech.text
    assert outcome.transcript.language == "en"
    assert str(outcome.transcript.provenance) == "heard by api.groq.test"


async def test_it_asks_for_every_time_there_is(sounds: SoundDecoder, tmp_path: Path) -> None:
    ear = Ear()
    parameters = TranscriptionParameters(language="de", prompt="Groq, Textual", temperature=0.5)

    await all_of(
        session_with(ear, sounds).transcribe(
            ToneSpeech(count=5).write(tmp_path / "talk.wav"), parameters
        )
    )

    (sent,) = ear.fields
    assert sent["model"] == "whisper-large-v3-turbo"
    assert (sent["language"], sent["prompt"]) == ("de", "Groq, Textual")
    assert sent["temperature"] == "0.5"
    body = ear.bodies[0]
    assert b'name="timestamp_granularities[]"\r\n\r\nword\r\n' in body
    assert b'name="timestamp_granularities[]"\r\n\r\nsegment\r\n' in body
    assert b'filename="sound.flac"' in body


async def test_a_translation_asks_the_model_that_can(sounds: SoundDecoder, tmp_path: Path) -> None:
    ear = Ear(words=False)
    speech = ToneSpeech(count=14)
    session = session_with(ear, sounds)

    await all_of(
        session.transcribe(
            speech.write(tmp_path / "talk.wav"), TranscriptionParameters(translate=True)
        )
    )

    assert ear.requests[0].url.endswith("/audio/translations")
    assert ear.fields[0]["model"] == "whisper-large-v3"
    assert session.transcript is not None
    assert bare(session.transcript.text) == speech.text
    assert session.transcript.segments[0].words == ()
    assert session.transcript.language == "en"


async def test_words_keep_their_times_from_start_to_end(
    sounds: SoundDecoder, tmp_path: Path
) -> None:
    speech = ToneSpeech(count=120, pauses={60: 3.0})
    session = session_with(Ear(), sounds)

    await all_of(session.transcribe(speech.write(tmp_path / "talk.flac"), SHORT))

    assert session.transcript is not None
    assert len(session.transcript.parts) > 3
    heard = [word for segment in session.transcript.segments for word in segment.words]
    assert [bare(word.text) for word in heard] == [word for word, _, _ in speech.words]
    for word, (_, start, end) in zip(heard, speech.words, strict=True):
        assert word.start == pytest.approx(start, abs=0.06)
        assert word.end == pytest.approx(end, abs=0.06)


@pytest.mark.parametrize("jitter", [0.0, 0.15])
@pytest.mark.parametrize("words", [True, False])
async def test_without_a_quiet_place_no_word_is_doubled_or_lost(
    tmp_path: Path, jitter: float, words: bool
) -> None:
    speech = ToneSpeech(count=150, word_seconds=0.3, gap=0.0)
    sounds = AllSpeech(detector="energy")
    ear = Ear(jitter=jitter, words=words)
    session = session_with(ear, sounds)

    await all_of(session.transcribe(speech.write(tmp_path / "talk.wav"), SHORT))
    await sounds.aclose()

    assert session.transcript is not None
    assert len(session.transcript.parts) > 3
    sent_twice = sum(len(text.split()) for text in ear.heard) - speech.count
    assert sent_twice > 10  # the parts do overlap
    assert bare(session.transcript.text) == speech.text


async def test_a_long_silence_is_not_sent_and_times_are_right_behind_it(
    sounds: SoundDecoder, tmp_path: Path
) -> None:
    speech = ToneSpeech(count=30, pauses={15: 40.0})
    ear = Ear()
    session = session_with(ear, sounds)

    await all_of(session.transcribe(speech.write(tmp_path / "talk.wav"), TranscriptionParameters()))

    assert sum(ear.seconds) < 14
    assert session.transcript is not None
    ((begin, end),) = session.transcript.skipped
    assert end - begin == pytest.approx(38, abs=0.5)
    heard = [word for segment in session.transcript.segments for word in segment.words]
    assert [bare(word.text) for word in heard] == [word for word, _, _ in speech.words]
    assert heard[-1].start == pytest.approx(speech.words[-1][1], abs=0.06)
    assert session.transcript.duration == pytest.approx(len(speech.samples) / 16_000)


async def test_nobody_speaks_and_nothing_is_sent_unless_asked_for(
    sounds: SoundDecoder, tmp_path: Path
) -> None:
    path = ToneSpeech(count=0, ending=3.0).write(tmp_path / "silence.wav")
    ear = Ear()
    session = session_with(ear, sounds)

    updates = await all_of(session.transcribe(path, TranscriptionParameters()))

    outcome = updates[-1]
    assert isinstance(outcome, NoSpeechFound)
    assert outcome.duration == pytest.approx(3.0)
    assert outcome.loudest < -60
    assert not ear.requests

    updates = await all_of(session.transcribe(path, TranscriptionParameters(gate=False)))

    assert isinstance(updates[-1], TranscriptCompleted)
    assert len(ear.requests) == 1


async def test_text_appears_in_the_order_of_time_whatever_arrives_first(
    sounds: SoundDecoder, tmp_path: Path
) -> None:
    speech = ToneSpeech(count=120)
    session = session_with(Ear(), sounds)

    updates = await all_of(session.transcribe(speech.write(tmp_path / "talk.wav"), SHORT))

    arrived = [update for update in updates if isinstance(update, PieceTranscribed)]
    assert len(arrived) == len(session.transcript.parts if session.transcript else ())
    for update in arrived:
        starts = [segment.start for segment in update.transcript.segments]
        assert starts == sorted(starts)
        done = [part.number for part in update.transcript.parts if part.state == "done"]
        assert {segment.part for segment in update.transcript.segments} <= set(done)


async def test_a_compressed_file_goes_up_as_it_is(sounds: SoundDecoder, tmp_path: Path) -> None:
    speech = ToneSpeech(count=30)
    path = speech.write(tmp_path / "Talk.OGG", format="OGG", subtype="VORBIS")
    ear = Ear()
    session = session_with(ear, sounds)

    await all_of(session.transcribe(path, TranscriptionParameters()))

    assert b'filename="Talk.ogg"' in ear.bodies[0]
    assert path.read_bytes() in ear.bodies[0]
    assert session.transcript is not None
    assert bare(session.transcript.text) == speech.text
    assert session.transcript.segments[0].words[0].start == pytest.approx(0.08, abs=0.06)


async def test_a_file_that_is_no_sound_says_so(sounds: SoundDecoder, tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("not a sound at all")
    session = session_with(Ear(), sounds)

    (update,) = await all_of(session.transcribe(path, TranscriptionParameters()))

    assert isinstance(update, TranscriptionFailed)
    assert "notes.wav is no sound file" in update.problem.explanation
    assert "MP3" in update.problem.advice
    assert session.transcript is None


async def test_leaving_at_any_moment_leaves_nothing_behind(
    sounds: SoundDecoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ToneSpeech(count=120).write(tmp_path / "talk.wav")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    whole = len(await all_of(session_with(Ear(), sounds).transcribe(path, SHORT)))
    before = asyncio.all_tasks()

    for steps in range(0, whole, 3):
        session = session_with(Ear(), sounds)
        updates = session.transcribe(path, SHORT)
        for _ in range(steps):
            await anext(updates)
        await updates.aclose()

        async with asyncio.timeout(5):
            # A thread may be in the middle of a read.
            while asyncio.all_tasks() != before:  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert not list(temporary.iterdir())
        if session.transcript is not None:
            assert {part.state for part in session.transcript.parts} <= {"waiting", "done"}
