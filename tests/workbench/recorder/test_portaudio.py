"""PortAudio as ``sounddevice`` gives it, played by a stand-in: rates, channels, names, refusals."""

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from workbench.audio.devices import Device, DeviceChoice
from workbench.audio.playback import SoundForm
from workbench.recorder import pulse
from workbench.recorder.engine import UnreachableError
from workbench.recorder.portaudio import PortAudio

YETI = DeviceChoice(name="Blue Yeti: USB Audio (hw:1,0)", api="ALSA")
SPEAKERS = DeviceChoice(name="HDA Intel PCH (hw:0,0)", api="ALSA")
INVALID_RATE, INVALID_CHANNELS, BUSY = -9997, -9998, -9985


class PortAudioError(Exception):
    """As the library's."""


class StandIn(ModuleType):
    """A machine with a default device, a microphone and a loudspeaker of its own."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self.devices: list[dict[str, Any]] = [
            device("default", inputs=32, outputs=32, rate=44_100),
            device(YETI.name, inputs=1, outputs=0, rate=48_000),
            device(SPEAKERS.name, inputs=0, outputs=2, rate=44_100),
        ]
        self.default = SimpleNamespace(device=[0, 0])
        self.refuses: Callable[[int, int], int | None] = lambda rate, channels: None
        self.tried: list[tuple[int, int]] = []
        self.opened: dict[str, Any] = {}
        self.looked = 0

    def query_devices(self, number: int | None = None, kind: str | None = None) -> Any:
        if number is None and kind is None:
            return self.devices
        if not self.devices:
            raise PortAudioError("Error querying device -1")
        return self.devices[number or 0]

    def query_hostapis(self, number: int) -> dict[str, str]:
        return {"name": ("ALSA", "JACK")[number]}

    def _terminate(self) -> None:
        self.looked += 1

    def _initialize(self) -> None:
        pass

    def RawInputStream(self, **options: Any) -> "Stream":  # noqa: N802 - the library's name
        return self._stream(**options)

    def RawOutputStream(self, **options: Any) -> "Stream":  # noqa: N802 - the library's name
        return self._stream(**options)

    def _stream(self, **options: Any) -> "Stream":
        form = (options["samplerate"], options["channels"])
        self.tried.append(form)
        code = self.refuses(*form)
        if code is not None:
            raise PortAudioError("Error opening stream", code, (0, code, "said the system"))
        self.opened = options
        return Stream()


class Stream:
    latency = 0.12

    def start(self) -> None:
        pass

    def abort(self, *, ignore_errors: bool) -> None:
        pass

    def close(self, *, ignore_errors: bool) -> None:
        pass


def device(name: str, *, inputs: int, outputs: int, rate: int, api: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "hostapi": api,
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": float(rate),
    }


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn()
    monkeypatch.setitem(sys.modules, "sounddevice", stand_in)
    monkeypatch.setattr(pulse, "is_there", lambda: False)
    return stand_in


def record(
    choice: DeviceChoice | None = None, *, take: Callable[[bytes], None] = lambda _: None
) -> Any:
    return PortAudio().record(choice, take=take, lost=lambda _: None)


def test_without_the_package_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(UnreachableError, match="package sounddevice") as missing:
        PortAudio()

    assert missing.value.unavailable.reason == "no-library"
    assert missing.value.unavailable.command.endswith("-m pip install sounddevice")


def test_sixteen_kilohertz_mono_is_asked_for_first(library: StandIn) -> None:
    stream = record()

    assert library.tried == [(16_000, 1)]
    assert stream.rate == 16_000
    assert library.opened["blocksize"] == 320
    assert library.opened["device"] is None


def test_a_device_that_knows_other_rates_alone_is_recorded_at_its_own(library: StandIn) -> None:
    library.refuses = lambda rate, _: None if rate == 48_000 else INVALID_RATE

    stream = record(YETI)

    assert stream.rate == 48_000
    assert library.opened["blocksize"] == 960
    assert library.opened["device"] == 1


def test_a_device_without_mono_is_recorded_as_the_mean_of_its_channels(library: StandIn) -> None:
    library.refuses = lambda _, channels: None if channels == 2 else INVALID_CHANNELS
    taken: list[bytes] = []

    record(take=taken.append)
    library.opened["callback"](b"\x64\x00\xc8\x00", 1, None, None)

    assert library.tried[-1] == (16_000, 2)
    assert taken == [b"\x96\x00"]


def test_a_busy_device_is_refused_at_once_and_in_the_systems_words(library: StandIn) -> None:
    library.refuses = lambda *_: BUSY

    with pytest.raises(UnreachableError, match="said the system") as refused:
        record()

    assert refused.value.unavailable.reason == "refused"
    assert library.tried == [(16_000, 1)]


def test_a_missing_device_is_looked_for_once_more_and_never_replaced(library: StandIn) -> None:
    del library.devices[1]

    with pytest.raises(UnreachableError, match="Blue Yeti") as missing:
        record(YETI)

    assert missing.value.unavailable.reason == "no-device"
    assert library.looked == 1
    assert library.tried == []


def test_without_any_device_it_says_so(library: StandIn) -> None:
    library.devices.clear()

    with pytest.raises(UnreachableError, match="no microphone on this machine"):
        record()


def test_a_stream_that_ends_unasked_is_lost_and_one_that_is_closed_is_not(
    library: StandIn,
) -> None:
    lost: list[str] = []
    stream = PortAudio().record(None, take=lambda _: None, lost=lost.append)
    library.opened["finished_callback"]()
    unasked = list(lost)
    stream.close()
    library.opened["finished_callback"]()

    assert unasked == [""]
    assert lost == [""]


def test_raw_hardware_is_listed_as_extra_and_outputs_apart(library: StandIn) -> None:
    found = PortAudio().devices("input")

    assert [(one.name, one.extra, one.default) for one in found.devices] == [
        ("default", False, True),
        (YETI.name, True, False),
    ]
    assert found.devices[1].rate == 48_000
    outputs = [one.name for one in PortAudio().devices("output").devices]
    assert outputs == ["default", SPEAKERS.name]


def test_the_sound_servers_devices_come_first(
    library: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    yeti = Device(name="alsa_input.usb", label="Blue Yeti", api="PipeWire", default=True)
    monkeypatch.setattr(pulse, "is_there", lambda: True)
    monkeypatch.setattr(pulse, "devices", lambda _: (yeti,))

    found = PortAudio().devices("input")

    assert [(one.label, one.extra) for one in found.devices][:2] == [
        ("Blue Yeti", False),
        ("default", True),
    ]
    assert found.default == yeti


def test_a_sound_server_that_portaudio_does_not_reach_is_told_with_what_helps(
    library: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    yeti = Device(name="alsa_input.usb", label="Blue Yeti", api="PulseAudio")
    monkeypatch.setenv("PULSE_SOURCE", "")
    monkeypatch.setattr(pulse, "is_there", lambda: True)
    monkeypatch.setattr(pulse, "devices", lambda _: (yeti,))
    library.devices = library.devices[1:]

    with pytest.raises(UnreachableError, match="does not reach the sound server") as beyond:
        record(yeti.choice)

    assert beyond.value.server_has_it


def test_a_loudspeaker_that_takes_no_other_rate_gets_it_converted(library: StandIn) -> None:
    library.refuses = lambda rate, channels: (
        None if (rate, channels) == (44_100, 2) else INVALID_RATE
    )

    def pull(size: int) -> bytes:
        return b"\x10\x27" * (size // 2)

    PortAudio().play(SPEAKERS, SoundForm(rate=24_000), pull=pull, lost=lambda _: None)
    out = bytearray(882 * 4)
    library.opened["callback"](memoryview(out), 882, None, None)

    assert library.opened["device"] == 2
    assert out[-400:] == b"\x10\x27" * 200
