"""The microphone shows what sound servers, folders and listeners bring, and obeys none of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.widgets import DirectoryTree, Input, TextArea

from tests.hostile import (
    ALL,
    FORBIDDEN,
    PAYLOADS,
    assert_harmless,
    assert_literal,
    in_groups,
    joined,
    marked,
    seen,
)
from tests.sound_stage import (
    FOLDER,
    SoundActor,
    SoundStage,
    part,
    recording,
    segment,
    transcript,
)
from workbench.audio.capture import AudioUnavailable, CaptureOpened, CaptureStarted
from workbench.audio.devices import Device, DeviceChoice, DeviceList
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.sound.device_choice import DeviceChoiceScreen
from workbench.screens.sound.export_choice import ExportScreen
from workbench.screens.sound.open_sound import OpenSoundScreen
from workbench.screens.sound.recovered import RecoveredScreen
from workbench.session.live import LiveEnded, LiveFailed, LiveTextChanged
from workbench.session.ongoing import Sign
from workbench.session.problems import Problem
from workbench.session.transcription.transcript import Provenance
from workbench.session.transcription.updates import (
    TranscriptCompleted,
    TranscriptionFailed,
    TranscriptNotKept,
)
from workbench.session.waits import Wait

TALL = (130, 150)
PROBLEM = Problem(title=joined(" "), explanation=joined(" "), kept=joined(" "), advice=joined(" "))


def said(**known: object) -> object:
    """A transcript whose every word is a payload, as is everything told of it."""
    segments = [segment(n, n + 1, text) for n, text in enumerate(marked())]
    return transcript(
        *segments,
        **{
            "name": marked()[0],
            "language": marked()[1],
            "provenance": Provenance(service=marked()[2], simulated=True, listener=marked()[3]),
            **known,
        },
    )


async def test_what_was_said_is_only_text() -> None:
    talk = recording("Talk", 60, transcript=FOLDER / "t.json")
    stage = SoundStage(talk)
    stage.kept[talk.path] = said()  # type: ignore[assignment]
    async with stage.at_the_microphone(size=TALL) as actor:
        await actor.until(lambda: seen(stage.app) == ALL)
        assert_harmless(stage.app)
        assert_literal(actor.text)
        await actor.press("tab", "down", "down", "e")
        await actor.pilot.pause()
        assert isinstance(stage.app.focused, TextArea)
        assert_harmless(stage.app)
        await actor.press("escape", "slash")
        await actor.pilot.pause()
        for box in stage.screen.query(Input):
            box.value = joined(" ")
        await actor.pilot.pause()
        assert_harmless(stage.app)


async def test_parts_that_failed_and_what_cannot_be_kept_are_told_as_text() -> None:
    talk = recording("Talk", 60)
    stage = SoundStage(talk)
    async with stage.at_the_microphone(size=TALL) as actor:
        await actor.press("t")
        parts = (part(1, 0, 600), part(2, 600, 1200, "failed", problem=PROBLEM))
        whole = said(parts=parts)
        stage.waits._tell(Wait(title=marked()[0], reason=joined(), until=stage.clock.now() + 9))
        await actor.until(lambda: 0 in seen(stage.app))
        assert_harmless(stage.app)
        stage.waits._tell(None)
        await actor.heard(
            TranscriptNotKept(problem=PROBLEM),
            TranscriptCompleted(transcript=whole),  # type: ignore[arg-type]
        )
        await actor.until(lambda: seen(stage.app) == ALL)
        assert_harmless(stage.app)
        await actor.press("t")
        await actor.heard(TranscriptionFailed(problem=PROBLEM))
        await actor.until(lambda: seen(stage.app) == ALL)
        assert_harmless(stage.app)


async def test_what_is_heard_while_one_speaks_is_only_text() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=TALL) as actor:
        stage.screen.change_settings(replace(stage.screen.settings, live=True))
        await actor.record(1)
        half = len(joined()) // 2
        for update in (
            LiveTextChanged(
                committed=joined()[:half], tentative=joined()[half:], behind=1.0, billed_seconds=1.0
            ),
            LiveFailed(problem=PROBLEM, over=False),
            LiveEnded(text=joined(), billed_seconds=10.0),
        ):
            stage.live.put_nowait(update)
            await actor.hands_on()
            await actor.until(stage.live.empty)
            await actor.pilot.pause()
            assert seen(stage.app)
            assert_harmless(stage.app)


async def test_recordings_are_called_anything() -> None:
    recordings = [
        replace(recording("a", 9, device=text, note=text), title=text, path=FOLDER / f"{n}.wav")
        for n, text in enumerate(marked())
    ]
    stage = SoundStage(*recordings)
    async with stage.at_the_microphone(size=(130, 100)) as actor:
        await actor.until(lambda: len(stage.screen.list_pane.entries) == len(recordings))
        assert_harmless(stage.app)
        assert len(seen(stage.app)) > 10
        for key in ("end", "home", *("down",) * 5):
            await actor.press(key)
            assert_harmless(stage.app)
        await actor.press("f8", "f2", "f2")
        await rename_and_throw_away(actor)


async def rename_and_throw_away(actor: SoundActor) -> None:
    app = actor.stage.app
    await actor.press("delete")
    assert isinstance(app.screen, ConfirmScreen)
    assert seen(app)
    assert_harmless(app)
    await actor.press("enter")
    await actor.pilot.pause()
    assert_harmless(app)
    await actor.press("u")
    await actor.pilot.pause()
    assert_harmless(app)


async def test_recordings_that_were_cut_short_are_named_as_text() -> None:
    names = marked()[:8]
    cut = [
        replace(recording("a", 9, state="interrupted"), title=name, path=FOLDER / f"{n}.wav")
        for n, name in enumerate(names)
    ]
    stage = SoundStage(*cut)
    async with stage.at_the_microphone(size=(130, 40)) as actor:
        await actor.until(lambda: isinstance(stage.app.screen, RecoveredScreen))
        await actor.pilot.pause()
        assert len(seen(stage.app)) == len(names)
        assert_harmless(stage.app)


async def test_devices_are_called_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = tuple(
        Device(name=text, label=text, api=text, rate=1, channels=1) for text in marked()
    )
    stage = SoundStage()
    monkeypatch.setattr(
        "tests.sound_stage.DEVICES", DeviceList(devices=devices, engine=joined(" "))
    )
    stage.device_choices.put("input", DeviceChoice(name=joined(" "), api="x"))
    async with stage.at_the_microphone(size=(130, 100)) as actor:
        assert_harmless(stage.app)
        await actor.press("d")
        assert isinstance(stage.app.screen, DeviceChoiceScreen)
        await actor.until(lambda: len(seen(stage.app)) > 8)
        found = seen(stage.app)
        for _ in range(6):
            assert_harmless(stage.app)
            await actor.press("pagedown")
            found |= seen(stage.app)
        assert len(found) > 30
        unavailable = AudioUnavailable(
            reason="refused", explanation=joined(" "), command=joined(" ")
        )
        stage.app.screen.show_problem(unavailable)
        await actor.pilot.pause()
        assert_harmless(stage.app)
        await actor.press("end", "enter")
        assert_harmless(stage.app)


async def test_a_microphone_that_opens_or_fails_is_named_as_text() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(130, 60)) as actor:
        await actor.press("space")
        stage.microphone.tell(
            CaptureOpened(rate=1, device=marked()[0], engine=marked()[1], after=0.1),
            CaptureStarted(after=0.1),
        )
        await actor.until(lambda: "● REC" in actor.recorder)
        assert seen(stage.app)
        assert_harmless(stage.app)
        await actor.press("space")
        stage.microphone.unavailable = AudioUnavailable(
            reason="no-device", explanation=joined(" "), command=joined(" ")
        )
        await actor.until(lambda: stage.recording.status.phase == "idle")
        await actor.press("space")
        await actor.until(lambda: len(seen(stage.app)) > 20)
        assert_harmless(stage.app)


@pytest.fixture
def hostile_files(tmp_path: Path) -> list[Path]:
    """A sound file for every payload that a file can be named by, and some folders."""
    paths = []
    for number, payload in enumerate(PAYLOADS.values()):
        name = f"Q{number:02}q{payload[:40]}".replace("/", "-").replace("\x00", "")
        name = name.encode("utf-8", "replace").decode()
        paths.append(tmp_path / f"{name}.wav")
        paths[-1].touch()
        if number % 8 == 0:
            (tmp_path / name).mkdir()
    return paths


async def test_files_and_folders_are_called_anything(
    hostile_files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stage = SoundStage()
    async with stage.at_the_microphone(size=(130, 60)) as actor:
        await actor.press("o")
        assert isinstance(stage.app.screen, OpenSoundScreen)
        tree = stage.app.screen.query_one(DirectoryTree)
        await actor.until(lambda: len(tree.root.children) > len(PAYLOADS))
        found: set[int] = set()
        for line in range(0, len(tree.root.children), 10):
            tree.scroll_to(y=line, animate=False, immediate=True)
            await actor.pilot.pause()
            assert_harmless(stage.app)
            found |= seen(stage.app)
        assert found == ALL
        stage.app.screen.query_one(Input).value = joined(" ").replace("\x00", "")
        await actor.press("enter")
        await actor.pilot.pause()
        assert_harmless(stage.app)
        await actor.press("escape")
        for path in hostile_files[::6]:
            stage.screen.open_file(path)
            await actor.pilot.pause()
            assert_harmless(stage.app)
        await actor.press("delete")
        assert_harmless(stage.app)


async def test_an_export_proposes_a_name_that_leads_nowhere() -> None:
    for text in marked():
        proposed = ExportScreen(Path("/home"), text)._proposed
        assert proposed.parent == Path("/home")
        assert not FORBIDDEN.search(proposed.name)
    stage = SoundStage()
    async with stage.at_the_microphone(size=(130, 40)) as actor:
        await stage.app.push_screen(ExportScreen(Path("/home"), joined(" ")))
        await actor.pilot.pause()
        stage.app.screen.query_one(Input).value = f"/{joined(' ')}/x.txt".replace("\x00", "")
        await actor.press("enter")
        await actor.pilot.pause()
        assert_harmless(stage.app)


async def test_what_is_pasted_at_the_microphone_is_no_path_and_no_command() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(130, 40)) as actor:
        for text in (joined(), *marked()):
            stage.screen.post_message(events.Paste(text))
        await actor.pilot.pause()
        assert stage.screen.list_pane.entries == ()
        assert_harmless(stage.app)
        await actor.press("f2")
        stage.screen.query_one("#microphone-prompt").focus()
        stage.app.focused.post_message(events.Paste(joined()))  # type: ignore[union-attr]
        await actor.pilot.pause()
        assert_harmless(stage.app)


async def test_signs_in_the_title_are_only_text() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(700, 24)) as actor:
        for few in in_groups(14):
            stage.parts.ongoing.show("tool", Sign(text=" ".join(few), urgency="alert"))
            await actor.pilot.pause()
            assert len(seen(stage.app)) == len(few)
            assert_harmless(stage.app)
