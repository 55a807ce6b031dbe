"""What the sound server says through ``pactl``: which devices there are, and where sound goes."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from workbench.audio.devices import Device, Direction

APIS: Final = ("PulseAudio", "PipeWire")
_PATIENCE: Final = 1.5
_BETWEEN_LOOKS: Final = 0.1
_KIND: Final = {"input": "source", "output": "sink"}
_STREAMS: Final = {"input": "source-outputs", "output": "sink-inputs"}


def is_there() -> bool:
    """Whether the sound server can be asked."""
    return shutil.which("pactl") is not None


def devices(direction: Direction) -> tuple[Device, ...]:
    """What it has; nothing when it does not answer or cannot say it so that we understand."""
    info = _ask("info")
    if not isinstance(info, dict):
        return ()
    api = "PipeWire" if "PipeWire" in str(info.get("server_name", "")) else "PulseAudio"
    default = info.get(f"default_{_KIND[direction]}_name")
    found = [
        Device(
            name=str(one["name"]),
            label=_label(one),
            api=api,
            rate=_rate(one),
            channels=_channels(one),
            monitor=direction == "input" and _is_monitor(one),
            extra=direction == "input" and _is_monitor(one),
            default=one["name"] == default,
        )
        for one in _listed(direction).values()
    ]
    return tuple(sorted(found, key=lambda device: (device.monitor, not device.default)))


def _listed(direction: Direction) -> dict[str, dict[str, Any]]:  # as the server describes them
    """The devices by name."""
    listed = _ask("list", f"{_KIND[direction]}s")
    return {
        str(one["name"]): one
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, dict) and "name" in one
    }


def _ask(*question: str) -> Any:  # noqa: ANN401 - whatever JSON it answers
    try:
        answer = subprocess.run(  # noqa: S603 - a program of the system's, our own words
            ["pactl", "--format=json", *question],  # noqa: S607 - from the PATH, as any program
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env={**os.environ, "LC_ALL": "C"},  # some versions write numbers as the language does
        )
        return json.loads(answer.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def _label(one: dict[str, Any]) -> str:
    said = one.get("description") or (one.get("properties") or {}).get("device.description")
    return str(said or one["name"])


def _is_monitor(one: dict[str, Any]) -> bool:
    properties = one.get("properties") or {}
    return properties.get("device.class") == "monitor" or bool(one.get("monitor_source"))


def _rate(one: dict[str, Any]) -> int | None:
    """From a specification such as "s16le 2ch 44100Hz"."""
    words = str(one.get("sample_specification", "")).split()
    rates = [word[:-2] for word in words if word.endswith("Hz")]
    return int(rates[0]) if rates and rates[0].isdigit() else None


def _channels(one: dict[str, Any]) -> int | None:
    words = str(one.get("sample_specification", "")).split()
    counts = [word[:-2] for word in words if word.endswith("ch")]
    return int(counts[0]) if counts and counts[0].isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What became of a stream: "routed" to a device, which may be muted; its first is "gone"."""

    kind: Literal["routed", "gone", "back"]
    device: str
    muted: bool = False


class Watch:
    """Tells where a process's stream comes from, and when that device is pulled out.

    Args:
        process: whose stream.
        tell: called in a thread of the watch's own.

    """

    def __init__(self, process: int, direction: Direction, tell: Callable[[Moved], None]) -> None:
        self._process = process
        self._direction = direction
        self._tell = tell
        self._first: dict[str, Any] | None = None  # as the server describes it
        self._routed: Moved | None = None
        self._gone = False
        self._changed = threading.Event()
        self._subscription: subprocess.Popen[str] | None = None
        if is_there():
            threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        """Tell no more."""
        if self._subscription is not None:
            self._subscription.kill()

    def _run(self) -> None:
        try:
            self._subscription = subprocess.Popen(
                ["pactl", "subscribe"],  # noqa: S607 - from the PATH, as any program
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError:
            return
        assert self._subscription.stdout is not None  # noqa: S101 - asked for above
        self._changed.set()
        threading.Thread(target=self._look_when_changed, daemon=True).start()
        for line in self._subscription.stdout:
            what = line.rpartition(" on ")[2].partition(" ")[0]
            if what in (_KIND[self._direction], _STREAMS[self._direction].removesuffix("s")):
                self._changed.set()

    def _look_when_changed(self) -> None:
        """Once for many changes: a slider that is dragged makes hundreds."""
        while True:
            self._changed.wait()
            self._changed.clear()
            self._look()
            time.sleep(_BETWEEN_LOOKS)

    def _look(self) -> None:
        there = _listed(self._direction)
        if not there:
            return
        names = {one.get("index"): one["name"] for one in there.values()}
        name = next((names[index] for index in self._routes() if index in names), None)
        now = there.get(name) if name is not None else None
        if self._first is None:
            self._first = now
        elif (self._first["name"] not in there) != self._gone:
            self._gone = not self._gone
            self._tell(Moved(kind="gone" if self._gone else "back", device=_label(self._first)))
        if now is not None:
            moved = Moved(kind="routed", device=_label(now), muted=bool(now.get("mute")))
            if moved != self._routed:
                self._routed = moved
                self._tell(moved)

    def _routes(self) -> Iterator[object]:
        """The numbers of the devices that the process's streams are connected to."""
        for stream in _ask("list", _STREAMS[self._direction]) or ():
            properties = stream.get("properties") or {}
            if str(properties.get("application.process.id")) == str(self._process):
                yield stream.get(_KIND[self._direction])
