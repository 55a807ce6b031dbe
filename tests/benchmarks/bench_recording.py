"""Recording: from the key to the first sound, what it costs, and what a kill loses.

The microphone is one of a sound server of its own; see `tests/virtual_mic.py`.

Run: bench_recording.py [--seconds 30] [--kills 20]
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
import wave
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from figures import Table, ms, share

from tests.heard import clip
from tests.virtual_mic import VirtualMic, missing
from workbench.adapters.microphone import RecorderMicrophone
from workbench.adapters.recordings import RecordingFiles
from workbench.audio.capture import CaptureChecked, CaptureEnded, CaptureOpened, LevelMeasured


@dataclass
class Process:
    """What a process has used so far."""

    cpu: float
    kilobytes: int

    @classmethod
    def read(cls, pid: int) -> "Process":
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        status = Path(f"/proc/{pid}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return cls(cpu=ticks / os.sysconf("SC_CLK_TCK"), kilobytes=int(resident.split()[1]))


def recorder_of(microphone: RecorderMicrophone) -> int:
    running = microphone._running
    assert running is not None
    return running.recorder.pid


async def first_sounds(microphone: RecorderMicrophone, folder: Path, count: int) -> list[float]:
    """Seconds from the key to the first level, with a recorder that is ready."""
    took = []
    for number in range(count):
        await microphone.prepare()
        await asyncio.sleep(0.5)
        asked = time.monotonic()
        async with aclosing(
            microphone.capture(folder / f"first-{number}.wav", device=None)
        ) as take:
            async for event in take:
                if isinstance(event, LevelMeasured):
                    took.append(time.monotonic() - asked)
                    break
    return took


async def stops(microphone: RecorderMicrophone, folder: Path, count: int) -> list[float]:
    """Seconds from the key to the finished file."""
    took = []
    for number in range(count):
        asked = 0.0
        async for event in microphone.capture(folder / f"stop-{number}.wav", device=None):
            if isinstance(event, CaptureChecked) and event.samples > 16_000 and not asked:
                asked = time.monotonic()
                microphone.stop()
            if isinstance(event, CaptureEnded):
                took.append(time.monotonic() - asked)
    return took


async def cost(microphone: RecorderMicrophone, folder: Path, seconds: float) -> tuple[str, ...]:
    """CPU and memory of the recorder and of this process, and how far its clock went astray."""
    before = own = None
    began = time.monotonic()
    drift = 0.0
    async for event in microphone.capture(folder / "long.wav", device=None):
        if isinstance(event, CaptureOpened):
            began = time.monotonic()
            before, own = Process.read(recorder_of(microphone)), Process.read(os.getpid())
        if isinstance(event, CaptureChecked):
            drift = event.drift
            if time.monotonic() - began > seconds:
                after, ours = Process.read(recorder_of(microphone)), Process.read(os.getpid())
                break
    assert before is not None
    assert own is not None
    passed = time.monotonic() - began
    return (
        f"{(after.cpu - before.cpu) / passed * 100:.1f}",
        f"{(ours.cpu - own.cpu) / passed * 100:.1f}",
        f"{before.kilobytes / 1024:.1f}",
        f"{after.kilobytes / 1024:.1f}",
        f"{drift:.3f}",
    )


async def losses(microphone: RecorderMicrophone, folder: Path, count: int) -> list[float]:
    """Seconds that had been recorded by the clock and are not in the file after kill -9."""
    lost = []
    files = RecordingFiles(folder)
    chance = random.Random(1)
    for number in range(count):
        path = folder / f"recording-20260101-0000{number:02}.wav"
        wanted, first, killed = 1.0 + chance.random(), 0.0, 0.0
        async for event in microphone.capture(path, device=None):
            if isinstance(event, LevelMeasured) and not first:
                first = time.monotonic() - event.samples / 16_000
            if isinstance(event, LevelMeasured) and event.samples > wanted * 16_000 and not killed:
                await asyncio.sleep(chance.random() * 0.2)
                killed = time.monotonic()
                os.killpg(recorder_of(microphone), signal.SIGKILL)
        await files.describe(path)
        with wave.open(str(path)) as sound:
            lost.append(killed - first - sound.getnframes() / 16_000)
    return lost


async def measure(seconds: float, kills: int) -> None:
    """Print the tables."""
    with VirtualMic() as machine, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        program = machine.saying(clip(home / "said.wav", max(60.0, seconds + kills * 4 + 60)))
        async with RecorderMicrophone({**os.environ, **machine.environ}) as microphone:
            table = Table("Recording, ms", "what", "median", "most")
            for what, took in (
                ("key to the first level", await first_sounds(microphone, home, 10)),
                ("stop to the finished file", await stops(microphone, home, 5)),
                ("lost by kill -9", await losses(microphone, home, kills)),
            ):
                table.row(what, ms(share(took, 0.5)), ms(max(took)))
            columns = ("CPU %", "app CPU %", "MiB at first", "MiB at last", "drift s")
            table = Table("Cost of a recording", "seconds", *columns)
            table.row(f"{seconds:g}", *await cost(microphone, home, seconds))
        program.kill()
        program.wait()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    if lacking := missing():
        sys.exit(f"needs a sound server of its own; not here: {', '.join(lacking)}")
    asyncio.run(measure(given.seconds, given.kills))


if __name__ == "__main__":
    main()
