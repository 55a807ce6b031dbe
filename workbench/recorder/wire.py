"""What goes through the recorder's pipes: frames of a kind, a length and a payload. Pure.

``J`` is JSON: a command downwards, an event upwards. ``A`` is sound: upwards with its place in the
recording, downwards bare.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final, TypeAlias

from workbench.audio import capture, playback
from workbench.audio.capture import CaptureEvent, DevicesListed, LevelMeasured, PcmCaptured
from workbench.audio.devices import Device, DeviceList
from workbench.audio.playback import PlaybackEvent

Event: TypeAlias = CaptureEvent | PlaybackEvent | DevicesListed
Command: TypeAlias = Mapping[str, Any]  # whatever JSON can say; "do" says what it is about

_HEAD: Final = struct.Struct("<cI")
_PLACE: Final = struct.Struct("<QI")
_JSON: Final = b"J"
_SOUND: Final = b"A"
_LONGEST: Final = 1024 * 1024
_EVENTS: Final = {
    kind.__name__: kind
    for module in (capture, playback)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ == module.__name__
}


def command(do: str, **what: object) -> bytes:
    """A command as a frame."""
    return _frame(_JSON, json.dumps({"do": do, **what}).encode())


def sound(data: bytes) -> bytes:
    """Samples to be played, as a frame."""
    return _frame(_SOUND, data)


def event(happened: Event) -> bytes:
    """An event as a frame."""
    if isinstance(happened, PcmCaptured):
        return _frame(_SOUND, _PLACE.pack(happened.start, happened.rate) + happened.data)
    said = {"event": type(happened).__name__, **asdict(happened)}
    return _frame(_JSON, json.dumps(said).encode())


def _frame(kind: bytes, payload: bytes) -> bytes:
    return _HEAD.pack(kind, len(payload)) + payload


class WireError(Exception):
    """What came through the pipe is no frame."""


class Frames:
    """Takes bytes as they come and gives whole frames back."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The frames that are whole now: kind and payload. Raises WireError."""
        self._pending += data
        while len(self._pending) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._pending)
            if kind not in (_JSON, _SOUND) or length > _LONGEST:
                raise WireError("no frame")
            whole = _HEAD.size + length
            if len(self._pending) < whole:
                return
            payload = bytes(self._pending[_HEAD.size : whole])
            del self._pending[:whole]
            yield kind, payload


def read_command(kind: bytes, payload: bytes) -> Command:
    """A command from its frame; samples are the command "sound"."""
    if kind == _SOUND:
        return {"do": "sound", "data": payload}
    said: Command = json.loads(payload)
    return said


def read_event(kind: bytes, payload: bytes) -> Event:
    """An event from its frame. Raises WireError."""
    if kind == _SOUND:
        start, rate = _PLACE.unpack_from(payload)
        return PcmCaptured(start=start, rate=rate, data=payload[_PLACE.size :])
    try:
        said = json.loads(payload)
        return _made(said.pop("event"), said)
    except (ValueError, TypeError, KeyError) as error:
        raise WireError(f"no event: {error}") from None


def _made(name: str, fields: dict[str, Any]) -> Event:  # as JSON gave them
    if name == DevicesListed.__name__:
        found = fields["found"]
        devices = tuple(Device(**device) for device in found["devices"])
        return DevicesListed(found=DeviceList(devices=devices, engine=found["engine"]))
    if name == LevelMeasured.__name__:
        fields["peaks"] = tuple((low, high) for low, high in fields["peaks"])
    made = _EVENTS[name](**fields)
    assert isinstance(made, Event)  # noqa: S101 - the names are those of events
    return made
