"""Which service the workbench talks to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service as a screen names it.

    ``name`` is its host, or SIMULATED, or REPLAY for a recording in its place; ``key_source`` says
    in a few words where the key was found.
    """

    name: str
    simulated: bool
    key_source: str
    replayed: bool = False

    @property
    def live(self) -> bool:
        """Whether a real service answers."""
        return not (self.simulated or self.replayed)
