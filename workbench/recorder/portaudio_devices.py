"""The devices that PortAudio and the sound server know: listed, and found by name."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from workbench.audio.capture import AudioUnavailable, UnavailableReason
from workbench.audio.devices import Device, DeviceChoice, DeviceList, Direction
from workbench.recorder import pulse, remedies
from workbench.recorder.engine import UnreachableError

_OTHER_RATES: Final = (48_000, 44_100)
_LIST_IS_OLD: Final = 10.0
"""Seconds after which what PortAudio listed may no longer be there."""

_SERVER_DEVICES: Final = ("default", "pulse", "pipewire")
_MANY: Final = 2


class PortAudioDevices:
    """What there is, and PortAudio's numbers for it."""

    def __init__(self, sounddevice: Any) -> None:  # noqa: ANN401 - a module without types
        self._sd = sounddevice
        self._looked = time.monotonic()

    def listed(self, direction: Direction) -> DeviceList:
        """What there is now; those of the sound server first, by their own names."""
        self._look_again()
        of_server = pulse.devices(direction) if sys.platform == "linux" and pulse.is_there() else ()
        own = (
            replace(
                device, default=device.default and not of_server, extra=_is_extra(device, of_server)
            )
            for device in self._own(direction)
        )
        return DeviceList(devices=(*of_server, *own), engine="PortAudio")

    def find(self, choice: DeviceChoice | None, direction: Direction) -> tuple[int | None, str]:
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
            raise unreachable("no-device", f"{choice.shown} ({choice.api}) is not there now.")
        return found, choice.name

    def forms(
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

    def settings(self, device: int | None) -> object:
        """On Windows, let the system convert rates."""
        if os.name != "nt" or device is None:
            return None
        api = self._sd.query_hostapis(self._sd.query_devices(device)["hostapi"])["name"]
        return self._sd.WasapiSettings(auto_convert=True) if "WASAPI" in api else None

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
        raise unreachable("no-device", f"There is no {what} on this machine.")

    def _through_the_server(self, choice: DeviceChoice, direction: Direction) -> tuple[int, str]:
        """A device of the sound server: PortAudio knows the server alone, the server the rest."""
        there = pulse.devices(direction)
        label = next((device.label for device in there if device.name == choice.name), None)
        if label is None:
            raise unreachable("no-device", f"{choice.shown} is not there now.")
        os.environ["PULSE_SOURCE" if direction == "input" else "PULSE_SINK"] = choice.name
        self._look_again()
        number = self._number_of(DeviceChoice(name="pulse", api="ALSA"), direction)
        if number is None:  # "default" may lead elsewhere, and would not say so
            raise _beyond_reach(label)
        return number, label

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


def _is_extra(device: Device, of_server: tuple[Device, ...]) -> bool:
    """Whether a device is of little use to most: several ways to the same, or raw hardware."""
    if device.api == "ALSA":
        return bool(of_server) or device.name not in _SERVER_DEVICES
    return os.name == "nt" and "WASAPI" not in device.api


def unreachable(reason: UnavailableReason, explanation: str) -> UnreachableError:
    """The error that says so."""
    return UnreachableError(AudioUnavailable(reason=reason, explanation=explanation))


def _beyond_reach(what: str) -> UnreachableError:
    """The sound server has it, and PortAudio was built or set up without the server."""
    unavailable = AudioUnavailable(
        reason="no-device",
        explanation=f"PortAudio does not reach the sound server, which has {what}.",
        command=remedies.to_reach_the_server(remedies.system()),
    )
    return UnreachableError(unavailable, server_has_it=True)
