"""PortAudio, by way of ``sounddevice``: the only file that imports it."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, Protocol

from workbench.audio.capture import AudioUnavailable, UnavailableReason
from workbench.audio.devices import Device, DeviceChoice, DeviceList, Direction
from workbench.audio.playback import SoundForm
from workbench.recorder import pulse, remedies
from workbench.recorder.convert import Converter
from workbench.recorder.engine import (
    BLOCKS_PER_SECOND,
    Lost,
    Pull,
    Stream,
    Take,
    UnreachableError,
)
from workbench.recorder.levels import mono_of

_WANTED_RATE: Final = 16_000
_OTHER_RATES: Final = (48_000, 44_100)
_LATENCY: Final = 0.1
_LIST_IS_OLD: Final = 10.0
"""Seconds after which what PortAudio listed may no longer be there."""

_INVALID_CHANNELS: Final = -9998
_INVALID_RATE: Final = -9997
_SERVER_DEVICES: Final = ("default", "pulse", "pipewire")
_MANY: Final = 2


class RawStream(Protocol):
    """What is used of a stream of sounddevice, which has no types."""

    latency: float

    def start(self) -> None:
        """Begin."""

    def abort(self, *, ignore_errors: bool) -> None:
        """End, without waiting for what was not played."""

    def close(self, *, ignore_errors: bool) -> None:
        """Give the device back."""


class PortAudio:
    """The sound system as PortAudio reaches it.

    Raises:
        UnreachableError: it is not installed.

    """

    name = "PortAudio"

    def __init__(self) -> None:
        try:
            import sounddevice
        except (ImportError, OSError) as error:
            raise UnreachableError(
                AudioUnavailable(
                    reason="no-library",
                    explanation=f"Recording and playing need PortAudio ({error}).",
                    command=remedies.to_get_portaudio(remedies.system()),
                )
            ) from None
        self._sd = sounddevice
        self._looked = time.monotonic()

    def devices(self, direction: Direction) -> DeviceList:
        """What there is now; those of the sound server first, by their own names."""
        self._look_again()
        of_server = pulse.devices(direction) if sys.platform == "linux" and pulse.is_there() else ()
        own = (
            replace(
                device, default=device.default and not of_server, extra=_is_extra(device, of_server)
            )
            for device in self._own(direction)
        )
        return DeviceList(devices=(*of_server, *own), engine=self.name)

    def record(self, choice: DeviceChoice | None, *, take: Take, lost: Lost) -> Stream:
        """Open a microphone: 16 kHz mono, else what it can."""
        device, label = self._find(choice, "input")
        closing: list[bool] = []

        def open_as(rate: int, channels: int) -> RawStream:
            def heard(data: memoryview, frames: int, timing: object, status: object) -> None:
                del frames, timing, status  # flags prove nothing: samples are counted
                take(mono_of(bytes(data), channels))

            stream: RawStream = self._sd.RawInputStream(
                samplerate=rate,
                channels=channels,
                dtype="int16",
                device=device,
                blocksize=rate // BLOCKS_PER_SECOND,
                latency=_LATENCY,
                extra_settings=self._settings(device),
                callback=heard,
                finished_callback=lambda: None if closing else lost(""),
            )
            return stream

        rate, stream = self._opened(open_as, self._forms(device, "input", _WANTED_RATE), label)
        return _Stream(stream, label, rate, closing)

    def play(
        self, choice: DeviceChoice | None, form: SoundForm, *, pull: Pull, lost: Lost
    ) -> Stream:
        """Open a loudspeaker, in the sound's own form, else converted to what it can."""
        device, label = self._find(choice, "output")
        closing: list[bool] = []

        def open_as(rate: int, channels: int) -> RawStream:
            converter = Converter(form, SoundForm(rate=rate, channels=channels), pull)

            def wanted(out: memoryview, frames: int, timing: object, status: object) -> None:
                del frames, timing, status
                out[:] = converter.pull(len(out))

            stream: RawStream = self._sd.RawOutputStream(
                samplerate=rate,
                channels=channels,
                dtype="int16",
                device=device,
                blocksize=rate // BLOCKS_PER_SECOND,
                latency=_LATENCY,
                extra_settings=self._settings(device),
                callback=wanted,
                finished_callback=lambda: None if closing else lost(""),
            )
            return stream

        forms = self._forms(device, "output", form.rate, form.channels)
        rate, stream = self._opened(open_as, forms, label)
        return _Stream(stream, label, rate, closing)

    def _opened(
        self, open_as: Callable[[int, int], RawStream], forms: Iterator[tuple[int, int]], label: str
    ) -> tuple[int, RawStream]:
        why: Exception | None = None
        for rate, channels in forms:
            try:
                stream = open_as(rate, channels)
                stream.start()
            except self._sd.PortAudioError as error:
                why = error
                code = error.args[1] if len(error.args) > 1 else None
                if code not in (_INVALID_RATE, _INVALID_CHANNELS):
                    break
            except ValueError as error:
                why = error
                break
            else:
                return rate, stream
        raise _unreachable("refused", f"{label} does not open: {_said(why)}")

    def _forms(
        self, device: int | None, direction: Direction, rate: int, channels: int = 1
    ) -> Iterator[tuple[int, int]]:
        """Rates and channels to try, the wanted first."""
        try:
            known = self._sd.query_devices(device, direction)
        except (self._sd.PortAudioError, ValueError):
            known = {}
        own = int(known.get("default_samplerate", 0)) or rate
        most = int(known.get(f"max_{direction}_channels", 1)) or 1
        rates = dict.fromkeys((rate, own, *_OTHER_RATES))
        for count in dict.fromkeys((channels, 1, min(most, _MANY), most)):
            for one in rates:
                yield one, count

    def _settings(self, device: int | None) -> object:
        """On Windows, let the system convert rates."""
        if os.name != "nt" or device is None:
            return None
        api = self._sd.query_hostapis(self._sd.query_devices(device)["hostapi"])["name"]
        return self._sd.WasapiSettings(auto_convert=True) if "WASAPI" in api else None

    def _find(self, choice: DeviceChoice | None, direction: Direction) -> tuple[int | None, str]:
        """PortAudio's number for a choice, and its name. Raises UnreachableError."""
        if choice is not None and choice.api in pulse.APIS:
            return self._through_the_server(choice, direction)
        old = time.monotonic() - self._looked > _LIST_IS_OLD
        if old and (choice is not None or sys.platform != "linux"):
            self._look_again()
        if choice is None:
            return None, self._default_label(direction)
        found = self._number_of(choice, direction)
        if found is None and not old:
            self._look_again()
            found = self._number_of(choice, direction)
        if found is None:
            raise _unreachable("no-device", f"{choice.name} ({choice.api}) is not there now.")
        return found, choice.name

    def _default_label(self, direction: Direction) -> str:
        for again in (False, True):
            if again:
                self._look_again()
            try:
                return str(self._sd.query_devices(kind=direction)["name"])
            except (self._sd.PortAudioError, ValueError):
                continue
        what = "microphone" if direction == "input" else "loudspeaker"
        if pulse.is_there() and any(not device.monitor for device in pulse.devices(direction)):
            raise _beyond_reach(f"a {what}")
        raise _unreachable("no-device", f"There is no {what} on this machine.")

    def _through_the_server(self, choice: DeviceChoice, direction: Direction) -> tuple[int, str]:
        """A device of the sound server: PortAudio knows the server alone, the server the rest."""
        there = pulse.devices(direction)
        label = next((device.label for device in there if device.name == choice.name), None)
        if label is None:
            raise _unreachable("no-device", f"{choice.name} is not there now.")
        os.environ["PULSE_SOURCE" if direction == "input" else "PULSE_SINK"] = choice.name
        self._look_again()
        for name in ("pulse", "default"):
            number = self._number_of(DeviceChoice(name=name, api="ALSA"), direction)
            if number is not None:
                return number, label
        raise _beyond_reach(label)

    def _number_of(self, choice: DeviceChoice, direction: Direction) -> int | None:
        for number, known in enumerate(self._sd.query_devices()):
            api = self._sd.query_hostapis(known["hostapi"])["name"]
            fits = bool(known[f"max_{direction}_channels"])
            if fits and (known["name"], api) == (choice.name, choice.api):
                return number
        return None

    def _own(self, direction: Direction) -> Iterator[Device]:
        default = self._sd.default.device[0 if direction == "input" else 1]
        for number, known in enumerate(self._sd.query_devices()):
            channels = int(known[f"max_{direction}_channels"])
            if channels:
                yield Device(
                    name=str(known["name"]),
                    label=str(known["name"]),
                    api=str(self._sd.query_hostapis(known["hostapi"])["name"]),
                    rate=int(known["default_samplerate"]),
                    channels=channels,
                    default=number == default,
                )

    def _look_again(self) -> None:
        """PortAudio's list is that of when it was initialised."""
        self._sd._terminate()  # noqa: SLF001 - there is no public way
        self._sd._initialize()  # noqa: SLF001
        self._looked = time.monotonic()


class _Stream:
    """A stream of sounddevice."""

    def __init__(self, stream: RawStream, device: str, rate: int, closing: list[bool]) -> None:
        self.device = device
        self.rate = rate
        self.process = os.getpid()
        self.latency = float(stream.latency)
        self._stream = stream
        self._closing = closing

    def close(self) -> None:
        """``abort``, never ``stop``, which waits for a sound server that sleeps."""
        self._closing.append(True)
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


def _is_extra(device: Device, of_server: tuple[Device, ...]) -> bool:
    """Whether a device is of little use to most: several ways to the same, or raw hardware."""
    if device.api == "ALSA":
        return bool(of_server) or device.name not in _SERVER_DEVICES
    return os.name == "nt" and "WASAPI" not in device.api


def _said(error: Exception | None) -> str:
    """The last of PortAudio's words, which come in layers."""
    if error is None:
        return "it takes no form that was tried"
    if len(error.args) > 2 and isinstance(error.args[2], tuple) and error.args[2][2]:
        return str(error.args[2][2])
    return str(error.args[0]) if error.args else "unknown"


def _unreachable(reason: UnavailableReason, explanation: str) -> UnreachableError:
    return UnreachableError(AudioUnavailable(reason=reason, explanation=explanation))


def _beyond_reach(what: str) -> UnreachableError:
    """The sound server has it, and PortAudio was built or set up without the server."""
    unavailable = AudioUnavailable(
        reason="no-device",
        explanation=f"PortAudio does not reach the sound server, which has {what}.",
        command=remedies.to_reach_the_server(remedies.system()),
    )
    return UnreachableError(unavailable, server_has_it=True)
