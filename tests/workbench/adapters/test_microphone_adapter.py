"""Recording from a microphone that is not there: a real sound server, a real child process."""

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.heard import as_samples, clip, place_of, samples_of
from tests.takes import told
from tests.virtual_mic import VirtualMic
from workbench.adapters.microphone import RecorderMicrophone
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureOpened,
    CaptureRouted,
    CaptureStarted,
    LevelMeasured,
    PcmCaptured,
)
from workbench.audio.devices import DeviceChoice
from workbench.recorder.marker import writer_of

MIC2 = DeviceChoice(name="mic2", api="PulseAudio")


@pytest.fixture
async def microphone(virtual_mic: VirtualMic) -> AsyncIterator[RecorderMicrophone]:
    async with RecorderMicrophone({**os.environ, **virtual_mic.environ}) as microphone:
        yield microphone


async def test_what_is_recorded_is_what_was_said(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said = clip(tmp_path / "said.wav")
    file = tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        program = virtual_mic.saying(said)
        await take.until(lambda: program.poll() is not None)
        microphone.stop()
        end = await take.end()

    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"
    assert end.samples == len(samples_of(file))
    _, alike = place_of(samples_of(said), samples_of(file))
    assert alike > 0.98


async def test_real_speech_comes_through_bit_for_bit(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path, shared: Path
) -> None:
    said = shared / "audio" / "en_us_short.wav"
    file = tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        program = virtual_mic.saying(said)
        await take.until(lambda: program.poll() is not None)
        microphone.stop()
        await take.end()

    wanted, got = samples_of(said), samples_of(file)
    at, alike = place_of(wanted, got)
    assert alike > 0.98
    assert abs(got[at : at + len(wanted)] - wanted).max() == 0


async def test_it_is_armed_until_the_first_real_sample(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said = clip(tmp_path / "said.wav")
    program = virtual_mic.saying(said)

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureStarted)
        microphone.stop()
        await take.end()
    program.kill()
    program.wait()

    kinds = [type(event) for event in take.events]
    assert kinds.index(CaptureOpened) < kinds.index(CaptureStarted)
    started = take.of(CaptureStarted)[0]
    assert isinstance(started, CaptureStarted)
    assert not started.silent


async def test_a_chosen_microphone_is_the_one_that_is_heard(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said = clip(tmp_path / "said.wav")
    file = tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=MIC2)) as take:
        await take.heard(CaptureOpened)
        program = virtual_mic.saying(said, "mic2")
        await take.until(lambda: program.poll() is not None)
        routed = await take.heard(CaptureRouted)
        microphone.stop()
        await take.end()

    assert place_of(samples_of(said), samples_of(file))[1] > 0.98
    assert isinstance(routed, CaptureRouted)
    assert routed.device == "Mic2"


async def test_devices_are_listed_by_name_and_the_default_is_marked(
    microphone: RecorderMicrophone,
) -> None:
    found = await microphone.devices()

    first = [device for device in found.devices if not device.extra]
    assert [(device.label, device.api, device.default) for device in first] == [
        ("Mic", "PulseAudio", True),
        ("Mic2", "PulseAudio", False),
    ]
    assert found.engine == "PortAudio"
    assert found.find(MIC2) is not None
    assert found.default == first[0]


async def test_a_device_that_is_plugged_in_later_is_listed(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone
) -> None:
    virtual_mic.unplug("mic2")
    before = await microphone.devices()
    virtual_mic.replug("mic2")
    after = await microphone.devices()

    assert before.find(MIC2) is None
    assert after.find(MIC2) is not None


async def test_a_missing_chosen_device_is_said_and_never_replaced(
    microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    gone = DeviceChoice(name="headset", api="PulseAudio")

    async with told(microphone.capture(tmp_path / "heard.wav", device=gone)) as take:
        end = await take.end()

    assert isinstance(end, AudioUnavailable)
    assert end.reason == "no-device"
    assert "headset" in end.explanation
    assert not (tmp_path / "heard.wav").exists()


async def test_levels_come_sixteen_times_a_second_with_peaks_for_a_waveform(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said = clip(tmp_path / "said.wav")

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureOpened)
        program = virtual_mic.saying(said)
        await take.until(lambda: program.poll() is not None)
        microphone.stop()
        end = await take.end()

    levels = [event for event in take.of(LevelMeasured) if isinstance(event, LevelMeasured)]
    assert isinstance(end, CaptureEnded)
    seconds = end.samples / end.rate
    assert 15 <= len(levels) / seconds <= 20
    assert all(len(level.peaks) == 3 for level in levels)
    loudest = max(levels, key=lambda level: level.peak)
    assert -15 < loudest.peak < 0
    assert loudest.rms < loudest.peak
    assert levels[-1].samples == pytest.approx(end.samples, abs=1600)


async def test_a_pause_leaves_out_what_is_said_meanwhile(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    file = tmp_path / "heard.wav"
    said, secret = clip(tmp_path / "said.wav", 1.0), clip(tmp_path / "secret.wav", 1.5)

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        virtual_mic.say(said)
        microphone.pause()
        await take.until(lambda: is_paused(take.events))
        paused_at = last_level(take.events).samples
        virtual_mic.say(secret)
        still = last_level(take.events).samples
        microphone.resume()
        await take.until(lambda: not is_paused(take.events))
        microphone.stop()
        end = await take.end()

    assert still == paused_at
    assert isinstance(end, CaptureEnded)
    assert end.samples == len(samples_of(file))
    assert place_of(samples_of(said), samples_of(file))[1] > 0.9
    assert end.samples < paused_at + 16_000


async def test_a_cancelled_recording_ends_at_once(
    microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureStarted)
        microphone.stop(cancelled=True)
        end = await take.end()

    assert isinstance(end, CaptureEnded)
    assert end.reason == "cancelled"


async def test_the_sound_is_handed_on_as_it_comes(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said = clip(tmp_path / "said.wav")

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        microphone.hand_on(on=True)
        await take.heard(CaptureOpened)
        program = virtual_mic.saying(said)
        await take.until(lambda: program.poll() is not None)
        microphone.stop()
        await take.end()

    pieces = [event for event in take.of(PcmCaptured) if isinstance(event, PcmCaptured)]
    heard = as_samples(b"".join(piece.data for piece in pieces))
    assert place_of(samples_of(said), heard)[1] > 0.98
    assert [piece.start for piece in pieces[:3]] == [
        pieces[0].start + number * len(pieces[0].data) // 2 for number in range(3)
    ]


async def test_closing_early_finishes_the_file(
    microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    file = tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureStarted)
    await microphone.aclose()

    assert len(samples_of(file)) > 1_600
    assert writer_of(file) == "none"


async def test_a_recording_is_for_its_owner_alone_and_replaces_nothing(
    microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    file = tmp_path / "heard.wav"
    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        mode = stat.S_IMODE(file.stat().st_mode)
        assert writer_of(file) == "alive"
        microphone.stop()
        await take.end()
    before = file.read_bytes()

    async with told(microphone.capture(file, device=None)) as again:
        end = await again.end()

    assert mode == 0o600
    assert isinstance(end, CaptureEnded)
    assert end.samples == 0
    assert file.read_bytes() == before


def last_level(events: list[object]) -> LevelMeasured:
    return [event for event in events if isinstance(event, LevelMeasured)][-1]


def is_paused(events: list[object]) -> bool:
    levels = [event for event in events if isinstance(event, LevelMeasured)]
    return bool(levels) and levels[-1].paused


async def test_a_microphone_can_be_heard_without_recording(
    microphone: RecorderMicrophone,
) -> None:
    async with told(microphone.capture(None, device=MIC2)) as take:
        await take.heard(LevelMeasured)
        microphone.stop(cancelled=True)
        end = await take.end()

    assert isinstance(end, CaptureEnded)
    assert end.samples > 0
