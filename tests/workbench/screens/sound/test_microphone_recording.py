"""What a person sees and does while recording."""

from dataclasses import replace
from datetime import timedelta

from tests.sound_stage import BEGUN, DEVICES, NO_LIBRARY, SoundActor, SoundStage, recording
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureChecked,
    CaptureResumed,
    CaptureStalled,
    SoundReturned,
    ZerosHeard,
)
from workbench.audio.devices import DeviceChoice
from workbench.panes.microphone.setting_values import MicrophoneSettings
from workbench.widgets.figures import UNKNOWN


async def settled(actor: SoundActor) -> None:
    await actor.until(actor.stage.microphone.events.empty)
    await actor.pilot.pause()


async def test_an_empty_desk_says_what_it_is_for() -> None:
    async with SoundStage().at_the_microphone() as actor:
        assert "Say it, and read it" in actor.text
        assert "SIMULATED" in actor.text
        assert "Space Record" in actor.keys


async def test_it_says_recording_only_when_the_first_sound_has_come() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("space")
        assert "Opening the microphone" in actor.recorder
        assert "REC" not in actor.recorder.splitlines()[0]
        stage.microphone.open()
        await actor.until(lambda: "● REC" in actor.recorder)
        assert "Ready after 41 ms" in actor.recorder


async def test_one_may_change_ones_mind_before_anything_was_heard() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("space", "space")
        await actor.until(lambda: stage.recording.status.phase == "idle")
        assert stage.microphone.asked[-1] == "cancel"
        assert stage.screen.list_pane.entries == ()


async def test_time_level_and_shape_of_what_is_said_are_shown() -> None:
    async with SoundStage().at_the_microphone() as actor:
        await actor.record(8)
        assert "00:08.0" in actor.recorder
        assert "RØDE NT-USB Mini" in actor.recorder
        assert " dB  peak " in actor.recorder
        assert any(block in actor.recorder for block in "▃▄▅▆▇")


async def test_what_is_too_loud_is_marked() -> None:
    async with SoundStage().at_the_microphone() as actor:
        await actor.record(1, loudness=2.0)
        actor.stage.microphone.hear(0.1, clipped=True)
        await actor.until(lambda: "CLIP" in actor.recorder)


async def test_the_second_press_stops_and_the_recording_is_transcribed() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(4)
        await actor.press("space")
        await actor.until(lambda: stage.asked)
        assert stage.microphone.asked[-1] == "stop"
        assert "0:04 on disk" in actor.recorder
        assert [entry.seconds for entry in stage.screen.list_pane.entries] == [4.0]
        assert stage.asked[0][0] == stage.screen.list_pane.entries[0].path


async def test_a_recording_is_only_kept_where_that_was_chosen() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        stage.screen.change_settings(_with(stage, transcribe_after=False))
        await actor.record(1)
        await actor.press("space")
        await actor.until(lambda: "Not transcribed yet" in actor.text)
        assert stage.asked == []


async def test_space_in_a_field_is_a_space() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("f2")
        stage.screen.query_one("#microphone-prompt").focus()
        await actor.type("Ada Lovelace")
        assert stage.recording.status.phase == "idle"
        assert stage.screen.settings.transcription.prompt == "Ada Lovelace"


async def test_pausing_leaves_out_what_is_said() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(1)
        assert "p Pause" in actor.keys
        await actor.press("p")
        assert stage.microphone.asked[-1] == "pause"


async def test_a_cancelled_recording_can_be_taken_back() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(3)
        await actor.press("delete")
        await actor.until(lambda: "Thrown away" in actor.recorder)
        assert stage.microphone.asked[-1] == "cancel"
        assert not stage.folder.kept
        await actor.press("u")
        await actor.until(lambda: stage.folder.kept)
        await actor.until(lambda: "0:03" in actor.recorder)


async def test_a_muted_microphone_is_told_in_place_until_it_speaks_again() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(2)
        stage.microphone.tell(ZerosHeard())
        await actor.until(lambda: "gives only zeros" in actor.recorder)
        await actor.until(lambda: "● REC 00:02 !" in actor.title)
        stage.microphone.tell(SoundReturned())
        await actor.until(lambda: "only zeros" not in actor.recorder)


async def test_a_stalled_microphone_is_told_and_what_never_came_too() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(2)
        stage.microphone.tell(CaptureStalled())
        await actor.until(lambda: "Nothing arrives" in actor.recorder)
        stage.microphone.tell(CaptureResumed(missing=3.2))
        await actor.until(lambda: "3.2 s of it never came" in actor.recorder)


async def test_a_clock_that_drifts_and_a_disk_that_fills_are_told() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(2)
        stage.microphone.tell(CaptureChecked(samples=32_000, drift=0.9, free=10_000_000_000))
        await actor.until(lambda: "off by 0.9 s" in actor.recorder)
        stage.microphone.tell(CaptureChecked(samples=32_000, drift=0.9, free=10_000_000))
        await actor.until(lambda: "The disk has room for" in actor.recorder)


async def test_an_unplugged_microphone_ends_the_recording_and_keeps_it() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.record(5)
        stage.microphone.end("lost")
        await actor.until(lambda: "0:05 are on disk, whole" in actor.recorder)
        assert "The microphone is gone" in actor.recorder
        assert len(stage.folder.kept) == 1


async def test_without_a_sound_library_the_one_command_is_shown() -> None:
    stage = SoundStage()
    stage.microphone.unavailable = NO_LIBRARY
    async with stage.at_the_microphone() as actor:
        await actor.press("space")
        await actor.until(lambda: "sudo apt install libportaudio2" in actor.recorder)
        assert "Space tries again" in actor.recorder
        assert "Sound files still work" in actor.recorder
        assert "Space Record" in actor.keys


async def test_a_remembered_microphone_that_is_gone_is_not_replaced_in_silence() -> None:
    stage = SoundStage()
    stage.device_choices.put("input", DeviceChoice(name="usb-old", api="PulseAudio"))
    stage.microphone.unavailable = AudioUnavailable(
        reason="no-device", explanation="usb-old is not there."
    )
    async with stage.at_the_microphone() as actor:
        await actor.press("space")
        await actor.until(lambda: "usb-old is not there" in actor.recorder)
        assert "choose another" in actor.recorder


async def test_a_microphone_is_chosen_by_its_name() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("d")
        await actor.until(lambda: "Built-in Audio" in actor.screen)
        assert "Monitor of Built-in" not in actor.screen
        await actor.press("a")
        assert "Monitor of Built-in" in actor.screen
        await actor.press("down", "enter")
        assert stage.recording.choice == DEVICES.devices[0].choice
        assert "RØDE NT-USB Mini" in actor.recorder


async def test_a_microphone_can_be_tried_before_it_is_chosen() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("d")
        await actor.until(lambda: "Built-in Audio" in actor.screen)
        assert f"{UNKNOWN} dB" in actor.screen
        await actor.press("space")
        stage.microphone.open()
        stage.microphone.hear(1)
        await actor.until(lambda: "peak" in actor.screen)
        assert stage.recording.status.phase == "idle"
        await actor.press("down")
        assert f"{UNKNOWN} dB" in actor.screen
        await actor.press("space")
        stage.microphone.tell(ZerosHeard(muted=True))
        await actor.until(lambda: "The microphone is muted" in actor.screen)
        await actor.press("escape")


async def test_a_loudspeaker_is_chosen_by_its_name_and_heard_before() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("D")
        await actor.until(lambda: "Built-in Audio" in actor.screen)
        assert "Loudspeaker" in actor.screen
        stage.speaker.unavailable = NO_LIBRARY
        await actor.press("space")
        await actor.until(lambda: "No sound library here" in actor.screen)
        await actor.press("down", "enter")
        await actor.until(lambda: "Plays on RØDE NT-USB Mini" in actor.screen)
        assert stage.device_choices.get("output") == DEVICES.devices[0].choice
        assert stage.device_choices.get("input") is None


async def test_the_list_of_microphones_says_why_it_is_empty() -> None:
    stage = SoundStage()
    stage.microphone.unavailable = NO_LIBRARY
    async with stage.at_the_microphone() as actor:
        await actor.press("d")
        await actor.until(lambda: "sudo apt install libportaudio2" in actor.screen)
        await actor.press("escape")
        assert stage.recording.choice is None


async def test_one_records_from_every_workspace_and_sees_it_there() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        await actor.press("alt+1", "f9")
        await actor.until(lambda: stage.recording.status.phase == "arming")
        stage.microphone.open()
        stage.microphone.hear(3)
        await settled(actor)
        await actor.press("alt+1")
        assert "● REC 00:03" in stage.app.screen.query_one("#title-bar").render().plain  # type: ignore[union-attr]
        stage.microphone.hear(1)
        await settled(actor)
        await actor.press("f9")
        await actor.until(lambda: stage.recording.status.phase == "idle")
        assert [entry.seconds for entry in stage.screen.list_pane.entries] == [4.0]


async def test_trouble_is_told_where_one_is() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone(size=(120, 30)) as actor:
        await actor.record(3)
        await actor.press("alt+1")
        await actor.until(lambda: stage.app.screen is stage.app.chat_screen)
        stage.microphone.end("lost")
        await actor.until(lambda: "The microphone is gone" in actor.screen)
        assert "whole." in actor.screen
        assert stage.app.screen is stage.app.chat_screen


async def test_the_key_records_from_the_list_too() -> None:
    stage = SoundStage(recording("Talk", 5.0))
    async with stage.at_the_microphone() as actor:
        stage.screen.list_pane.take_focus()
        await actor.press("space")
        await actor.until(lambda: stage.recording.status.phase == "arming")


async def test_silence_stops_it_where_that_was_asked_for() -> None:
    stage = SoundStage()
    async with stage.at_the_microphone() as actor:
        stage.screen.change_settings(_with(stage, auto_stop=2.0))
        assert "stops after 2 s of silence" in actor.recorder
        await actor.record(4)
        stage.microphone.hear(1.5, loudness=0.0)
        await actor.until(lambda: "Quiet: it stops in" in actor.recorder)
        stage.microphone.hear(2, loudness=0.0)
        await actor.until(lambda: "It was quiet, so it stopped" in actor.recorder)


async def test_a_recording_that_was_cut_short_is_offered() -> None:
    cut = recording("Interview", 61.0, begun=BEGUN + timedelta(hours=1), state="interrupted")
    stage = SoundStage(recording("Talk", 5.0), cut)
    async with stage.at_the_microphone() as actor:
        await actor.until(lambda: "1 recording was cut short" in actor.screen)
        assert "1:01  Interview" in actor.screen
        await actor.press("enter")
        await actor.until(lambda: stage.folder.kept[cut.path].state == "whole")


async def test_one_that_is_put_off_is_offered_once_a_session() -> None:
    cut = recording("Interview", 61.0, state="interrupted")
    stage = SoundStage(cut)
    async with stage.at_the_microphone() as actor:
        await actor.until(lambda: "cut short" in actor.screen)
        await actor.press("escape")
        await actor.record(1)
        await actor.press("space")
        await actor.until(lambda: len(stage.screen.list_pane.entries) == 2)
        assert "1 recording was cut short" not in actor.screen
        assert stage.folder.kept[cut.path].state == "interrupted"


def _with(stage: SoundStage, **changes: object) -> MicrophoneSettings:
    return replace(stage.screen.settings, **changes)  # type: ignore[arg-type]
