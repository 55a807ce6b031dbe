"""Programs that record to their output or play their input: their arguments, and one that runs."""

import contextlib
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from workbench.audio.playback import SoundForm


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


RECORDERS: Final = (
    Program(name="parec", api="PulseAudio", arguments=_parec),
    Program(name="pw-record", api="PipeWire", arguments=_pw_cat),
    Program(name="arecord", api="ALSA", arguments=_alsa),
)
PLAYERS: Final = (
    Program(name="pacat", api="PulseAudio", arguments=_parec),
    Program(name="pw-play", api="PipeWire", arguments=_pw_cat),
    Program(name="aplay", api="ALSA", arguments=_alsa),
)


class RunningProgram:
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
