"""Playing on a loudspeaker that is not there: what comes out of it is what was played."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.heard import as_samples, clip, place_of, samples_of
from tests.takes import told, until
from tests.virtual_mic import VirtualMic
from workbench.adapters.sound_decoder import SoundDecoder
from workbench.adapters.sound_reader import FileSoundReader
from workbench.adapters.speaker import RecorderSpeaker
from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice
from workbench.audio.playback import (
    PlaybackEnded,
    PlaybackMoved,
    PlaybackStalled,
    PlaybackStarted,
    SoundForm,
)

FORM = SoundForm(rate=16_000)


@pytest.fixture
async def speaker(virtual_mic: VirtualMic) -> AsyncIterator[RecorderSpeaker]:
    async with RecorderSpeaker({**os.environ, **virtual_mic.environ}) as speaker:
        yield speaker


def pieces_of(file: Path) -> AsyncIterator[bytes]:
    return in_pieces(file.read_bytes()[44:])


async def in_pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 5_000):
        yield data[start : start + 5_000]


async def never_ending() -> AsyncIterator[bytes]:
    while True:
        yield bytes(3_200)


async def test_what_is_played_is_heard_to_its_last_sample(
    virtual_mic: VirtualMic, speaker: RecorderSpeaker, tmp_path: Path
) -> None:
    file = clip(tmp_path / "said.wav", 2.0)

    with virtual_mic.listening() as ear:
        async with told(speaker.play(pieces_of(file), FORM, device=None)) as sound:
            end = await sound.end()
        played = samples_of(file)
        await until(lambda: place_of(played[-3_200:], as_samples(ear.heard))[1] > 0.9)

    assert end == PlaybackEnded(reason="played", seconds=2.0)
    assert isinstance(sound.events[0], PlaybackStarted)
    heard = as_samples(ear.heard)
    assert place_of(played, heard)[1] > 0.98


async def test_the_place_is_told_ten_times_a_second(
    speaker: RecorderSpeaker, tmp_path: Path
) -> None:
    file = clip(tmp_path / "said.wav", 2.0)

    async with told(speaker.play(pieces_of(file), FORM, device=None)) as sound:
        await sound.end()

    moves = [event.seconds for event in sound.events if isinstance(event, PlaybackMoved)]
    assert moves == sorted(moves)
    assert len(moves) > 15
    assert moves[-1] == pytest.approx(2.0, abs=0.4)


async def test_stopping_is_silence_at_once(speaker: RecorderSpeaker) -> None:
    async with told(speaker.play(never_ending(), FORM, device=None)) as sound:
        await sound.heard(PlaybackMoved)
        asked = time.monotonic()
        await speaker.stop()
        took = time.monotonic() - asked
        end = await sound.end()

    assert took < 0.6
    assert isinstance(end, PlaybackEnded)
    assert end.reason == "stopped"


async def test_it_can_be_stopped_before_it_began(speaker: RecorderSpeaker) -> None:
    async with told(speaker.play(never_ending(), FORM, device=None)) as sound:
        await asyncio.sleep(0)
        await speaker.stop()
        end = await sound.end()

    assert isinstance(end, PlaybackEnded)
    assert end.reason == "stopped"


async def test_a_second_sound_stops_the_first(speaker: RecorderSpeaker, tmp_path: Path) -> None:
    file = clip(tmp_path / "said.wav", 0.5)

    async with told(speaker.play(never_ending(), FORM, device=None)) as first:
        await first.heard(PlaybackStarted)
        async with told(speaker.play(pieces_of(file), FORM, device=None)) as second:
            ended = await first.end()
            end = await second.end()

    assert isinstance(ended, PlaybackEnded)
    assert ended.reason == "stopped"
    assert end == PlaybackEnded(reason="played", seconds=0.5)


async def test_held_sound_goes_on_where_it_was(speaker: RecorderSpeaker, tmp_path: Path) -> None:
    file = clip(tmp_path / "said.wav", 1.5)

    async with told(speaker.play(pieces_of(file), FORM, device=None)) as sound:
        await sound.until(lambda: place(sound.events) > 0.3)
        speaker.pause()
        await sound.until(lambda: is_held(sound.events))
        held = place(sound.events)
        count = len(sound.events)
        await sound.until(lambda: len(sound.events) > count + 5)
        still = place(sound.events)
        speaker.resume()
        end = await sound.end()

    assert still - held < 0.2
    assert end == PlaybackEnded(reason="played", seconds=1.5)


async def test_sound_that_comes_too_late_is_silence_and_is_counted(
    speaker: RecorderSpeaker,
) -> None:
    come = asyncio.Event()

    async def late() -> AsyncIterator[bytes]:
        yield bytes(16_000)
        await come.wait()
        yield bytes(16_000)

    async with told(speaker.play(late(), FORM, device=None)) as sound:
        await sound.until(lambda: starved(sound.events) > 0.2)
        come.set()
        end = await sound.end()

    assert end == PlaybackEnded(reason="played", seconds=1.0)


async def test_other_forms_are_played_as_they_are(
    virtual_mic: VirtualMic, speaker: RecorderSpeaker, tmp_path: Path
) -> None:
    file = clip(tmp_path / "said.wav", 1.0, rate=24_000)

    with virtual_mic.listening() as ear:
        async with told(
            speaker.play(pieces_of(file), SoundForm(rate=24_000), device=None)
        ) as sound:
            end = await sound.end()

    assert end == PlaybackEnded(reason="played", seconds=1.0)
    heard = as_samples(ear.heard)
    loud = abs(heard) > 500
    assert 12_000 < int(loud.nonzero()[0][-1] - loud.nonzero()[0][0]) < 17_000


async def test_a_loudspeaker_that_hangs_is_told_and_can_be_stopped(
    virtual_mic: VirtualMic, speaker: RecorderSpeaker
) -> None:
    async with told(speaker.play(never_ending(), FORM, device=None)) as sound:
        await sound.heard(PlaybackMoved)
        virtual_mic.freeze()
        await sound.heard(PlaybackStalled)
        asked = time.monotonic()
        await speaker.stop()
        took = time.monotonic() - asked
        await sound.end()

    assert took < 1.0


async def test_a_sound_server_that_dies_is_told(
    virtual_mic: VirtualMic, speaker: RecorderSpeaker
) -> None:
    async with told(speaker.play(never_ending(), FORM, device=None)) as sound:
        await sound.heard(PlaybackMoved)
        virtual_mic.kill()
        end = await sound.end()

    assert isinstance(end, PlaybackEnded)
    assert end.reason == "lost"


async def test_a_missing_loudspeaker_is_said(speaker: RecorderSpeaker) -> None:
    gone = DeviceChoice(name="headset", api="PulseAudio")

    async with told(speaker.play(never_ending(), FORM, device=gone)) as sound:
        end = await sound.end()

    assert isinstance(end, AudioUnavailable)
    assert end.reason == "no-device"


async def test_what_the_sound_raises_comes_out_after_what_was_heard(
    speaker: RecorderSpeaker,
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(16_000)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        async with told(speaker.play(broken(), FORM, device=None)) as sound:
            await sound.end()

    assert sound.of(PlaybackStarted)


async def test_without_portaudio_the_systems_own_program_plays(
    virtual_mic: VirtualMic, tmp_path: Path
) -> None:
    stand_in = tmp_path / "without" / "sounddevice.py"
    stand_in.parent.mkdir()
    stand_in.write_text("raise OSError('PortAudio library not found')\n")
    environ = {**os.environ, "PYTHONPATH": str(stand_in.parent), **virtual_mic.environ}
    file = clip(tmp_path / "said.wav", 1.0)

    with virtual_mic.listening() as ear:
        async with (
            RecorderSpeaker(environ) as speaker,
            told(speaker.play(pieces_of(file), FORM, device=None)) as sound,
        ):
            end = await sound.end()
        last = samples_of(file)[-3_200:]
        await until(lambda: place_of(last, as_samples(ear.heard))[1] > 0.9)

    assert end == PlaybackEnded(reason="played", seconds=1.0)
    assert place_of(samples_of(file), as_samples(ear.heard))[1] > 0.98


async def test_a_recording_is_read_from_any_moment_to_any_other(tmp_path: Path) -> None:
    file = clip(tmp_path / "said.wav", 2.0)
    reader = FileSoundReader(SoundDecoder())

    sound = await reader.open(file, start=0.5, end=1.25)
    data = b"".join([block async for block in sound.blocks])

    assert (sound.start, sound.duration, sound.form) == (0.5, 2.0, FORM)
    assert (as_samples(data) == samples_of(file)[8_000:20_000]).all()


async def test_other_kinds_of_files_are_decoded_for_playing(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    file, flac = clip(tmp_path / "said.wav", 2.0), tmp_path / "said.flac"
    soundfile.write(flac, samples_of(file) / 32_768, 16_000)
    decoder = SoundDecoder()

    sound = await FileSoundReader(decoder).open(flac, start=0.5)
    data = b"".join([block async for block in sound.blocks])
    await decoder.aclose()

    assert sound.duration == 2.0
    assert place_of(samples_of(file)[8_000:], as_samples(data))[1] > 0.98
    assert len(data) == 2 * 24_000


async def test_what_is_no_sound_is_refused_with_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no sound")
    decoder = SoundDecoder()

    with pytest.raises(OSError, match="no sound file"):
        await FileSoundReader(decoder).open(file)
    with pytest.raises(FileNotFoundError):
        await FileSoundReader(decoder).open(tmp_path / "missing.wav")
    await decoder.aclose()


def place(events: list[object]) -> float:
    moves = [event.seconds for event in events if isinstance(event, PlaybackMoved)]
    return moves[-1] if moves else 0.0


def is_held(events: list[object]) -> bool:
    moves = [event.paused for event in events if isinstance(event, PlaybackMoved)]
    return bool(moves) and moves[-1]


def starved(events: list[object]) -> float:
    moves = [event.starved for event in events if isinstance(event, PlaybackMoved)]
    return moves[-1] if moves else 0.0
