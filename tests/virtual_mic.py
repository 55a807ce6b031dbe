"""A microphone and a loudspeaker without hardware: a sound server of the test's own.

    with VirtualMic() as machine:
        environ = {**os.environ, **machine.environ}  # for the program under test
        machine.say(clip)                            # what the microphone hears
        pcm = machine.heard(2.0)                     # what comes out of the loudspeaker

Any number run side by side, as root or not. Needs pulseaudio, pulseaudio-utils, libasound2-plugins
and libportaudio2.
"""

import contextlib
import ctypes.util
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

PROGRAMS = ("pulseaudio", "pactl", "paplay", "parec")
RATE = 16_000
_OPEN_TO_ALL = "auth-anonymous=1 auth-cookie-enabled=0"
_FORM = ("--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=20")


def missing() -> list[str]:
    """What a virtual microphone needs and this machine has not."""
    programs = [name for name in PROGRAMS if shutil.which(name) is None]
    return programs + ([] if ctypes.util.find_library("portaudio") else ["libportaudio2"])


class VirtualMic:
    """A sound server with two microphones, ``mic`` and ``mic2``, and a loudspeaker."""

    def __init__(self) -> None:
        self.mics = ("mic", "mic2")
        self._folder = Path(tempfile.mkdtemp(prefix="mic-"))  # a socket's path holds 107 bytes
        self._socket = self._folder / "sock"
        self._server: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        (self._folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\n"
            "pcm.pulse { type pulse }\npcm.!default { type pulse }\nctl.!default { type pulse }\n"
        )
        self.environ = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(self._folder / "asound.conf"),
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_RUNTIME_PATH": str(self._folder / "run"),
            "PULSE_STATE_PATH": str(self._folder / "state"),
            "PULSE_COOKIE": str(self._folder / "cookie"),
        }

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        modules = [
            f"module-native-protocol-unix socket={self._socket} {_OPEN_TO_ALL}",
            # without norewinds an idle null sink sleeps, and what is heard first comes late
            "module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1",
        ]
        for mic in self.mics:
            modules += [
                f"module-null-sink sink_name=to_{mic} rate={RATE} channels=1 norewinds=1",
                self._source(mic),
            ]
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--realtime=no"]
        command += ["--exit-idle-time=300", "--high-priority=no", "--log-target=stderr"]
        for module in modules:
            command += ["-L", module]
        self._log = (self._folder / "log").open("ab")
        self._server = subprocess.Popen(
            command,
            env={**os.environ, **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._wait_until_up(self._server)
        self.pactl("set-default-source", self.mics[0])
        self.pactl("set-default-sink", "speaker")

    def close(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGCONT)
            self._server.kill()
            self._server.wait()
        if self._log is not None:
            self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def pactl(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout

    def say(self, clip: Path, mic: str = "mic") -> None:
        """Let the microphone hear it; returns when it was said."""
        subprocess.run(
            ["paplay", f"--device=to_{mic}", os.fspath(clip)],
            env={**os.environ, **self.environ},
            check=True,
            timeout=120,
        )

    def saying(self, clip: Path, mic: str = "mic") -> "subprocess.Popen[bytes]":
        """Let the microphone hear it from now on."""
        return subprocess.Popen(
            ["paplay", f"--device=to_{mic}", os.fspath(clip)],
            env={**os.environ, **self.environ},
            stderr=subprocess.DEVNULL,
        )

    @contextlib.contextmanager
    def listening(self) -> Iterator["Ear"]:
        """What comes out of the loudspeaker meanwhile."""
        ear = Ear({**os.environ, **self.environ})
        try:
            yield ear
        finally:
            ear.close()

    def unplug(self, mic: str = "mic") -> None:
        self.pactl("unload-module", self._module(f"source_name={mic}"))

    def replug(self, mic: str = "mic") -> None:
        self.pactl("load-module", *self._source(mic).split())

    def unplug_all(self) -> None:
        """No microphone is left, nor a monitor that could stand in for one."""
        for mic in self.mics:
            self.unplug(mic)
            self.pactl("unload-module", self._module(f"sink_name=to_{mic}"))
        self.pactl("unload-module", self._module("sink_name=speaker"))

    def mute(self, *, on: bool = True) -> None:
        self.pactl("set-source-mute", self.mics[0], "1" if on else "0")

    def suspend(self, *, on: bool = True) -> None:
        self.pactl("suspend-source", self.mics[0], "1" if on else "0")

    def freeze(self) -> None:
        """The server hangs."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """The server dies."""
        assert self._server is not None
        self._server.kill()
        self._server.wait()

    def _source(self, mic: str) -> str:
        return (
            f"module-remap-source master=to_{mic}.monitor source_name={mic} "
            f"source_properties=device.description={mic.capitalize()}"
        )

    def _module(self, needle: str) -> str:
        lines = self.pactl("list", "short", "modules").splitlines()
        fitting = (line.split()[0] for line in lines if f"{needle} " in f"{line} ")
        return next(fitting)

    def _wait_until_up(self, server: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            assert server.poll() is None, (self._folder / "log").read_text()[-2000:]
            with contextlib.suppress(subprocess.CalledProcessError):
                self.pactl("info")
                return
            time.sleep(0.02)
        raise AssertionError("the sound server did not come up")


class Ear:
    """Hears the loudspeaker, as 16 kHz mono samples."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._heard = bytearray()
        self._program = subprocess.Popen(
            ["parec", "-d", "speaker.monitor", "--raw", *_FORM],
            env=environ,
            stdout=subprocess.PIPE,
        )
        self._listening = threading.Thread(target=self._listen)
        self._listens = threading.Event()
        self._listening.start()
        assert self._listens.wait(10)

    @property
    def heard(self) -> bytes:
        return bytes(self._heard)

    def close(self) -> None:
        self._program.kill()
        self._program.wait()
        self._listening.join()

    def _listen(self) -> None:
        assert self._program.stdout is not None
        with self._program.stdout as pipe:
            while data := pipe.read(640):
                self._heard += data
                self._listens.set()
