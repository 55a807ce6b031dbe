"""A recording without a screen and without a microphone."""

import asyncio
from pathlib import Path

import pytest

from tests.sound_fakes import (
    RATE,
    FakeMicrophone,
    level,
)
from tests.studio import HEADSET, LOUD, QUIET, Studio
from tests.takes import told
from workbench.audio.capture import (
    CaptureRouted,
    PcmCaptured,
)
from workbench.session.recording_updates import (
    LevelShown,
    MicrophoneNamed,
    RecordingArmed,
    RecordingCancelled,
    RecordingCompleted,
    RecordingPaused,
    RecordingResumed,
    RecordingStarted,
    RecordingStatus,
    StopAnnounced,
    StopCalledOff,
)


async def test_a_recording_is_armed_then_starts_and_ends_as_a_file() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await take.heard(RecordingArmed)
        armed = studio.session.status
        await studio.started(take)
        studio.levels(LOUD, LOUD)
        await take.until(lambda: len(take.of(LevelShown)) == 2)
        running = studio.session.status
        studio.session.stop()
        end = await take.end()

    assert [type(event) for event in take.events] == [
        RecordingArmed,
        RecordingStarted,
        LevelShown,
        LevelShown,
        RecordingCompleted,
    ]
    assert armed == RecordingStatus(phase="arming")
    assert running.phase == "recording"
    assert studio.session.status == RecordingStatus(phase="idle")
    assert isinstance(end, RecordingCompleted)
    assert end.by == "key"
    assert end.recording.device == "Built-in"
    assert list(studio.folder.kept) == [Path("/recordings/recording-1.wav")]


async def test_what_plays_is_silenced_before_the_microphone_opens() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await take.heard(RecordingArmed)

    assert studio.speaker.calls == ["stop"]


async def test_the_elapsed_time_counts_samples() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(level(12.34))
        shown = await take.heard(LevelShown)

    assert isinstance(shown, LevelShown)
    assert shown.seconds == pytest.approx(12.34)
    assert shown.peaks[0] == pytest.approx((-1000 / 32768, 1000 / 32768))


async def test_a_pause_is_told_when_it_holds() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(level(1.0))
        studio.session.pause()
        studio.microphone.tell(level(1.0, paused=True))
        await take.heard(RecordingPaused)
        phase = studio.session.status.phase
        studio.session.resume()
        studio.microphone.tell(level(1.1))
        await take.heard(RecordingResumed)

    assert studio.microphone.calls[:2] == ["pause", "resume"]
    assert phase == "paused"


async def test_a_cancelled_recording_lies_in_the_trash() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.levels(LOUD)
        await take.heard(LevelShown)
        studio.session.cancel()
        end = await take.end()

    assert isinstance(end, RecordingCancelled)
    assert end.discarded in studio.folder.trash
    assert studio.folder.kept == {}


async def test_a_recording_that_is_cancelled_before_any_sound_leaves_nothing() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await take.heard(RecordingArmed)
        studio.session.cancel()
        end = await take.end()

    assert end == RecordingCancelled(discarded=None)
    assert studio.folder.kept == {}


async def test_a_recording_that_is_stopped_before_the_microphone_was_asked_never_begins() -> None:
    studio = Studio()
    updates = studio.session.record()
    armed = await anext(updates)
    studio.session.stop()

    rest = [update async for update in updates]

    assert isinstance(armed, RecordingArmed)
    assert rest == [RecordingCancelled(discarded=None)]
    assert "closed" not in studio.microphone.calls


async def test_a_stop_that_came_too_early_is_asked_for_again_when_the_microphone_opens() -> None:
    class Deaf(FakeMicrophone):
        """Hears no command before it is open."""

        is_open = False

        def stop(self, *, cancelled: bool = False) -> None:
            self.calls.append("cancel" if cancelled else "stop")
            if self.is_open:
                self.end("cancelled" if cancelled else "stopped")

    microphone = Deaf()
    studio = Studio(microphone=microphone)

    async with told(studio.session.record()) as take:
        await take.heard(RecordingArmed)
        await asyncio.sleep(0)
        studio.session.cancel()
        microphone.is_open = True
        microphone.begin()
        end = await take.end()

    assert microphone.calls[:2] == ["cancel", "cancel"]
    assert end == RecordingCancelled(discarded=None)


async def test_one_recording_at_a_time() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        second = [update async for update in studio.session.record()]

    assert second == []


async def test_leaving_finishes_the_file() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)

    assert studio.microphone.calls == ["closed"]
    assert studio.session.status.phase == "idle"


async def test_the_microphones_name_follows_the_sound() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(CaptureRouted(device="Headset"))
        named = await take.heard(MicrophoneNamed)
        studio.levels(LOUD)
        await take.heard(LevelShown)
        studio.session.stop()
        end = await take.end()

    assert named == MicrophoneNamed(device="Headset")
    assert isinstance(end, RecordingCompleted)
    assert end.recording.device == "Headset"


async def test_it_stops_by_itself_after_speech_and_then_silence() -> None:
    studio = Studio()
    studio.session.auto_stop = 2.0

    async with told(studio.session.record()) as take:
        await studio.started(take)
        at = studio.levels(*[QUIET] * 20)
        at = studio.levels(*[LOUD] * 10, since=at)
        studio.levels(*[QUIET] * 60, since=at)
        end = await take.end()

    assert isinstance(end, RecordingCompleted)
    assert end.by == "silence"
    announced = [event.seconds_left for event in take.events if isinstance(event, StopAnnounced)]
    assert announced == sorted(announced, reverse=True)
    assert announced[0] == pytest.approx(1.5, abs=0.1)


async def test_it_does_not_stop_before_anything_was_said() -> None:
    studio = Studio()
    studio.session.auto_stop = 1.0

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.levels(*[QUIET] * 100)
        await take.until(lambda: len(take.of(LevelShown)) == 100)

    assert not take.of(StopAnnounced)


async def test_speaking_calls_the_stop_off() -> None:
    studio = Studio()
    studio.session.auto_stop = 3.0

    async with told(studio.session.record()) as take:
        await studio.started(take)
        at = studio.levels(*[QUIET] * 20)
        at = studio.levels(*[LOUD] * 5, since=at)
        at = studio.levels(*[QUIET] * 30, since=at)
        studio.levels(*[LOUD] * 5, since=at)
        await take.heard(StopCalledOff)

    assert take.of(StopAnnounced)
    assert "stop" not in studio.microphone.calls


async def test_subscribers_hear_of_phases_and_once_a_second_of_the_time() -> None:
    studio = Studio()
    heard: list[RecordingStatus] = []
    leave = studio.session.subscribe(heard.append)

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.levels(*[LOUD] * 40)  # 2.4 s
        await take.until(lambda: len(take.of(LevelShown)) == 40)
        studio.session.stop()
        await take.end()
    leave()

    phases = [status.phase for status in heard]
    assert phases == ["arming", "recording", "recording", "recording", "stopping", "idle"]
    assert [int(status.seconds) for status in heard] == [0, 0, 1, 2, 2, 0]


async def test_a_listener_hears_the_sound_until_the_end() -> None:
    studio = Studio()
    heard: list[PcmCaptured] = []

    async def listen() -> None:
        heard.extend([piece async for piece in studio.session.listen()])

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    async with told(studio.session.record()) as take:
        await studio.started(take)
        on = studio.microphone.handing_on
        studio.microphone.tell(PcmCaptured(start=0, rate=RATE, data=b"ab" * 320))
        studio.levels(LOUD)
        studio.session.stop()
        await take.end()
    await listening

    assert on
    assert not studio.microphone.handing_on
    assert [piece.start for piece in heard] == [0]


async def test_a_slow_listener_loses_the_oldest_sound_and_can_tell() -> None:
    studio = Studio()
    pieces = studio.session.listen(seconds=1.0)

    async with told(studio.session.record()) as take:
        await studio.started(take)
        for second in range(5):
            start = second * RATE // 2
            studio.microphone.tell(PcmCaptured(start=start, rate=RATE, data=bytes(RATE)))
        studio.levels(LOUD)
        studio.session.stop()
        await take.end()

    assert [piece.start async for piece in pieces] == [3 * RATE // 2, 4 * RATE // 2]


async def test_a_microphone_is_previewed_until_a_recording_begins() -> None:
    studio = Studio()

    async with told(studio.session.preview(HEADSET)) as preview:
        studio.microphone.begin()
        studio.levels(LOUD)
        await preview.heard(LevelShown)
        asked_for = studio.microphone.asked_for
        async with told(studio.session.record()) as take:
            await take.heard(RecordingArmed)
            studio.levels(LOUD)
            await preview.end()

    assert asked_for == HEADSET
    assert {type(event) for event in preview.events} == {LevelShown}


async def test_a_recording_names_every_microphone_that_it_came_from() -> None:
    studio = Studio()

    async with told(studio.session.record()) as take:
        await studio.started(take)
        studio.microphone.tell(CaptureRouted(device="Headset"), CaptureRouted(device="Built-in"))
        studio.levels(LOUD)
        await take.heard(LevelShown)
        studio.session.stop()
        end = await take.end()

    assert isinstance(end, RecordingCompleted)
    assert end.recording.device == "Headset, then Built-in"
