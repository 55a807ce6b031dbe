"""What goes wrong costs only what went wrong."""

import asyncio
import stat
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from client import TransportError
from client.testing import FakeResponse, Stall, settle
from tests.tone_speech import Ear, ToneSpeech, refusal
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.adapters.transcripts import TranscriptFiles
from workbench.session.service import Service
from workbench.session.transcription.parameters import TranscriptionParameters
from workbench.session.transcription.session import TranscriptionSession
from workbench.session.transcription.updates import (
    PieceFailed,
    PieceTranscribed,
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptionUpdate,
    TranscriptNotKept,
)

SERVICE = Service(name="api.groq.test", simulated=False, key_source="a test")
SHORT = TranscriptionParameters(piece_seconds=10)


@pytest.fixture
async def sounds() -> AsyncIterator[SoundDecoder]:
    decoder = SoundDecoder(detector="energy")
    yield decoder
    await decoder.aclose()


@pytest.fixture
def transcripts(tmp_path: Path) -> TranscriptFiles:
    return TranscriptFiles(tmp_path, elsewhere=tmp_path / "elsewhere")


@pytest.fixture
def speech() -> ToneSpeech:
    return ToneSpeech(count=120)


@pytest.fixture
def path(speech: ToneSpeech, tmp_path: Path) -> Path:
    return speech.write(tmp_path / "talk.wav")


async def all_of(updates: AsyncIterator[TranscriptionUpdate]) -> list[TranscriptionUpdate]:
    return [update async for update in updates]


def bare(text: str) -> str:
    return text.replace(".", "").lower()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - another thread makes it true
            await asyncio.sleep(0)


async def test_one_part_fails_and_is_sent_again_alone(
    sounds: SoundDecoder, speech: ToneSpeech, path: Path
) -> None:
    ear = Ear(failing={2: refusal(500, "Internal error")})
    session = TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE)

    updates = await all_of(session.transcribe(path, SHORT))

    (failed,) = [update for update in updates if isinstance(update, PieceFailed)]
    assert failed.problem.title == "The service failed"
    assert failed.problem.explanation == "Internal error"
    assert "kept" in failed.problem.kept
    outcome = updates[-1]
    assert isinstance(outcome, TranscriptCompleted)
    assert outcome.transcript.failed == (failed.part,)
    assert not outcome.transcript.complete
    said = len(outcome.transcript.text.split())
    assert 0 < said < speech.count
    before = len(ear.requests)

    updates = await all_of(session.retry(failed.part.number))

    assert len(ear.requests) == before + 1
    assert isinstance(updates[-1], TranscriptCompleted)
    assert session.transcript is not None
    assert session.transcript.complete
    assert bare(session.transcript.text) == speech.text


async def test_a_key_that_is_refused_is_not_tried_with_every_part(
    sounds: SoundDecoder, path: Path
) -> None:
    ear = Ear(failing=dict.fromkeys(range(1, 100), refusal(401, "Invalid API Key")))
    session = TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE)

    updates = await all_of(session.transcribe(path, SHORT))

    failed = [update for update in updates if isinstance(update, PieceFailed)]
    assert session.transcript is not None
    assert len(failed) == len(session.transcript.parts) > 3
    assert len(ear.requests) <= 3
    assert {update.problem.title for update in failed} == {"The API key was not accepted"}


async def test_a_line_that_breaks_is_told_with_what_was_kept(
    sounds: SoundDecoder, path: Path
) -> None:
    ear = Ear(failing={1: TransportError("The line is down.")})
    session = TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE)

    updates = await all_of(session.transcribe(path, SHORT))

    (failed,) = [update for update in updates if isinstance(update, PieceFailed)]
    assert failed.part.number == 1
    assert failed.part.start == 0.0
    assert "every part that was transcribed" in failed.problem.kept


async def test_stopping_keeps_the_parts_that_had_arrived(
    sounds: SoundDecoder, speech: ToneSpeech, path: Path
) -> None:
    silent = FakeResponse(headers={"content-type": "application/json"}, body=(Stall(),))
    ear = Ear(failing={2: silent, 3: silent, 4: silent})
    session = TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE)

    async with aclosing(session.transcribe(path, SHORT)) as updates:
        async for update in updates:
            if isinstance(update, PieceTranscribed):
                break
        await until(lambda: len(ear.bodies) > 1)
        await settle()

    assert silent.closed
    assert session.transcript is not None
    done = [part.number for part in session.transcript.parts if part.state == "done"]
    assert done == [1]
    ear.failing.clear()

    await all_of(session.retry())

    assert bare(session.transcript.text) == speech.text


async def test_a_transcript_is_there_again_after_a_restart(
    sounds: SoundDecoder, speech: ToneSpeech, path: Path, transcripts: TranscriptFiles
) -> None:
    ear = Ear(failing={2: refusal(503, "Over capacity")})
    first = TranscriptionSession(
        ear.client(), sounds=sounds, service=SERVICE, transcripts=transcripts
    )
    await all_of(first.transcribe(path, SHORT))
    await first.edit(0, "Quite another sentence.")

    session = TranscriptionSession(
        ear.client(), sounds=sounds, service=SERVICE, transcripts=transcripts
    )
    kept = await session.open(path)

    assert kept == first.transcript
    assert kept is not None
    (missing,) = kept.failed
    assert missing.problem is not None
    assert missing.problem.explanation == "Over capacity"

    await all_of(session.retry(missing.number))

    assert session.transcript is not None
    assert session.transcript.complete
    assert session.transcript.segments[0].text == "Quite another sentence."
    back = session.transcript.with_text(0, None)
    assert bare(back.text) == speech.text
    assert first.kept_at == path.parent / "talk.transcript.json"
    assert stat.S_IMODE((path.parent / "talk.transcript.json").stat().st_mode) == 0o600


async def test_each_part_is_on_disk_as_soon_as_it_is_there(
    sounds: SoundDecoder, path: Path, transcripts: TranscriptFiles
) -> None:
    silent = FakeResponse(headers={"content-type": "application/json"}, body=(Stall(),))
    ear = Ear(failing=dict.fromkeys(range(2, 9), silent))
    session = TranscriptionSession(
        ear.client(), sounds=sounds, service=SERVICE, transcripts=transcripts
    )
    updates = session.transcribe(path, SHORT)
    async for update in updates:
        if isinstance(update, PieceTranscribed):
            break

    await until((path.parent / "talk.transcript.json").exists)
    await updates.aclose()

    other = TranscriptionSession(
        ear.client(), sounds=sounds, service=SERVICE, transcripts=transcripts
    )
    kept = await other.open(path)
    assert kept is not None
    assert [part.state for part in kept.parts][:2] == ["done", "waiting"]
    assert kept.text


class FullDisk:
    async def save(self, recording: Path, document: Mapping[str, object]) -> Path:
        raise OSError(28, "No space left on device")

    async def load(self, recording: Path) -> tuple[Mapping[str, object], ...]:
        return ()

    async def forget(self, recording: Path) -> None: ...

    async def export(self, folder: Path, name: str, text: str) -> Path:
        return folder


async def test_a_full_disk_is_told_once_and_the_text_goes_on(
    sounds: SoundDecoder, speech: ToneSpeech, path: Path
) -> None:
    session = TranscriptionSession(
        Ear().client(), sounds=sounds, service=SERVICE, transcripts=FullDisk()
    )

    updates = await all_of(session.transcribe(path, SHORT))

    (told,) = [update for update in updates if isinstance(update, TranscriptNotKept)]
    assert told.problem.explanation == "No space left on device."
    assert session.saving_problem == told.problem
    assert isinstance(updates[-1], TranscriptCompleted)
    assert bare(updates[-1].transcript.text) == speech.text


async def test_a_file_that_went_away_is_told_when_a_part_is_tried_again(
    sounds: SoundDecoder, path: Path
) -> None:
    ear = Ear(failing={1: refusal(500, "Internal error")})
    session = TranscriptionSession(ear.client(), sounds=sounds, service=SERVICE)
    await all_of(session.transcribe(path, SHORT))
    path.unlink()  # noqa: ASYNC240

    (update,) = await all_of(session.retry())

    assert isinstance(update, TranscriptionFailed)
    assert "talk.wav" in update.problem.explanation
    assert session.transcript is not None
    assert session.transcript.text
