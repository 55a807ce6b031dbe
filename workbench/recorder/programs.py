"""Recording and playing by programs that the system has, where there is no PortAudio."""

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import IO, Final

from workbench.audio.capture import AudioUnavailable, UnavailableReason
from workbench.audio.devices import Device, DeviceChoice, DeviceList, Direction
from workbench.audio.playback import SoundForm
from workbench.recorder import pulse
from workbench.recorder.engine import (
    BLOCKS_PER_SECOND,
    Lost,
    Pull,
    Stream,
    Take,
    UnreachableError,
)
from workbench.recorder.program import PLAYERS, RECORDERS, Program, RunningProgram

_RATE: Final = 16_000
_FIRST_SOUND: Final = 0.3
"""Seconds in which a program that is refused the device says so and ends."""

_PIPE: Final = 4096
"""Bytes that may wait in the pipe of a player: what is there is heard late."""


class Programs:
    """The sound system as its own programs reach it.

    Raises:
        UnreachableError: the system has none of them.

    """

    def __init__(self, why: UnreachableError) -> None:
        """``why`` there is nothing better; told when there is no program either."""
        self._recorder = next((one for one in RECORDERS if shutil.which(one.name)), None)
        self._player = next((one for one in PLAYERS if shutil.which(one.name)), None)
        self._why = why
        if self._recorder is None and self._player is None:
            raise why

    @property
    def name(self) -> str:
        """Of the recorder, else of the player."""
        return (self._recorder or self._player or RECORDERS[0]).name

    def devices(self, direction: Direction) -> DeviceList:
        """What the sound server says, or ALSA."""
        program = self._program(direction)
        found = pulse.devices(direction) if pulse.is_there() else ()
        if not found and program.api == "ALSA":
            found = _alsa_devices(program)
        return DeviceList(devices=found, engine=program.name)

    def record(self, choice: DeviceChoice | None, *, take: Take, lost: Lost) -> Stream:
        """Begin a program that records, 16 kHz mono."""
        program = self._program("input")
        form = SoundForm(rate=_RATE)
        running, label = self._begin(program, choice, "input", form)
        assert running.process.stdout is not None  # noqa: S101 - asked for
        stream = _ProgramStream(running, label, _RATE, lost)
        threading.Thread(
            target=_read, args=(running.process.stdout, take, stream.ended), daemon=True
        ).start()
        return stream

    def play(
        self, choice: DeviceChoice | None, form: SoundForm, *, pull: Pull, lost: Lost
    ) -> Stream:
        """Begin a program that plays."""
        program = self._program("output")
        running, label = self._begin(program, choice, "output", form)
        assert running.process.stdin is not None  # noqa: S101 - asked for
        stream = _ProgramStream(running, label, form.rate, lost)
        block = form.bytes_per_second // BLOCKS_PER_SECOND
        threading.Thread(
            target=_write, args=(running.process.stdin, block, pull, stream.ended), daemon=True
        ).start()
        return stream

    def _program(self, direction: Direction) -> Program:
        program = self._recorder if direction == "input" else self._player
        if program is None:
            raise self._why
        return program

    def _begin(
        self,
        program: Program,
        choice: DeviceChoice | None,
        direction: Direction,
        form: SoundForm,
    ) -> tuple[RunningProgram, str]:
        label = "the system's default"
        there = self.devices(direction)
        if choice is not None:
            found = there.find(choice)
            if found is None:
                raise _unreachable("no-device", f"{choice.shown} ({choice.api}) is not there now.")
            label = found.label
        elif there.default is not None:
            label = there.default.label
        records = direction == "input"
        process = subprocess.Popen(  # noqa: S603 - a program of the system's, our own words
            [program.name, *program.arguments(choice.name if choice else "", form)],
            stdin=subprocess.DEVNULL if records else subprocess.PIPE,
            stdout=subprocess.PIPE if records else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        if not records and process.stdin is not None:
            _shorten(process.stdin)
        running = RunningProgram(process)
        try:
            process.wait(_FIRST_SOUND)
        except subprocess.TimeoutExpired:
            return running, label
        why = running.last_words() or "it ended."
        running.put_away()
        raise _unreachable("refused", f"{program.name}: {why}")


class _ProgramStream:
    """A program that runs."""

    latency = 0.25  # what waits in the pipe and in the program

    def __init__(self, running: RunningProgram, device: str, rate: int, lost: Lost) -> None:
        self.device = device
        self.rate = rate
        self.process = running.process.pid
        self._running = running
        self._lost = lost
        self._closing = False

    def ended(self) -> None:
        """Its pipe is at its end."""
        if not self._closing:
            self._lost(self._running.last_words())

    def close(self) -> None:
        """End it."""
        self._closing = True
        self._running.put_away()


def _read(pipe: IO[bytes], take: Take, ended: Callable[[], None]) -> None:
    size = _RATE // BLOCKS_PER_SECOND * 2
    block = b""
    with contextlib.suppress(OSError, ValueError):
        while piece := pipe.read(size - len(block)):
            block += piece
            if len(block) == size:
                take(block)
                block = b""
    ended()


def _write(pipe: IO[bytes], size: int, pull: Pull, ended: Callable[[], None]) -> None:
    """The pipe takes sound as fast as it is played."""
    with contextlib.suppress(OSError, ValueError):
        while True:
            pipe.write(pull(size - size % 4))
    ended()


def _shorten(pipe: IO[bytes]) -> None:
    """Let little wait in a pipe, where the system can."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import fcntl

        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _alsa_devices(program: Program) -> tuple[Device, ...]:
    """Cards, as ALSA names them: a line with the name, then indented lines that describe it."""
    try:
        said = subprocess.run(  # noqa: S603 - a program of the system's, our own words
            [program.name, "-L"], capture_output=True, text=True, timeout=2, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    devices: list[Device] = []
    for name, described in pairwise([*said.splitlines(), ""]):
        if name.startswith(("plughw:", "sysdefault:")):
            label = described.strip() or name
            extra = name.startswith("sysdefault:")
            devices.append(Device(name=name, label=label, api="ALSA", extra=extra))
    return tuple(devices)


def _unreachable(reason: UnavailableReason, explanation: str) -> UnreachableError:
    return UnreachableError(AudioUnavailable(reason=reason, explanation=explanation))
