"""Listening to a recording without a loudspeaker."""

from array import array
from collections.abc import AsyncGenerator, AsyncIterable
from pathlib import Path

from tests.sound_fakes import FakeChoices, FakeReader, FakeSpeaker
from tests.takes import told
from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice
from workbench.audio.playback import (
    PlaybackEnded,
    PlaybackEvent,
    PlaybackStalled,
    SoundForm,
)
from workbench.session.chime import CHIME_FORM
from workbench.session.playback import Playback, PlayingEnded, PlayingMoved, PlayingStarted

FILE = Path("/recordings/recording-1.wav")
HEADSET = DeviceChoice(name="headset", api="PulseAudio")


def playback(speaker: FakeSpeaker, reader: FakeReader | None = None) -> Playback:
    choices = FakeChoices(output=HEADSET)
    return Playback(speaker=speaker, reader=reader or FakeReader(), choices=choices)


async def test_a_file_is_played_from_a_moment_to_its_end() -> None:
    speaker = FakeSpeaker()

    async with told(playback(speaker).play(FILE, start=4.0)) as playing:
        end = await playing.end()

    started = playing.events[0]
    assert started == PlayingStarted(
        path=FILE, seconds=4.0, duration=10.0, device="Built-in Speaker"
    )
    assert end == PlayingEnded(reason="played", seconds=10.0)
    moves = [event.seconds for event in playing.events if isinstance(event, PlayingMoved)]
    assert moves == sorted(moves)
    assert moves[0] > 4.0
    assert speaker.device == HEADSET


async def test_a_stretch_ends_where_it_was_asked_to() -> None:
    async with told(playback(FakeSpeaker()).play(FILE, start=1.0, end=2.5)) as playing:
        end = await playing.end()

    assert end == PlayingEnded(reason="played", seconds=2.5)


async def test_stopping_says_where() -> None:
    speaker = FakeSpeaker()
    session = playback(speaker)

    async with told(session.play(FILE)) as playing:
        await playing.heard(PlayingMoved)
        during = session.playing
        await session.stop()
        end = await playing.end()

    assert during == FILE
    assert session.playing is None
    assert isinstance(end, PlayingEnded)
    assert end.reason == "stopped"
    assert 0 < end.seconds < 10


async def test_what_plays_can_be_held() -> None:
    speaker = FakeSpeaker()
    session = playback(speaker)

    async with told(session.play(FILE)) as playing:
        await playing.heard(PlayingStarted)
        session.pause()
        held = session.paused
        session.resume()
        await playing.end()
    session.pause()

    assert held
    assert not session.paused
    assert speaker.calls[-2:] == ["pause", "resume"]


async def test_a_file_that_cannot_be_read_is_a_problem() -> None:
    reader = FakeReader(failing=FileNotFoundError(2, "No such file"))

    async with told(playback(FakeSpeaker(), reader).play(FILE)) as playing:
        end = await playing.end()

    assert isinstance(end, PlayingEnded)
    assert end.problem is not None
    assert end.problem.explanation == "recording-1.wav: No such file"


async def test_without_a_library_the_command_that_helps_is_told() -> None:
    missing = AudioUnavailable(reason="no-library", explanation="No.", command="sudo apt")

    async with told(playback(FakeSpeaker(failing=missing)).play(FILE)) as playing:
        end = await playing.end()

    assert isinstance(end, PlayingEnded)
    assert (end.reason, end.command) == ("failed", "sudo apt")


async def test_a_loudspeaker_that_takes_nothing_is_told() -> None:
    class Asleep(FakeSpeaker):
        async def play(
            self, sound: AsyncIterable[bytes], form: SoundForm, *, device: DeviceChoice | None
        ) -> AsyncGenerator[PlaybackEvent, None]:
            yield PlaybackStalled()
            yield PlaybackEnded(reason="stopped", seconds=0.0)

    async with told(playback(Asleep()).play(FILE, start=2.0)) as playing:
        await playing.end()

    assert playing.events[0] == PlayingMoved(seconds=2.0, stalled=True)


async def test_a_loudspeaker_can_be_heard_before_it_is_chosen() -> None:
    speaker = FakeSpeaker()
    session = playback(speaker)

    problem = await session.chime(None)

    assert problem is None
    assert speaker.device is None
    assert speaker.form == CHIME_FORM
    samples = array("h", bytes(speaker.played))
    assert 3_000 < max(samples) < 16_000
    assert abs(samples[0]) < 100
    assert abs(samples[-1]) < 400


async def test_a_loudspeaker_that_cannot_be_heard_says_why() -> None:
    missing = AudioUnavailable(reason="no-device", explanation="headset is not there now.")

    problem = await playback(FakeSpeaker(failing=missing)).chime(HEADSET)

    assert problem is not None
    assert problem.explanation == "headset is not there now."


async def test_a_lost_loudspeaker_is_a_problem_that_keeps_the_recording() -> None:
    lost = PlaybackEnded(reason="lost", seconds=3.0)

    async with told(playback(FakeSpeaker(failing=lost)).play(FILE)) as playing:
        end = await playing.end()

    assert isinstance(end, PlayingEnded)
    assert end.problem is not None
    assert end.problem.title == "The loudspeaker is gone"
    assert "on disk" in end.problem.kept
