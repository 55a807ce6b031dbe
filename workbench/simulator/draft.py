"""What a model would like to say, before the request's limits shape it. Values only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCall:
    """A tool to call, with its arguments as JSON text."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Thoughts, then either words or calls."""

    content: str = ""
    reasoning: str = ""
    calls: tuple[DraftCall, ...] = ()
