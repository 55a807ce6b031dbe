"""What can be set at the microphone, how far a run is, and how recordings are listed."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.sound_stage import BEGUN, part, planned, recording, transcript
from workbench.panes.microphone.progress import Progress
from workbench.panes.microphone.recordings import entry_of, file_entry
from workbench.panes.microphone.setting_values import (
    FIELDS,
    InvalidSettingError,
    short_model,
    transcription_models,
)
from workbench.session.recording_sign import sign_of
from workbench.session.recording_updates import RecordingStatus
from workbench.session.transcription.updates import (
    Converting,
    FileOpened,
    PieceFailed,
    PieceTranscribed,
    UploadProgressed,
)
from workbench.session.waits import Wait

OPENED = FileOpened(
    path=Path("talk.mp3"),
    duration=1200.0,
    format="MP3",
    sample_rate=44_100,
    channels=2,
    size=9,
    untouched=False,
)


def told(progress: Progress, now: float = 0.0) -> str:
    left, right = progress.ends(now)
    return "  ".join(readout.forms[-1].plain for readout in (*left, *right))


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("auto_stop", "", None),
        ("auto_stop", "3", 3.0),
        ("auto_stop", "2,5 s", 2.5),
        ("language", "EN", "en"),
        ("language", "german", "de"),
        ("language", "pt-BR", "pt"),
        ("temperature", "0.2", 0.2),
        ("temperature", " ", None),
    ],
)
def test_settings_are_read_as_people_type_them(name: str, typed: str, value: object) -> None:
    assert FIELDS[name].value(typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("auto_stop", "0.5", "only 1 to 10"),
        ("auto_stop", "soon", "only seconds"),
        ("auto_stop", "nan", "only 1 to 10"),
        ("language", "klingon", "unknown"),
        ("temperature", "2", "only 0 to 1"),
        ("temperature", "hot", "only numbers"),
    ],
)
def test_what_is_no_value_says_what_would_be(name: str, typed: str, told: str) -> None:
    with pytest.raises(InvalidSettingError, match=told):
        FIELDS[name].value(typed)


def test_a_model_chosen_elsewhere_is_offered_too() -> None:
    models = transcription_models("distil-whisper")
    assert models == ("whisper-large-v3-turbo", "whisper-large-v3", "distil-whisper")
    assert [short_model(model) for model in models] == ["v3-turbo", "v3", "distil-whisper"]


def test_progress_tells_reading_sending_and_hearing() -> None:
    progress = Progress()
    assert told(progress).startswith("Opening")
    progress.heard(OPENED)
    progress.heard(Converting(done=0.5))
    assert "Reading MP3" in told(progress)
    assert "50 %" in told(progress)
    first, second = part(1, 0, 600, "waiting"), part(2, 600, 1200, "waiting")
    progress.heard(planned(first, second))
    progress.heard(UploadProgressed(part=1, sent=5, total=10))
    assert "Sending" in told(progress)
    assert "12 %" in told(progress)
    assert "~20:00 billed" in told(progress)
    progress.heard(UploadProgressed(part=1, sent=10, total=10))
    assert "Listening" in told(progress)
    progress.heard(PieceTranscribed(part=part(1, 0, 600), transcript=transcript()))
    assert "50 %" in told(progress)
    assert "1 of 2 parts" in told(progress)


def test_a_failed_part_is_over_but_not_done() -> None:
    progress = Progress()
    progress.heard(planned(part(1, 0, 600, "waiting"), part(2, 600, 1200, "waiting")))
    failed = part(1, 0, 600, "failed")
    progress.heard(PieceFailed(part=failed, problem=None))  # type: ignore[arg-type]
    assert "0 of 2 parts" in told(progress)
    assert "50 %" in told(progress)


def test_a_wait_is_told_with_the_time_it_takes() -> None:
    progress = Progress()
    progress.heard(planned(part(1, 0, 5, "waiting")))
    progress.waits(Wait(title="Waiting for the rate limit", reason="", until=42.0))
    assert progress.waiting
    assert "Waiting for the rate limit · 12s" in told(progress, now=30.0)
    progress.waits(None)
    assert "Waiting" not in told(progress)


def test_a_recording_without_a_name_is_called_by_when_it_was_made() -> None:
    unnamed = recording(f"{BEGUN:%d %b %Y, %H:%M}", 5.0)
    today = entry_of(unnamed, today=BEGUN + timedelta(hours=1))
    later = entry_of(unnamed, today=BEGUN + timedelta(days=2))
    assert (today.title, today.when) == ("Today, 09:26", "")
    assert (later.title, later.when) == ("14 Mar, 09:26", "")


def test_a_name_stands_beside_the_time_or_the_day() -> None:
    named = recording("Budget", 5.0, transcript=Path("t.json"))
    assert entry_of(named, today=BEGUN).when == "09:26"
    entry = entry_of(named, today=BEGUN + timedelta(days=2))
    assert (entry.when, entry.mark) == ("14 Mar", "transcript")
    cut = recording("Budget", 5.0, transcript=Path("t.json"), state="interrupted")
    assert entry_of(cut, today=BEGUN).mark == "interrupted"
    assert file_entry(Path("/a/talk.mp3")).mark == "file"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (RecordingStatus(phase="arming"), "◌ REC"),
        (RecordingStatus(phase="recording", seconds=65.9), "● REC 01:05"),
        (RecordingStatus(phase="recording", seconds=5, trouble="zeros"), "● REC 00:05 !"),
        (RecordingStatus(phase="paused", seconds=5), "❚❚ 00:05"),
        (RecordingStatus(phase="stopping", seconds=5), "● REC 00:05"),
    ],
)
def test_every_workspace_sees_a_recording(status: RecordingStatus, text: str) -> None:
    sign = sign_of(status)
    assert sign is not None
    assert (sign.text, sign.urgency) == (text, "alert")


def test_nothing_is_seen_when_nothing_is_recorded() -> None:
    assert sign_of(RecordingStatus()) is None
