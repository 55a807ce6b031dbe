"""What a person sees and does with what was said."""

from dataclasses import replace
from pathlib import Path

from tests.sound_stage import (
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
from workbench.session.live import LiveFailed, LiveTextChanged
from workbench.session.problems import Problem
from workbench.session.transcription.updates import (
    NoSpeechFound,
    PieceTranscribed,
    TranscriptCompleted,
    TranscriptionFailed,
    UploadProgressed,
)
from workbench.widgets.prompt import Prompt

TALK = recording("Talk", 17.2, transcript=FOLDER / "Talk.transcript.json")
LIMIT = Problem(title="Rate limit reached", explanation="Limit 7200 used.", advice="Wait a bit.")


def told() -> SoundStage:
    """A recording whose transcript was kept."""
    stage = SoundStage(TALK)
    doubtful = segment(*SAID[1], doubt="uncertain", confidence=0.4)
    nobody = segment(17.0, 17.2, "Thank you for watching.", doubt="no speech", confidence=0.3)
    stage.kept[TALK.path] = transcript(segment(*SAID[0]), doubtful, segment(*SAID[2]), nobody)
    return stage


async def read(actor: SoundActor) -> None:
    await actor.until(lambda: "server room" in actor.text)
    await actor.pilot.pause()


async def test_the_kept_transcript_of_a_recording_is_shown_with_who_heard_it() -> None:
    async with told().at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        assert "0:00   First, we checked every cable in the server room." in actor.text
        assert "0:07 ? After that" in actor.text
        assert "0:17 - Thank you" in actor.text
        assert "simulated, heard by Whisper base" in actor.text
        assert actor.stage.asked == []


async def test_a_long_transcript_is_read_from_its_beginning() -> None:
    stage = SoundStage(TALK)
    stage.kept[TALK.path] = transcript(
        *(segment(5.0 * n, 5.0 * n + 4, f"sentence number {n}") for n in range(90))
    )
    async with stage.at_the_microphone() as actor:
        await actor.until(lambda: "sentence number 0" in actor.text)
        await actor.pilot.pause()
        assert "sentence number 0" in actor.text
        assert not stage.screen.transcript_pane.text_view.following


async def test_text_appears_part_by_part_while_the_rest_is_awaited() -> None:
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.press("t")
        parts = [part(1, 0, 600, "sending"), part(2, 600, 1200, "waiting")]
        await actor.heard(planned(*parts), UploadProgressed(part=1, sent=5, total=10))
        assert "Sending" in actor.text
        assert "12 %" in actor.text
        assert "0 of 2 parts" in actor.text
        done = part(1, 0, 600)
        await actor.heard(
            PieceTranscribed(part=done, transcript=transcript(parts=(done, parts[1])))
        )
        assert "server room" in actor.text
        assert "Part 2 of 2, to 20:00, waits." in actor.text
        assert "1 of 2 parts" in actor.text
        whole = transcript(parts=(done, part(2, 600, 1200)), duration=1200.0)
        await actor.heard(TranscriptCompleted(transcript=whole))
        await actor.until(lambda: "times real time, measured here" in actor.text)
        assert "Esc stops" not in actor.text
        await actor.until(lambda: stage.folder.kept[TALK.path].transcript is not None)


async def test_one_walks_through_new_text_at_once() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.record(2)
        await actor.press("space")
        await actor.until(lambda: stage.asked)
        await actor.heard(TranscriptCompleted(transcript=transcript()))
        await actor.press("right")
        pointed = stage.screen.transcript_pane.text_view.pointed
        assert pointed is not None
        assert pointed.text == "we"


async def test_a_part_that_failed_is_sent_again_alone() -> None:
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.press("t")
        parts = (part(1, 0, 600), part(2, 600, 1200, "failed", problem=LIMIT))
        await actor.heard(TranscriptCompleted(transcript=transcript(parts=parts)))
        assert "Part 2 of 2, to 20:00 failed: Rate limit reached. Enter sends it again." in (
            actor.flowing
        )
        assert "1 of 2 failed" in actor.text
        assert "r Retry" in actor.keys
        await actor.press("n", "enter")
        await actor.until(lambda: stage.retried == [2])
        assert "Limit 7200 used. Wait a bit." in actor.flowing


async def test_everything_without_text_is_sent_again_by_one_key() -> None:
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone() as actor:
        await actor.press("t")
        parts = (part(1, 0, 600, "failed", problem=LIMIT),)
        await actor.heard(TranscriptCompleted(transcript=transcript(parts=parts, segments=())))
        await actor.press("r")
        await actor.until(lambda: stage.retried == [None])


async def test_a_run_is_stopped_and_what_had_arrived_is_kept() -> None:
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone() as actor:
        await actor.press("t")
        parts = (part(1, 0, 600), part(2, 600, 1200, "waiting"))
        await actor.heard(PieceTranscribed(part=parts[0], transcript=transcript(parts=parts)))
        await actor.press("escape")
        await actor.until(lambda: "r Retry" in actor.keys)
        assert "server room" in actor.text


async def test_silence_is_not_sent_unless_one_insists() -> None:
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone() as actor:
        await actor.press("t")
        await actor.heard(NoSpeechFound(duration=61.4, loudest=-54.2))
        assert "Nobody speaks in it" in actor.text
        assert "-54 dBFS" in actor.text
        await actor.press("a")
        await actor.until(lambda: len(stage.asked) == 2)
        assert [parameters.gate for _, parameters in stage.asked] == [True, False]


async def test_a_file_that_cannot_be_read_says_what_would_help() -> None:
    problem = Problem(
        title="This file cannot be read",
        explanation="talk.m4a is MP4.",
        advice="Install groq-workbench[media].",
    )
    stage = SoundStage(replace(TALK, transcript=None))
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.press("t")
        await actor.heard(TranscriptionFailed(problem=problem))
        assert "✗ This file cannot be read" in actor.text
        assert "Install groq-workbench[media]." in actor.text
        await actor.press("t")
        await actor.until(lambda: len(stage.asked) == 2)


async def test_the_sound_is_played_from_the_word_pointed_at_and_followed() -> None:
    stage = told()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        await actor.press("down", "right", "enter")
        await actor.until(lambda: stage.reader.opened)
        path, start = stage.reader.opened[0]
        assert path == TALK.path
        assert abs(start - 8.28) < 0.02
        stage.speaker.move(3.0)
        await actor.until(lambda: "0:11 of 0:17" in actor.recorder)
        await actor.press("p")
        await actor.until(lambda: "Held" in actor.recorder)
        await actor.press("escape")
        await actor.until(lambda: "Interview" in actor.recorder or "Talk" in actor.recorder)


async def test_playing_says_why_nothing_is_heard() -> None:
    stage = told()
    stage.speaker.unavailable = NO_LIBRARY
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        await actor.press("p")
        await actor.until(lambda: "sudo apt install libportaudio2" in actor.recorder)


async def test_a_passage_is_edited_and_what_was_heard_can_come_back() -> None:
    stage = told()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        await actor.press("home", "e")
        await actor.until(lambda: "Edit the passage" in actor.screen)
        await actor.press("ctrl+u")
        await actor.type("We checked it")
        await actor.press("enter")
        await actor.until(lambda: "We checked it" in actor.text)
        assert "edited" in actor.text
        await actor.press("e", "ctrl+o", "enter")
        await actor.until(lambda: "server room" in actor.text)


async def test_what_was_left_out_is_brought_back() -> None:
    stage = told()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        await actor.press("end", "b")
        await actor.until(lambda: "0:17   Thank you" in actor.text)


async def test_the_text_goes_to_the_prompt_and_is_not_sent() -> None:
    stage = told()
    async with stage.at_the_microphone() as actor:
        await read(actor)
        await actor.press("s")
        await actor.until(lambda: stage.app.screen is stage.app.chat_screen)
        prompt = stage.app.screen.query_one(Prompt)
        await actor.until(lambda: "server room" in prompt.text)
        assert "Thank you" not in prompt.text
        assert stage.requests == []


async def test_words_are_found_in_the_transcript() -> None:
    stage = told()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await read(actor)
        await actor.press("slash")
        await actor.type("the missing")
        await actor.until(lambda: "1 of 1" in actor.text)
        await actor.press("escape")
        assert "1 of 1" not in actor.text
        pointed = stage.screen.transcript_pane.text_view.pointed
        assert pointed is not None
        assert pointed.text == "the"


async def test_the_text_is_copied() -> None:
    stage = told()
    async with stage.at_the_microphone() as actor:
        await read(actor)
        await actor.press("f3")
        await actor.until(lambda: "server room" in stage.app.clipboard)


async def test_a_transcript_is_exported_under_a_name_that_is_proposed(tmp_path: Path) -> None:
    stage = told()
    async with stage.at_the_microphone() as actor:
        await read(actor)
        await actor.press("x", "down")
        assert "Talk.srt" in actor.screen
        assert "SubRip" in actor.screen
        box = stage.app.screen.query_one("#export-path")
        box.value = str(tmp_path / "nowhere" / "talk.srt")  # type: ignore[attr-defined]
        await actor.press("enter")
        assert "There is no folder" in actor.screen
        (tmp_path / "talk.srt").write_text("kept")
        box.value = str(tmp_path / "talk.srt")  # type: ignore[attr-defined]
        await actor.pilot.pause()
        assert "is given a number" in actor.screen
        await actor.press("enter")
        await actor.until(lambda: stage.exported)
        wanted = stage.exported[0][1]
        assert (wanted.form, wanted.path) == ("srt", tmp_path / "talk.srt")


async def test_there_is_nothing_to_copy_before_there_is_text() -> None:
    async with SoundStage().at_the_microphone() as actor:
        await actor.press("f3", "x", "s", "r", "t", "p", "b", "e")
        assert "There is no text yet." in actor.screen


async def test_live_text_comes_while_one_speaks_and_stays_until_there_is_better() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.press("l")
        assert "live text" in actor.recorder
        await actor.record(4)
        assert stage.microphone.handing_on
        assert "Grey words may still change" in actor.text
        stage.live.put_nowait(
            LiveTextChanged(
                committed="First, we checked", tentative="every table", behind=2, billed_seconds=10
            )
        )
        await actor.hands_on()
        await actor.hands_on()
        await actor.until(lambda: "First, we checked every table" in actor.text)
        assert "2 s behind" in actor.text
        assert "~0:10 billed" in actor.text
        words = stage.screen.transcript_pane.text_view.passages[-1].words
        assert [word.tentative for word in words] == [False, False, False, True, True]
        await actor.press("space")
        await actor.until(lambda: stage.asked)
        await actor.until(lambda: "a draft" in actor.text)
        assert "First, we checked every cable." in actor.text
        await actor.press("f3")
        await actor.until(lambda: stage.app.clipboard == "First, we checked every cable.")
        await actor.heard(TranscriptCompleted(transcript=transcript()))
        await actor.until(lambda: "The parcel weighs" in actor.text)


async def test_live_text_is_switched_in_the_midst_of_a_recording() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.record(2)
        assert not stage.microphone.handing_on
        await actor.press("l")
        await actor.until(lambda: stage.microphone.handing_on)
        assert "Grey words may still change" in actor.text
        await actor.press("l")
        await actor.until(lambda: not stage.microphone.handing_on)
        assert "the recording goes on" in actor.text
        assert stage.recording.status.phase == "recording"


async def test_live_text_that_fails_says_so_and_the_recording_goes_on() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(110, 30)) as actor:
        await actor.press("l")
        await actor.record(4)
        stage.live.put_nowait(LiveFailed(problem=LIMIT, over=True))
        await actor.hands_on()
        await actor.hands_on()
        await actor.until(lambda: "no more comes; the recording goes on" in actor.text)
        assert stage.recording.status.phase == "recording"
