"""Recording and playing by programs that the system has, where there is no PortAudio."""

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
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

_RATE: Final = 16_000
_FIRST_SOUND: Final = 0.3
"""Seconds in which a program that is refused the device says so and ends."""

_PIPE: Final = 4096
"""Bytes that may wait in the pipe of a player: what is there is heard late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One that records to its output, or plays its input.

    Attributes:
        arguments: makes them from a device's name ("" for the default) and the form of the sound.
        api: who its devices belong to.

    """

    name: str
    api: str
    arguments: Callable[[str, SoundForm], list[str]]


def _parec(device: str, form: SoundForm) -> list[str]:
    chosen = [f"--device={device}"] if device else []
    return [
        *("--raw", "--format=s16le", f"--rate={form.rate}", f"--channels={form.channels}"),
        *("--latency-msec=50", *chosen),
    ]


def _pw_cat(device: str, form: SoundForm) -> list[str]:
    chosen = [f"--target={device}"] if device else []
    raw = ["--raw"] if _pw_cat_wants_raw() else []  # since 1.4; before, "-" alone meant raw
    return [
        *("--format=s16", f"--rate={form.rate}", f"--channels={form.channels}"),
        *("--latency=50ms", *raw, *chosen, "-"),
    ]


def _pw_cat_wants_raw() -> bool:
    try:
        said = subprocess.run(
            ["pw-cat", "--help"],  # noqa: S607 - from the PATH, as any program
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return "--raw" in said.stdout + said.stderr


def _alsa(device: str, form: SoundForm) -> list[str]:
    chosen = ["-D", device] if device else []
    return [
        *("-q", "-t", "raw", "-f", "S16_LE", "-r", str(form.rate), "-c", str(form.channels)),
        *("--buffer-time=100000", *chosen),
    ]


_RECORDERS: Final = (
    Program(name="parec", api="PulseAudio", arguments=_parec),
    Program(name="pw-record", api="PipeWire", arguments=_pw_cat),
    Program(name="arecord", api="ALSA", arguments=_alsa),
)
_PLAYERS: Final = (
    Program(name="pacat", api="PulseAudio", arguments=_parec),
    Program(name="pw-play", api="PipeWire", arguments=_pw_cat),
    Program(name="aplay", api="ALSA", arguments=_alsa),
)


class Programs:
    """The sound system as its own programs reach it.

    Raises:
        UnreachableError: the system has none of them.

    """

    def __init__(self, why: UnreachableError) -> None:
        """``why`` there is nothing better; told when there is no program either."""
        self._recorder = next((one for one in _RECORDERS if shutil.which(one.name)), None)
        self._player = next((one for one in _PLAYERS if shutil.which(one.name)), None)
        self._why = why
        if self._recorder is None and self._player is None:
            raise why

    @property
    def name(self) -> str:
        """Of the recorder, else of the player."""
        return (self._recorder or self._player or _RECORDERS[0]).name

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
    ) -> tuple["_Running", str]:
        label = "the system's default"
        there = self.devices(direction)
        if choice is not None:
            found = there.find(choice)
            if found is None:
                raise _unreachable("no-device", f"{choice.name} ({choice.api}) is not there now.")
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
        running = _Running(process)
        try:
            process.wait(_FIRST_SOUND)
        except subprocess.TimeoutExpired:
            return running, label
        why = running.last_words() or "it ended."
        running.put_away()
        raise _unreachable("refused", f"{program.name}: {why}")


class _ProgramStream:
    """A program that runs."""

    latency = 0.1

    def __init__(self, running: "_Running", device: str, rate: int, lost: Lost) -> None:
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


class _Running:
    """A program with its pipes; what it complains of is read, lest it wait for that."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        self._said = b""
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def last_words(self) -> str:
        """What a program that ends complained of at last."""
        self._listening.join(0.5)
        lines = self._said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def put_away(self) -> None:
        """Kill it where it runs, and close its pipes."""
        self.process.kill()
        self.process.wait()
        self._listening.join(0.5)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def _listen(self) -> None:
        assert self.process.stderr is not None  # noqa: S101 - asked for
        with contextlib.suppress(OSError, ValueError):
            while said := self.process.stderr.read(1024):
                self._said = (self._said + said)[-2048:]


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
