"""Pictures of the microphone. Look at each before accepting it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.sound_stage import (
    BEGUN,
    FOLDER,
    NO_LIBRARY,
    SAID,
    SoundActor,
    SoundStage,
    part,
    planned,
    recording,
    segment,
    transcript,
)
from workbench.audio.capture import CaptureStalled, LevelMeasured, ZerosHeard
from workbench.session.live import LiveTextChanged
from workbench.session.problems import Problem
from workbench.session.transcription.transcript import Provenance
from workbench.session.transcription.updates import (
    NoSpeechFound,
    PieceTranscribed,
    TranscriptCompleted,
    UploadProgressed,
)

Compare = Callable[..., bool]
Play = Callable[[SoundActor], Awaitable[None]]
Picture = Callable[[SoundStage, Play, tuple[int, int]], bool]

NARROW, WIDE = (80, 24), (120, 36)
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
INTERVIEW = recording("Interview with Ada", 17.2, begun=BEGUN + timedelta(hours=1))
RECORDINGS = (
    recording("Budget review", 1834, transcript=FOLDER / "Budget review.transcript.json"),
    INTERVIEW,
    recording("Recording 08:12", 61.4, begun=BEGUN - timedelta(hours=3)),
)


@pytest.fixture
def picture(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> Picture:
    """Whether the microphone looks as it did when its picture was accepted."""
    monkeypatch.setattr(Path, "cwd", lambda: Path("/home/ada/talks"))

    def compare(stage: SoundStage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            actor = SoundActor(stage, pilot)
            await actor.go()
            await play(actor)
            for screen in stage.app.screen_stack:
                for box in screen.query("Input, TextArea").results(Input | TextArea):
                    box.cursor_blink = False
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def told() -> SoundStage:
    """Three recordings, of which the chosen one was transcribed."""
    stage = SoundStage(*RECORDINGS)
    stage.kept[INTERVIEW.path] = transcript(
        segment(*SAID[0]),
        segment(*SAID[1], doubt="uncertain", confidence=0.41),
        segment(*SAID[2]),
        segment(17.0, 17.2, "Thank you for watching.", doubt="no speech", confidence=0.3),
    )
    return stage


async def nothing(actor: SoundActor) -> None:
    await actor.pilot.pause()


async def read(actor: SoundActor) -> None:
    await actor.until(lambda: "server room" in actor.flowing)
    await actor.pilot.pause()


async def recorded(actor: SoundActor) -> None:
    await actor.record(9)


@BOTH
def test_nothing_recorded_yet(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(SoundStage(), nothing, size)


def test_arming(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("space")

    assert picture(SoundStage(), play, NARROW)


@BOTH
def test_recording(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(SoundStage(*RECORDINGS), recorded, size)


def test_recording_in_the_light(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("f8")
        await actor.record(9)

    assert picture(SoundStage(*RECORDINGS), play, WIDE)


def test_recording_too_loud(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(5)
        actor.stage.microphone.hear(0.2, clipped=True)
        actor.stage.microphone.hear(1)
        await actor.until(actor.stage.microphone.events.empty)

    assert picture(SoundStage(), play, NARROW)


def test_recording_paused(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(5)
        await actor.press("p")
        actor.stage.microphone.tell(
            LevelMeasured(
                samples=80_000, peak=-30, rms=-41, clipped=False, peaks=((-900, 900),), paused=True
            )
        )
        await actor.until(lambda: "Paused" in actor.recorder)

    assert picture(SoundStage(), play, NARROW)


def test_recording_only_zeros(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(5)
        actor.stage.microphone.tell(ZerosHeard())
        await actor.until(lambda: "zeros" in actor.recorder)

    assert picture(SoundStage(*RECORDINGS), play, NARROW)


def test_recording_stalled(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(5)
        actor.stage.microphone.tell(CaptureStalled())
        await actor.until(lambda: "Nothing arrives" in actor.recorder)

    assert picture(SoundStage(), play, NARROW)


def test_microphone_unplugged(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(5)
        actor.stage.microphone.end("lost")
        await actor.until(lambda: "is gone" in actor.recorder)
        await actor.until(lambda: "Esc Stop" in actor.keys)

    assert picture(SoundStage(*RECORDINGS), play, NARROW)


@BOTH
def test_no_sound_library(picture: Picture, size: tuple[int, int]) -> None:
    stage = SoundStage()
    stage.microphone.unavailable = NO_LIBRARY

    async def play(actor: SoundActor) -> None:
        await actor.press("space")
        await actor.until(lambda: "libportaudio2" in actor.recorder)

    assert picture(stage, play, size)


@BOTH
def test_recording_seen_from_the_chat(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.record(3)
        await actor.press("alt+1")
        await actor.until(lambda: actor.stage.app.screen is actor.stage.app.chat_screen)

    assert picture(SoundStage(), play, size)


@BOTH
def test_live_text(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("l")
        await actor.record(9)
        actor.stage.live.put_nowait(
            LiveTextChanged(
                committed="First, we checked every cable in the server room. After that, nobody",
                tentative="could find the missing quay",
                behind=2.0,
                billed_seconds=20.0,
            )
        )
        await actor.hands_on()
        await actor.hands_on()
        await actor.until(lambda: "missing quay" in actor.flowing)

    assert picture(SoundStage(), play, size)


@BOTH
def test_transcript(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("down", "right", "right", "right")

    assert picture(told(), play, size)


def test_transcript_in_the_light(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("f8")
        await read(actor)

    assert picture(told(), play, WIDE)


@BOTH
def test_transcribing_with_a_part_that_failed(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("t")
        waiting = [part(n, n * 600 - 600, n * 600, "waiting") for n in range(1, 5)]
        limit = Problem(title="Rate limit reached", explanation="Limit 7200, used 7200.")
        parts = (
            part(1, 0, 600),
            part(2, 600, 1200, "sending"),
            part(3, 1200, 1800, "failed", problem=limit),
            waiting[3],
        )
        await actor.heard(
            planned(*waiting),
            UploadProgressed(part=2, sent=3_000_000, total=9_600_000),
            PieceTranscribed(part=parts[0], transcript=transcript(parts=parts, duration=2400.0)),
        )

    assert picture(told(), play, size)


def test_transcribed_by_the_service(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("t")
        heard = transcript(provenance=Provenance(service="api.groq.com"))
        await actor.heard(TranscriptCompleted(transcript=heard))
        actor.stage.screen.work.took = 0.214
        actor.stage.screen.show_transcript()

    assert picture(SoundStage(*RECORDINGS), play, WIDE)


def test_nobody_speaks(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("t")
        await actor.heard(NoSpeechFound(duration=61.4, loudest=-54.2))

    assert picture(SoundStage(*RECORDINGS), play, NARROW)


@BOTH
def test_playing(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("p")
        actor.stage.speaker.move(8.9)
        await actor.until(lambda: "0:08 of 0:17" in actor.recorder)

    assert picture(told(), play, size)


@BOTH
def test_settings(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("f2")
        actor.stage.screen.query_one("#language").focus()
        await actor.type("klingon")
        actor.stage.screen.query_one("#microphone-prompt").focus()
        await actor.type("Ada Lovelace")

    assert picture(told(), play, size)


def test_choosing_the_microphone(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("d")
        await actor.until(lambda: "Built-in" in actor.screen)

    assert picture(SoundStage(), play, NARROW)


def test_trying_a_microphone(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("d")
        await actor.until(lambda: "Built-in" in actor.screen)
        await actor.press("down", "space")
        actor.stage.microphone.open()
        actor.stage.microphone.hear(0.75)
        await actor.until(lambda: "peak" in actor.screen)
        await actor.until(actor.stage.microphone.events.empty)
        await actor.pilot.pause()

    assert picture(SoundStage(), play, NARROW)


def test_opening_a_file(picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "talks"
    (folder / "archive").mkdir(parents=True)
    for name in ("interview.mp3", "talk.wav", "notes.txt"):
        (folder / name).write_text("")
    monkeypatch.setattr(Path, "cwd", lambda: folder)

    async def play(actor: SoundActor) -> None:
        await actor.press("o")
        await actor.until(lambda: "talk.wav" in actor.screen)

    assert picture(SoundStage(), play, NARROW)


def test_exporting(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("x", "down")

    assert picture(told(), play, NARROW)


def test_editing_a_passage(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("down", "e")

    assert picture(told(), play, NARROW)


def test_throwing_away(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("delete")

    assert picture(told(), play, NARROW)


def test_cut_short(picture: Picture) -> None:
    cut = recording("Lecture", 2733, begun=BEGUN + timedelta(hours=3), state="interrupted")
    assert picture(SoundStage(*RECORDINGS, cut), nothing, NARROW)


def test_keys_of_the_microphone(picture: Picture) -> None:
    async def play(actor: SoundActor) -> None:
        await actor.press("f1")

    assert picture(SoundStage(), play, WIDE)


@BOTH
def test_finding_words(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: SoundActor) -> None:
        await read(actor)
        await actor.press("slash")
        await actor.type("the")
        await actor.until(lambda: "1 of 3" in actor.text)

    assert picture(told(), play, size)
