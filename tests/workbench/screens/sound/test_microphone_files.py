"""Recordings and sound files on the desk: opened, named, thrown away, taken back."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events

from tests.sound_stage import BEGUN, SoundStage, recording, transcript
from workbench.screens.sound.pasted import pasted_path
from workbench.widgets.prompt import Prompt

OLD, NEW = recording("Old", 61.4), recording("New", 17.2, begun=BEGUN + timedelta(days=1))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    file = tmp_path / "my talk.mp3"
    file.write_bytes(b"ID3")
    return file


async def test_the_newest_recording_is_chosen_first() -> None:
    async with SoundStage(OLD, NEW).at_the_microphone() as actor:
        assert actor.recorder.strip().startswith("New  0:17")
        assert "Not transcribed yet: t does it." in actor.text


async def test_the_arrows_show_another_recording() -> None:
    stage = SoundStage(OLD, NEW)
    stage.kept[OLD.path] = transcript()
    async with stage.at_the_microphone() as actor:
        stage.screen.list_pane.take_focus()
        await actor.press("down")
        await actor.until(lambda: actor.recorder.strip().startswith("Old  1:01"))
        await actor.until(lambda: "server room" in actor.text)
        await actor.press("enter")
        assert stage.screen.transcript_pane.text_view.has_focus


async def test_a_recording_is_renamed() -> None:
    stage = SoundStage(OLD)
    async with stage.at_the_microphone() as actor:
        stage.screen.list_pane.take_focus()
        await actor.press("e")
        assert "Name of the recording" in actor.screen
        await actor.press("ctrl+u")
        await actor.type("Budget")
        await actor.press("enter")
        await actor.until(lambda: actor.recorder.strip().startswith("Budget"))
        assert stage.folder.kept[OLD.path].title == "Budget"


async def test_throwing_away_asks_first_and_can_be_undone() -> None:
    stage = SoundStage(OLD, NEW)
    async with stage.at_the_microphone() as actor:
        await actor.press("delete")
        assert "Throw this recording away?" in actor.screen
        await actor.press("escape")
        assert len(stage.folder.kept) == 2
        await actor.press("delete", "enter")
        await actor.until(lambda: len(stage.folder.kept) == 1)
        await actor.until(lambda: actor.recorder.strip().startswith("Old"))
        assert "is in the trash for 30 days" in actor.screen
        await actor.press("u")
        await actor.until(lambda: len(stage.screen.list_pane.entries) == 2)


async def test_a_file_is_opened_by_its_path(talk: Path) -> None:
    stage = SoundStage(NEW)
    async with stage.at_the_microphone() as actor:
        await actor.press("o")
        assert "Open a sound file" in actor.screen
        box = stage.app.screen.query_one("#open-path")
        box.value = str(talk.with_name("none.mp3"))  # type: ignore[attr-defined]
        await actor.press("enter")
        assert "There is no file" in actor.screen
        box.value = f"'{talk}'"  # type: ignore[attr-defined]
        await actor.press("enter")
        await actor.until(lambda: actor.recorder.strip().startswith("my talk.mp3  0:17"))
        assert [entry.mark for entry in stage.screen.list_pane.entries] == ["file", ""]


async def test_a_file_is_picked_from_the_folders(
    talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(talk.parent)
    (talk.parent / "notes.txt").write_text("no sound")
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("o")
        await actor.until(lambda: "♪ my talk.mp3" in actor.screen)
        assert "notes.txt" not in actor.screen
        await actor.press("down", "down", "enter")
        await actor.until(lambda: actor.recorder.strip().startswith("my talk.mp3"))


async def test_a_path_that_is_pasted_or_dropped_is_opened(talk: Path) -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        stage.screen.post_message(events.Paste(str(talk).replace(" ", "\\ ") + " "))
        await actor.until(lambda: actor.recorder.strip().startswith("my talk.mp3"))
        await actor.press("t")
        await actor.until(lambda: stage.asked)
        assert stage.asked[0][0].name == talk.name


async def test_closing_a_file_leaves_it_where_it_is(talk: Path) -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        stage.screen.open_file(talk)
        await actor.press("delete")
        await actor.until(lambda: "Say it, and read it" in actor.text)
        assert "the file is" in actor.screen
    assert talk in set(await asyncio.to_thread(lambda: list(talk.parent.iterdir())))


async def test_the_model_that_hears_is_named_in_the_title_and_chosen_in_the_settings() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(120, 36)) as actor:
        assert "whisper-large-v3-turbo" in actor.title
        await actor.press("f2")
        stage.screen.query_one("#translate").focus()
        await actor.press("right")
        assert stage.screen.settings.transcription.translate
        assert "whisper-large-v3 " in actor.title
        stage.screen.query_one("#language").focus()
        await actor.type("german")
        assert stage.screen.settings.transcription.language == "de"
        await actor.type("x")
        assert "✗ unknown" in actor.screen
        assert stage.screen.settings.transcription.language is None
        await actor.press("escape")
        assert not stage.screen.settings_pane.display


async def test_a_key_typed_at_the_microphone_does_not_reach_the_chat() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("q", "z")
        assert stage.app.chat_screen.query_one(Prompt).text == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a/b.wav", "/a/b.wav"),
        ("  '/a/my b.wav'\n", "/a/my b.wav"),
        ('"/a/b.wav"', "/a/b.wav"),
        ("/a/my\\ b\\(1\\).wav", "/a/my b(1).wav"),
        ("file:///a/my%20b.wav", "/a/my b.wav"),
        ("C:\\sounds\\b.wav", "C:\\sounds\\b.wav"),
    ],
)
def test_paths_are_read_as_terminals_write_them(text: str, path: str) -> None:
    assert pasted_path(text) == Path(path)


@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "nul\0byte", "x" * 5000, "''"])
def test_what_is_no_path_is_none(text: str) -> None:
    assert pasted_path(text) is None


def test_a_tilde_is_the_home_folder() -> None:
    assert pasted_path("~/b.wav") == Path.home() / "b.wav"


async def test_a_model_chosen_elsewhere_hears_from_then_on() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(120, 36)) as actor:
        stage.parts.choices.transcription_model = "acme/whisper-xl"
        await actor.press("alt+1", "alt+4")
        await actor.until(lambda: "acme/whisper-xl" in actor.title)
        assert stage.screen.settings.transcription.model == "acme/whisper-xl"
        await actor.press("f2")
        assert "whisper-xl" in actor.screen
