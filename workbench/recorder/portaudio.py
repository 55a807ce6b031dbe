"""PortAudio, by way of ``sounddevice``: the only file that imports it."""

import os
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice, DeviceList, Direction
from workbench.audio.playback import SoundForm
from workbench.recorder import remedies
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
from workbench.recorder.portaudio_devices import PortAudioDevices, unreachable

_WANTED_RATE: Final = 16_000
_LATENCY: Final = 0.1

_INVALID_CHANNELS: Final = -9998
_INVALID_RATE: Final = -9997


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
        except ImportError:
            raise _missing(
                "the Python package sounddevice", remedies.to_get_the_package()
            ) from None
        except OSError:
            command = remedies.to_get_portaudio(remedies.system())
            raise _missing("PortAudio, a library", command) from None
        self._sd = sounddevice
        self._devices = PortAudioDevices(sounddevice)

    def devices(self, direction: Direction) -> DeviceList:
        """What there is now; those of the sound server first, by their own names."""
        return self._devices.listed(direction)

    def record(self, choice: DeviceChoice | None, *, take: Take, lost: Lost) -> Stream:
        """Open a microphone: 16 kHz mono, else what it can."""
        device, label = self._devices.find(choice, "input")
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
                extra_settings=self._devices.settings(device),
                callback=heard,
                finished_callback=lambda: None if closing else lost(""),
            )
            return stream

        rate, stream = self._opened(
            open_as, self._devices.forms(device, "input", _WANTED_RATE), label
        )
        return _Stream(stream, label, rate, closing)

    def play(
        self, choice: DeviceChoice | None, form: SoundForm, *, pull: Pull, lost: Lost
    ) -> Stream:
        """Open a loudspeaker, in the sound's own form, else converted to what it can."""
        device, label = self._devices.find(choice, "output")
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
                extra_settings=self._devices.settings(device),
                callback=wanted,
                finished_callback=lambda: None if closing else lost(""),
            )
            return stream

        forms = self._devices.forms(device, "output", form.rate, form.channels)
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
        raise unreachable("refused", f"{label} does not open: {_said(why)}")


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


def _said(error: Exception | None) -> str:
    """The last of PortAudio's words, which come in layers."""
    if error is None:
        return "it takes no form that was tried"
    if len(error.args) > 2 and isinstance(error.args[2], tuple) and error.args[2][2]:
        return str(error.args[2][2])
    return str(error.args[0]) if error.args else "unknown"


def _missing(what: str, command: str) -> UnreachableError:
    explanation = f"Recording and playing need {what} that is not installed here."
    return UnreachableError(
        AudioUnavailable(reason="no-library", explanation=explanation, command=command)
    )
