"""What goes wrong with a microphone: each is noticed, told, and costs nothing that was said."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.heard import clip, place_of, samples_of
from tests.takes import told, until
from tests.virtual_mic import VirtualMic
from workbench.adapters.microphone import RecorderMicrophone
from workbench.adapters.recordings import RecordingFiles
from workbench.audio.capture import (
    CaptureChecked,
    CaptureEnded,
    CaptureOpened,
    CaptureResumed,
    CaptureRouted,
    CaptureStalled,
    CaptureStarted,
    DeviceGone,
    DeviceReturned,
    LevelMeasured,
    SoundReturned,
    ZerosHeard,
)
from workbench.recorder.marker import writer_of


@pytest.fixture
async def microphone(virtual_mic: VirtualMic) -> AsyncIterator[RecorderMicrophone]:
    async with RecorderMicrophone({**os.environ, **virtual_mic.environ}) as microphone:
        yield microphone


async def test_a_muted_microphone_is_told_within_a_second_and_so_is_its_return(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    program = virtual_mic.saying(clip(tmp_path / "said.wav", 8))

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureStarted)
        virtual_mic.mute()
        muted = time.monotonic()
        zeros = await take.heard(ZerosHeard)
        noticed = time.monotonic() - muted
        virtual_mic.mute(on=False)
        await take.heard(SoundReturned)
        microphone.stop()
        end = await take.end()
    program.kill()
    program.wait()

    assert noticed < 1.6
    assert zeros == ZerosHeard(muted=True)
    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"


async def test_a_microphone_pulled_out_in_the_middle_is_named_and_what_was_said_is_kept(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureRouted)
        virtual_mic.say(said)
        virtual_mic.unplug()
        gone = await take.heard(DeviceGone)
        virtual_mic.replug()
        await take.heard(DeviceReturned)
        microphone.stop()
        end = await take.end()

    assert isinstance(gone, DeviceGone)
    assert gone.device == "Mic"
    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_when_the_last_microphone_is_pulled_out_the_recording_is_closed_and_kept(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureRouted)
        virtual_mic.say(said)
        virtual_mic.unplug_all()
        end = await take.end()

    assert isinstance(end, CaptureEnded)
    assert end.reason == "lost"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_a_sleeping_microphone_stalls_and_goes_on_when_it_wakes(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureStarted)
        virtual_mic.suspend()
        slept = time.monotonic()
        await take.heard(CaptureStalled)
        virtual_mic.suspend(on=False)
        asleep = time.monotonic() - slept
        resumed = await take.heard(CaptureResumed)
        await take.until(lambda: drift_of(take.events[-40:]) is not None)
        microphone.stop()
        end = await take.end()

    assert isinstance(resumed, CaptureResumed)
    assert resumed.missing == pytest.approx(asleep, abs=0.5)
    assert abs(drift_of(take.events) or 0.0) < 0.3
    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"


async def test_a_recording_of_a_sleeping_microphone_stops_in_time(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        await take.heard(CaptureStarted)
        virtual_mic.suspend()
        await take.heard(CaptureStalled)
        asked = time.monotonic()
        microphone.stop()
        end = await take.end()

    assert time.monotonic() - asked < 1.5
    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"


async def test_a_sound_server_that_dies_loses_the_microphone_and_nothing_that_was_said(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        virtual_mic.say(said)
        virtual_mic.kill()
        died = time.monotonic()
        end = await take.end()

    assert time.monotonic() - died < 1.5
    assert isinstance(end, CaptureEnded)
    assert end.reason == "lost"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_a_hung_sound_server_hangs_nobody_here(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav"), tmp_path / "heard.wav"

    async with told(microphone.capture(file, device=None)) as take:
        await take.heard(CaptureOpened)
        virtual_mic.say(said)
        virtual_mic.freeze()
        await take.heard(CaptureStalled)
        asked = time.monotonic()
        microphone.stop()
        end = await take.end()
        stopped = time.monotonic() - asked
    await microphone.aclose()
    closed = time.monotonic() - asked

    assert stopped < 1.5
    assert closed < 3.0
    assert isinstance(end, CaptureEnded)
    assert end.reason == "stopped"
    assert place_of(samples_of(said), samples_of(file))[1] > 0.98


async def test_a_sound_server_that_does_not_answer_can_be_left_at_once(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    await microphone.prepare()
    virtual_mic.freeze()

    async with told(microphone.capture(tmp_path / "heard.wav", device=None)) as take:
        asked = time.monotonic()
        await asyncio.sleep(0)
        microphone.stop(cancelled=True)
        end = await take.end()

    assert time.monotonic() - asked < 1.5
    assert isinstance(end, CaptureEnded)
    assert end.samples == 0


async def test_a_killed_recorder_loses_a_quarter_of_a_second_at_most(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    said, file = clip(tmp_path / "said.wav", 6), tmp_path / "recording-20261123-120000.wav"
    program = virtual_mic.saying(said)

    async with told(microphone.capture(file, device=None)) as take:
        await take.until(lambda: samples_told(take.events) > 16_000)
        pid = recorder_of(microphone)
        told_before = samples_told(take.events)
        os.killpg(pid, signal.SIGKILL)
        end = await take.end()
    program.kill()
    program.wait()
    repaired = await RecordingFiles(tmp_path).describe(file)

    assert isinstance(end, CaptureEnded)
    assert end.reason == "killed"
    assert end.samples >= told_before - 0.25 * 16_000
    assert len(samples_of(file)) == end.samples
    assert repaired.seconds == end.samples / 16_000
    assert place_of(samples_of(file)[1_600:], samples_of(said))[1] > 0.98


APP = """
import asyncio, sys
from pathlib import Path
from workbench.adapters.microphone import RecorderMicrophone
from workbench.audio.capture import CaptureOpened, LevelMeasured

async def main() -> None:
    async with RecorderMicrophone() as microphone:
        async for event in microphone.capture(Path(sys.argv[1]), device=None):
            if isinstance(event, LevelMeasured):
                print(event.samples, flush=True)

asyncio.run(main())
"""


async def test_a_killed_workbench_loses_nothing_and_the_recording_is_found_again(
    virtual_mic: VirtualMic, tmp_path: Path, repository: Path
) -> None:
    said, file = clip(tmp_path / "said.wav", 6), tmp_path / "recording-20261123-120000.wav"
    program = virtual_mic.saying(said)
    app = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", APP, str(file)),
        cwd=repository,
        env={**os.environ, **virtual_mic.environ},
        stdout=asyncio.subprocess.PIPE,
    )
    assert app.stdout is not None
    told_before = 0
    while told_before < 16_000:
        told_before = int(await app.stdout.readline())
    app.kill()
    await app.communicate()

    await until(lambda: writer_of(file) == "dead")
    program.kill()
    program.wait()
    found = await RecordingFiles(tmp_path).recordings()

    assert [one.state for one in found] == ["interrupted"]
    assert found[0].seconds >= told_before / 16_000
    assert len(samples_of(file)) == round(found[0].seconds * 16_000)
    assert place_of(samples_of(file)[1_600:], samples_of(said))[1] > 0.98


def samples_told(events: list[object]) -> int:
    levels = [event.samples for event in events if isinstance(event, LevelMeasured)]
    return levels[-1] if levels else 0


def drift_of(events: list[object]) -> float | None:
    checked = [event.drift for event in events if isinstance(event, CaptureChecked)]
    return checked[-1] if checked else None


def recorder_of(microphone: RecorderMicrophone) -> int:
    assert microphone._running is not None
    return microphone._running.recorder.pid


async def test_a_disk_that_runs_full_ends_the_recording_with_all_that_fitted(
    virtual_mic: VirtualMic, microphone: RecorderMicrophone, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    said, file = clip(tmp_path / "said.wav", 4), tmp_path / "heard.wav"
    most = 44 + 2 * 16_000 + 101
    program = virtual_mic.saying(said)
    await microphone.prepare()
    ready = microphone._recorders._ready
    assert ready is not None
    resource.prlimit(ready.pid, resource.RLIMIT_FSIZE, (most, most))

    async with told(microphone.capture(file, device=None)) as take:
        end = await take.end()
    program.kill()
    program.wait()

    assert isinstance(end, CaptureEnded)
    assert end.reason == "disk-full"
    assert end.detail
    assert 15_600 < end.samples == len(samples_of(file)) <= 16_050
    assert place_of(samples_of(file)[1_600:], samples_of(said))[1] > 0.98
