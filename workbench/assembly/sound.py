"""The machine's sound: made at its first use, shared by all workspaces, closed at the end."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from workbench.adapters.device_choices import DeviceChoicesFile
from workbench.adapters.microphone import RecorderMicrophone
from workbench.adapters.speaker import RecorderSpeaker
from workbench.assembly.parts import Parts
from workbench.session.speaking import Speaking


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundParts:
    """The microphone, the loudspeaker, which of them were chosen, and who reads aloud."""

    microphone: RecorderMicrophone
    speaker: RecorderSpeaker
    choices: DeviceChoicesFile
    speaking: Speaking


_MADE: Final[WeakKeyDictionary[AsyncExitStack, SoundParts]] = WeakKeyDictionary()


def sound_parts(parts: Parts) -> SoundParts:
    """The one set of these parts; nothing is opened before it is used."""
    made = _MADE.get(parts.closing)
    if made is None:
        microphone, speaker = RecorderMicrophone(), RecorderSpeaker()
        choices = DeviceChoicesFile(parts.paths.devices)
        parts.closing.push_async_callback(microphone.aclose)
        parts.closing.push_async_callback(speaker.aclose)
        made = _MADE[parts.closing] = SoundParts(
            microphone=microphone,
            speaker=speaker,
            choices=choices,
            speaking=Speaking(parts.groq, speaker=speaker, choices=choices),
        )
    return made
