"""Where there is no PortAudio, no device or no answer: what is done instead, and what is said."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.heard import clip, place_of, samples_of
from tests.takes import told
from tests.virtual_mic import VirtualMic
from workbench.adapters.microphone import RecorderMicrophone
from workbench.audio.capture import (
    AudioUnavailable,
    CaptureEnded,
    CaptureOpened,
    CaptureRouted,
)
from workbench.audio.problems import AudioUnavailableError


@pytest.fixture
async def microphone(virtual_mic: VirtualMic) -> AsyncIterator[RecorderMicrophone]:
    async with RecorderMicrophone({**os.environ, **virtual_mic.environ}) as microphone:
        yield microphone


async def test_without_a_device_it_says_so(virtual_mic: VirtualMic, tmp_path: Path) -> None:
    virtual_mic.kill()

    async with RecorderMicrophone({**os.environ, **virtual_mic.environ}) as microphone:
        async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
            end = await take.end()
        found = await microphone.devices()

    assert isinstance(end, AudioUnavailable)
    assert end.reason == "no-device"
    assert not found.devices
    assert not (tmp_path / "heard.wav").exists()


@pytest.fixture
def without_portaudio(tmp_path: Path) -> dict[str, str]:
    """An environment in which the library that sounddevice loads is not there."""
    stand_in = tmp_path / "without" / "sounddevice.py"
    stand_in.parent.mkdir()
    stand_in.write_text("raise OSError('PortAudio library not found')\n")
    return {**os.environ, "PYTHONPATH": str(stand_in.parent)}


async def test_without_portaudio_and_any_program_the_command_that_helps_is_named(
    without_portaudio: dict[str, str], tmp_path: Path
) -> None:
    environ = {**without_portaudio, "PATH": str(tmp_path)}

    async with RecorderMicrophone(environ) as microphone:
        async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
            end = await take.end()
        with pytest.raises(AudioUnavailableError):
            await microphone.devices()

    assert isinstance(end, AudioUnavailable)
    assert end.reason == "no-library"
    assert "PortAudio" in end.explanation
    assert not (tmp_path / "heard.wav").exists()


async def test_without_portaudio_the_systems_own_program_records(
    virtual_mic: VirtualMic, without_portaudio: dict[str, str], tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"
    environ = {**without_portaudio, **virtual_mic.environ}

    async with (
        RecorderMicrophone(environ) as microphone,
        told(microphone.capture(file, device=None)) as take,
    ):
        opened = await take.heard(CaptureOpened)
        virtual_mic.say(said)
        routed = await take.heard(CaptureRouted)
        microphone.stop()
        await take.end()

    assert isinstance(opened, CaptureOpened)
    assert opened.engine == "parec"
    assert isinstance(routed, CaptureRouted)
    assert routed.device == "Mic"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_a_portaudio_that_does_not_reach_the_sound_server_is_passed_by(
    virtual_mic: VirtualMic, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"
    bare = tmp_path / "asound.conf"
    bare.write_text("pcm.nothing { type hw card 77 }\n")
    environ = {**os.environ, **virtual_mic.environ, "ALSA_CONFIG_PATH": str(bare)}

    async with (
        RecorderMicrophone(environ) as microphone,
        told(microphone.capture(file, device=None)) as take,
    ):
        opened = await take.heard(CaptureOpened)
        virtual_mic.say(said)
        microphone.stop()
        await take.end()

    assert isinstance(opened, CaptureOpened)
    assert opened.engine == "parec"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_a_sound_server_that_never_answers_is_given_up(
    virtual_mic: VirtualMic,
    microphone: RecorderMicrophone,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workbench.adapters.microphone._OPENED_WITHIN", 1.0)
    await microphone.prepare()
    virtual_mic.freeze()

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        end = await take.end()

    assert isinstance(end, AudioUnavailable)
    assert end.reason == "no-answer"
    assert not (tmp_path / "heard.wav").exists()


async def test_a_recorder_that_crashes_at_once_says_its_last_words(
    virtual_mic: VirtualMic, tmp_path: Path
) -> None:
    stand_in = tmp_path / "sounddevice.py"
    stand_in.write_text("raise SystemError('Assertion failed, aborting.')\n")
    environ = {**os.environ, **virtual_mic.environ, "PYTHONPATH": str(tmp_path)}

    async with (
        RecorderMicrophone(environ) as microphone,
        told(microphone.capture(tmp_path / "heard.wav", device=None)) as take,
    ):
        end = await take.end()

    assert isinstance(end, CaptureEnded)
    assert (end.reason, end.samples) == ("killed", 0)
    assert "Assertion failed" in end.detail
