"""What goes wrong with a recording, as a person is told of it."""

import pytest

from tests.sound_fakes import (
    RATE,
    FakeFolder,
    FakeMicrophone,
    level,
)
from tests.studio import HEADSET, LOUD, Studio
from tests.takes import told
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureChecked,
    CaptureResumed,
    CaptureRouted,
    CaptureStalled,
    DeviceGone,
    DeviceReturned,
    SoundReturned,
    ZerosHeard,
)
from workbench.session.recording_updates import (
    ClockDrifted,
    DiskRunsLow,
    LevelShown,
    RecordingBroken,
    RecordingFailed,
    TroubleBegan,
    TroubleEnded,
)


@pytest.mark.parametrize(
    ("kind", "begins", "ends"),
    [
        ("zeros", ZerosHeard(), SoundReturned()),
        ("stalled", CaptureStalled(), CaptureResumed(missing=2.5)),
        ("unplugged", DeviceGone(device="Headset"), DeviceReturned(device="Headset")),
    ],
)
async def test_trouble_is_told_in_words_and_so_is_its_end(
    kind: str, begins: ZerosHeard, ends: SoundReturned
) -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(begins)
        trouble = await take.heard(TroubleBegan)
        status = studio.session.status
        studio.microphone.tell(ends)
        over = await take.heard(TroubleEnded)
        after = studio.session.status

    assert isinstance(trouble, TroubleBegan)
    assert trouble.kind == status.trouble == kind
    assert trouble.problem.title
    assert trouble.problem.advice
    assert "goes on" in trouble.problem.kept
    assert isinstance(over, TroubleEnded)
    assert over.missing == (2.5 if kind == "stalled" else 0.0)
    assert after.trouble is None


async def test_a_lost_microphone_keeps_what_was_said() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.levels(LOUD)
        studio.microphone.tell(level(3.0))
        await take.until(lambda: len(take.of(LevelShown)) == 2)
        studio.microphone.end("lost", "No such device")
        end = await take.end()

    assert isinstance(end, RecordingBroken)
    assert "on disk" in end.problem.kept
    assert "No such device" in end.problem.explanation
    assert end.recording.path in studio.folder.kept
    assert end.recording.note


async def test_a_microphone_lost_before_any_sound_has_failed() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.end("lost")
        end = await take.end()

    assert isinstance(end, RecordingFailed)
    assert end.problem.kept == "Nothing was recorded."
    assert studio.folder.kept == {}


async def test_a_missing_chosen_microphone_is_named_and_not_replaced() -> None:
    gone = AudioUnavailable(reason="no-device", explanation="headset is not there now.")
    studio = Studio(microphone=FakeMicrophone(unavailable=gone), chosen=HEADSET)

    async with told(studio.session.record()) as take:
        end = await take.end()

    assert studio.microphone.asked_for == HEADSET
    assert isinstance(end, RecordingFailed)
    assert end.missing == HEADSET


async def test_the_system_default_can_be_asked_for_this_once() -> None:
    studio = Studio(chosen=HEADSET)

    async with told(studio.session.record(device=None)) as take:
        await studio.started(take)

    assert studio.microphone.asked_for is None
    assert studio.session.choice == HEADSET


async def test_without_a_library_the_command_that_helps_is_told() -> None:
    missing = AudioUnavailable(
        reason="no-library",
        explanation="Recording needs PortAudio.",
        command="sudo apt install libportaudio2",
    )
    studio = Studio(microphone=FakeMicrophone(unavailable=missing))

    async with told(studio.session.record()) as take:
        end = await take.end()

    assert isinstance(end, RecordingFailed)
    assert end.command == "sudo apt install libportaudio2"
    assert end.command in end.problem.advice
    assert end.missing is None


async def test_a_full_disk_is_said_before_anything_is_recorded() -> None:
    studio = Studio(folder=FakeFolder(free=1_000_000))

    async with told(studio.session.record()) as take:
        end = await take.end()

    assert isinstance(end, RecordingFailed)
    assert end.problem.title == "The disk is full"
    assert "/recordings/.trash" in end.problem.advice


async def test_a_folder_that_cannot_be_written_is_said() -> None:
    studio = Studio()
    studio.folder.failing = PermissionError(13, "Permission denied", "/recordings")

    async with told(studio.session.record()) as take:
        end = await take.end()

    assert isinstance(end, RecordingFailed)
    assert end.problem.explanation == "Permission denied: /recordings"


async def test_a_disk_that_runs_full_is_told_once_a_minute() -> None:
    studio = Studio()
    second = RATE * 2

    async with told(studio.session.record()) as take:
        await studio.started(take)
        for seconds in (900, 599, 598, 541, 538):
            free = seconds * second
            studio.microphone.tell(CaptureChecked(samples=1, drift=0.0, free=free))
        studio.levels(LOUD)
        await take.heard(LevelShown)

    assert take.of(DiskRunsLow) == [DiskRunsLow(seconds_left=599), DiskRunsLow(seconds_left=538)]


async def test_a_clock_that_drifts_is_told_from_half_a_second_on() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        for drift in (0.1, 0.4, 0.6, 0.7, 1.2):
            studio.microphone.tell(CaptureChecked(samples=1, drift=drift, free=None))
        studio.levels(LOUD)
        await take.heard(LevelShown)

    assert take.of(ClockDrifted) == [ClockDrifted(seconds=0.6), ClockDrifted(seconds=1.2)]


async def test_a_microphone_that_cannot_be_previewed_says_why() -> None:
    gone = AudioUnavailable(reason="no-device", explanation="headset is not there now.")
    studio = Studio(microphone=FakeMicrophone(unavailable=gone))

    async with told(studio.session.preview(HEADSET)) as preview:
        end = await preview.end()

    assert isinstance(end, RecordingFailed)
    assert end.missing == HEADSET


async def test_a_microphone_that_the_system_muted_is_called_muted() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(CaptureRouted(device="Headset"), ZerosHeard(muted=True))
        trouble = await take.heard(TroubleBegan)

    assert isinstance(trouble, TroubleBegan)
    assert trouble.problem.title == "The microphone is muted"
    assert trouble.problem.explanation.startswith("Headset is muted")
