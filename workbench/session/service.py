"""Which service the workbench talks to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service as a screen names it.

    ``name`` is its host, or SIMULATED, or REPLAY for a recording in its place; ``key_source`` says
    in a few words where the key was found. ``listener`` is the recogniser that a simulator hears
    words with, such as "Whisper base"; "" when it does not listen.
    """

    name: str
    simulated: bool
    key_source: str
    replayed: bool = False
    listener: str = ""

    @property
    def live(self) -> bool:
        """Whether a real service answers."""
        return not (self.simulated or self.replayed)
