"""Microphones and loudspeakers as they are listed and chosen. Values alone."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Direction: TypeAlias = Literal["input", "output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """A device as it is remembered: by its names, for numbers change with every plug.

    Where a choice may be ``None``, that is the system's default, whatever it is at the time.

    Attributes:
        label: what a person called it when it was chosen; it says nothing about which one it is.

    """

    name: str
    api: str
    label: str = field(default="", compare=False)

    @property
    def shown(self) -> str:
        """Its name, for a person."""
        return self.label or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that is there now.

    Attributes:
        name: what the system calls it; unique within its ``api``.
        label: what a person calls it; often the same.
        api: who offers it, such as "PulseAudio", "ALSA", "Core Audio", "Windows WASAPI".
        rate: its own sample rate in Hz, ``None`` when it does not say.
        channels: how many it has, ``None`` when it does not say.
        monitor: a microphone that hears what a loudspeaker plays.
        extra: of little use to most; list it only when all are asked for.
        default: the system's default leads here at present.

    """

    name: str
    label: str
    api: str
    rate: int | None = None
    channels: int | None = None
    monitor: bool = False
    extra: bool = False
    default: bool = False

    @property
    def choice(self) -> DeviceChoice:
        """How to remember it."""
        return DeviceChoice(name=self.name, api=self.api, label=self.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceList:
    """What there is; ``engine`` is what reaches it: "PortAudio", "parec", "arecord", ..."""

    devices: tuple[Device, ...]
    engine: str

    def find(self, choice: DeviceChoice) -> Device | None:
        """The chosen device; ``None`` where it is not there now."""
        for device in self.devices:
            if device.choice == choice:
                return device
        return None

    @property
    def default(self) -> Device | None:
        """Where the system's default leads at present; ``None`` when the system does not say."""
        return next((device for device in self.devices if device.default), None)
