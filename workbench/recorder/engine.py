"""What reaches the sound system: PortAudio, or a program that the system has."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from workbench.audio.capture import AudioUnavailable
from workbench.audio.devices import DeviceChoice, DeviceList, Direction
from workbench.audio.playback import SoundForm

BLOCKS_PER_SECOND = 50

Take: TypeAlias = Callable[[bytes], None]
"""Is given blocks of 16-bit mono samples, 20 ms each, in any thread."""

Lost: TypeAlias = Callable[[str], None]
"""Is told, in any thread, that no more will come, with what the system said."""

Pull: TypeAlias = Callable[[int], bytes]
"""Gives so many bytes of sound to play, silence where there is none."""


class UnreachableError(Exception):
    """It cannot be recorded or played so.

    Attributes:
        unavailable: why.
        server_has_it: the sound server has the device; only this engine does not reach it.

    """

    def __init__(self, unavailable: AudioUnavailable, *, server_has_it: bool = False) -> None:
        super().__init__(unavailable.explanation)
        self.unavailable = unavailable
        self.server_has_it = server_has_it


class Stream(Protocol):
    """An open device."""

    @property
    def device(self) -> str:
        """Its name, for a person."""

    @property
    def rate(self) -> int:
        """In Hz."""

    @property
    def process(self) -> int:
        """The process that the sound server sees."""

    @property
    def latency(self) -> float:
        """Seconds between handing over a sample and hearing it."""

    def close(self) -> None:
        """End it at once. May hang for ever with the sound system: call it where nobody waits."""


class Engine(Protocol):
    """Lists and opens devices. Every call may take as long as the sound system likes."""

    @property
    def name(self) -> str:
        """For a person."""

    def devices(self, direction: Direction) -> DeviceList:
        """What there is now. Raises UnreachableError."""

    def record(self, choice: DeviceChoice | None, *, take: Take, lost: Lost) -> Stream:
        """Open a microphone, at 16 kHz where it can. Raises UnreachableError."""

    def play(
        self, choice: DeviceChoice | None, form: SoundForm, *, pull: Pull, lost: Lost
    ) -> Stream:
        """Open a loudspeaker. Raises UnreachableError."""
