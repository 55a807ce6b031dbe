"""The folder of recordings: found, repaired, renamed, thrown away and taken back."""

import os
import stat
import time
import wave
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.heard import clip, samples_of
from workbench.adapters.recordings import KEPT_DAYS, RecordingFiles
from workbench.recorder.marker import Marker, marker_of
from workbench.recorder.wav_file import WavFile

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> RecordingFiles:
    return RecordingFiles(tmp_path / "recordings", now=lambda: NOON)


async def recorded(folder: RecordingFiles, seconds: float = 1.0) -> Path:
    return clip(await folder.new(), seconds)


def cut_short(file: Path, samples: int) -> None:
    """What is there when the process was killed: the sizes in the header lag behind."""
    sound = file.read_bytes()
    file.write_bytes(sound[:4] + bytes(4) + sound[8:40] + bytes(4) + sound[44 : 44 + samples * 2])


async def test_names_are_new_and_the_folder_is_for_its_owner_alone(
    folder: RecordingFiles, tmp_path: Path
) -> None:
    first = await recorded(folder)
    second = await folder.new()

    assert first.name == "recording-20261123-120000.wav"
    assert second.name == "recording-20261123-120000-2.wav"
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700


async def test_a_new_recording_is_described_and_listed(folder: RecordingFiles) -> None:
    path = await recorded(folder, 1.5)

    described = await folder.describe(path, device="Blue Yeti")
    listed = await folder.recordings()

    assert listed == (described,)
    assert described.device == "Blue Yeti"
    assert (described.seconds, described.rate, described.state) == (1.5, 16_000, "whole")
    assert stat.S_IMODE(path.with_suffix(".json").stat().st_mode) == 0o600


async def test_the_newest_is_the_first(tmp_path: Path) -> None:
    days = iter(range(20, 24))
    folder = RecordingFiles(tmp_path, now=lambda: datetime(2026, 11, next(days), 12, tzinfo=UTC))
    made = [await recorded(folder) for _ in range(3)]

    assert [one.path for one in await folder.recordings()] == made[::-1]


async def test_a_title_changes_and_the_files_keep_their_names(folder: RecordingFiles) -> None:
    path = await recorded(folder)
    recording = await folder.describe(path)

    await folder.rename(recording, "Interview with Zoë, part 1/2")

    (listed,) = await folder.recordings()
    assert listed.title == "Interview with Zoë, part 1/2"
    assert listed.path == path


async def test_a_transcript_is_remembered(folder: RecordingFiles, tmp_path: Path) -> None:
    recording = await folder.describe(await recorded(folder))
    transcript = tmp_path / "t.json"

    attached = await folder.attach(recording, transcript)
    detached = await folder.attach(attached, None)

    assert attached.transcript == transcript
    assert detached.transcript is None


async def test_what_is_thrown_away_can_be_taken_back_with_all_that_belongs_to_it(
    folder: RecordingFiles,
) -> None:
    path = await recorded(folder)
    recording = await folder.rename(await folder.describe(path), "Keep me")
    path.with_suffix(".transcript.json").write_text("{}")

    discarded = await folder.discard(recording)
    gone = await folder.recordings()
    left = [one.name for one in path.parent.iterdir()]
    restored = await folder.restore(discarded)

    assert gone == ()
    assert left == [".trash"]
    assert restored == recording
    assert path.with_suffix(".transcript.json").exists()


async def test_restoring_replaces_nothing(folder: RecordingFiles) -> None:
    path = await recorded(folder)
    discarded = await folder.discard(await folder.describe(path))
    clip(path, 0.5)

    with pytest.raises(FileExistsError):
        await folder.restore(discarded)

    assert (await folder.get(path)).seconds == 0.5


async def test_the_trash_is_emptied_after_its_days_and_not_before(folder: RecordingFiles) -> None:
    old = await folder.discard(await folder.describe(await recorded(folder)))
    new = await folder.discard(await folder.describe(await recorded(folder)))
    past = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(old.folder, (past, past))

    await folder.recordings()

    assert not old.folder.exists()
    assert (await folder.restore(new)).seconds == 1.0


async def test_a_recording_that_was_cut_short_is_repaired_and_offered_until_it_is_accepted(
    folder: RecordingFiles,
) -> None:
    path = await recorded(folder)
    Marker(path).leave()
    cut_short(path, 12_345)
    before = path.stat().st_mtime_ns

    (found,) = await folder.recordings()
    (again,) = await folder.recordings()
    accepted = await folder.accept(again)

    assert found.state == again.state == "interrupted"
    assert found.seconds == 12_345 / 16_000
    assert len(samples_of(path)) == 12_345
    assert path.stat().st_mtime_ns == before
    assert accepted.state == "whole"
    assert (await folder.recordings())[0].state == "whole"
    assert not marker_of(path).exists()


async def test_a_wrong_header_without_a_marker_is_repaired_too(folder: RecordingFiles) -> None:
    path = await recorded(folder)
    cut_short(path, 8_000)

    (found,) = await folder.recordings()

    assert found.state == "interrupted"
    assert len(samples_of(path)) == 8_000
    assert (await folder.recordings())[0].state == "interrupted"


async def test_a_running_recording_is_left_alone(folder: RecordingFiles) -> None:
    path = await folder.new()
    marker = Marker(path)
    file = WavFile(path, 16_000)
    file.append(bytes(320))
    before = path.read_bytes()

    (found,) = await folder.recordings()

    assert found.state == "recording"
    assert path.read_bytes() == before
    file.close()
    marker.remove()


async def test_a_recording_that_never_began_leaves_nothing(folder: RecordingFiles) -> None:
    path = await folder.new()
    WavFile(path, 16_000).close()
    Marker(path).leave()

    assert await folder.recordings() == ()
    assert list(path.parent.iterdir()) == []


async def test_a_marker_without_a_file_is_forgotten_unless_somebody_holds_it(
    folder: RecordingFiles,
) -> None:
    path = await folder.new()
    held = Marker(path)
    await folder.recordings()
    while_held = marker_of(path).exists()
    held.leave()
    await folder.recordings()

    assert while_held
    assert not marker_of(path).exists()


async def test_an_empty_file_is_dropped_and_one_with_sound_is_not(folder: RecordingFiles) -> None:
    empty, full = await folder.new(), clip((await folder.new()).with_stem("recording-2"), 0.1)
    WavFile(empty, 16_000).close()

    await folder.drop_empty(empty)
    await folder.drop_empty(full)

    assert not empty.exists()
    assert full.exists()


async def test_links_and_foreign_files_are_not_touched(
    folder: RecordingFiles, tmp_path: Path
) -> None:
    home = (await folder.new()).parent
    elsewhere = clip(tmp_path / "elsewhere.wav", 0.2)
    (home / "recording-20261123-130000.wav").symlink_to(elsewhere)
    (home / "song.wav").write_bytes(b"RIFF")

    assert await folder.recordings() == ()


async def test_a_folder_that_is_not_there_is_empty(folder: RecordingFiles) -> None:
    assert await folder.recordings() == ()
    assert (await folder.size()).count == 0


async def test_the_size_is_that_of_all(folder: RecordingFiles) -> None:
    await recorded(folder, 1.0)
    await recorded(folder, 0.5)

    size = await folder.size()

    assert (size.count, size.size) == (2, 2 * 44 + 48_000)
    assert size.free


async def test_a_file_of_notes_that_is_no_json_is_like_none(folder: RecordingFiles) -> None:
    path = await recorded(folder)
    path.with_suffix(".json").write_text("{half")

    (found,) = await folder.recordings()

    assert found.title == f"{NOON:%d %b %Y, %H:%M}"


async def test_the_file_is_right_at_any_moment(tmp_path: Path) -> None:
    path = tmp_path / "recording-1.wav"
    file = WavFile(path, 16_000)
    for _ in range(60):  # 1.2 s in blocks of 20 ms
        file.append(bytes(640))

    with wave.open(str(path)) as sound:
        stated = sound.getnframes()
    file.close()

    assert stated >= (1.2 - 0.25) * 16_000
    assert len(samples_of(path)) == 19_200


@given(data=st.binary(max_size=80), known=st.binary(max_size=40), marked=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_file_is_too_broken_to_be_listed(
    tmp_path: Path, data: bytes, known: bytes, marked: bool
) -> None:
    path = tmp_path / "recording-20261123-120000.wav"
    path.write_bytes((b"RIFF....WAVEfmt " if len(data) % 2 else b"") + data)
    path.with_suffix(".json").write_bytes(known)
    if marked:
        marker_of(path).touch()

    for recording in await RecordingFiles(tmp_path).recordings():
        assert recording.seconds >= 0
        assert (await RecordingFiles(tmp_path).accept(recording)).state == "whole"
