"""Transcripts on disk."""

import json
import os
import stat
from pathlib import Path

import pytest

from workbench.adapters.transcripts import TranscriptFiles

FIRST = {"format": "x", "key": "1", "text": "one", "segments": [{"a": 1}, {"a": 2}], "parts": []}
SECOND = {**FIRST, "key": "2", "text": "zwei \ud800 \u2028 drei"}


@pytest.fixture
def files(tmp_path: Path) -> TranscriptFiles:
    (tmp_path / "recordings").mkdir()
    return TranscriptFiles(tmp_path / "recordings", elsewhere=tmp_path / "state" / "transcripts")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return tmp_path / "recordings" / "talk.wav"


async def test_it_lies_beside_its_recording_for_its_owner_alone(
    files: TranscriptFiles, recording: Path
) -> None:
    path = await files.save(recording, FIRST)

    assert path == recording.with_name("talk.transcript.json")
    assert json.loads(path.read_text()) == FIRST
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in recording.parent.iterdir()] == [path.name]


async def test_files_from_elsewhere_get_nothing_put_beside_them(
    files: TranscriptFiles, tmp_path: Path
) -> None:
    (tmp_path / "music").mkdir()
    one, other = tmp_path / "music" / "talk.mp3", tmp_path / "talk.mp3"

    places = {await files.save(one, FIRST), await files.save(other, SECOND)}

    assert not list((tmp_path / "music").iterdir())
    assert len(places) == 2
    assert {place.parent for place in places} == {tmp_path / "state" / "transcripts"}
    assert [kept["key"] for kept in await files.load(one)] == ["1"]
    assert stat.S_IMODE((tmp_path / "state" / "transcripts").stat().st_mode) == 0o700


async def test_the_one_before_is_kept_and_the_one_before_that_is_not(
    files: TranscriptFiles, recording: Path
) -> None:
    for key in ("1", "1", "2", "2", "3"):
        await files.save(recording, {**FIRST, "key": key})

    assert [kept["key"] for kept in await files.load(recording)] == ["2", "3"]

    await files.forget(recording)

    assert await files.load(recording) == ()
    assert not list(recording.parent.iterdir())


async def test_any_text_comes_back_as_it_was(files: TranscriptFiles, recording: Path) -> None:
    await files.save(recording, SECOND)

    assert await files.load(recording) == (SECOND,)


async def test_a_torn_file_is_none(files: TranscriptFiles, recording: Path) -> None:
    path = await files.save(recording, FIRST)
    path.write_text(path.read_text()[:-20])

    assert await files.load(recording) == ()
    path.write_text("[1, 2]")
    assert await files.load(recording) == ()


async def test_a_save_that_fails_leaves_what_was_there(
    files: TranscriptFiles, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await files.save(recording, FIRST)

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        await files.save(recording, SECOND)

    assert await files.load(recording) == (FIRST,)
    assert len(list(recording.parent.iterdir())) == 1


async def test_a_link_in_its_place_is_replaced_not_followed(
    files: TranscriptFiles, recording: Path, tmp_path: Path
) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    files.beside(recording).symlink_to(target)

    await files.save(recording, FIRST)

    assert target.read_text() == "precious"


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("talk.srt", "talk.srt"),
        ("../../etc/passwd.txt", "etc-passwd.txt"),
        ("/etc/shadow", "etc-shadow"),
        ("..", "transcript"),
        ("a\0b\x1b[2J.txt", "a-b-[2J.txt"),
        ("\u202egnp.txt", "gnp.txt"),
        ("x" * 300 + ".vtt", "x" * 120 + ".vtt"),
        ("\N{CAT FACE}" * 100 + ".vtt", "\N{CAT FACE}" * 30 + ".vtt"),
        ("", "transcript"),
    ],
)
async def test_an_export_stays_in_its_folder_whatever_it_is_called(
    files: TranscriptFiles, tmp_path: Path, name: str, becomes: str
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()

    path = await files.export(folder, name, "text")

    assert path.parent == folder
    assert path.name == becomes
    assert path.read_text() == "text"


async def test_an_export_overwrites_nothing(files: TranscriptFiles, tmp_path: Path) -> None:
    first = await files.export(tmp_path, "talk.txt", "one")
    second = await files.export(tmp_path, "talk.txt", "two")

    assert (first.name, second.name) == ("talk.txt", "talk (2).txt")
    assert first.read_text() == "one"
    assert second.read_text() == "two"
