"""Who says what: one colour for each source, the same in table and details. Pure."""

from collections.abc import Mapping
from typing import Final

from workbench.session.models.documented import AS_OF
from workbench.session.models.rows import Source

COLOUR: Final[Mapping[Source, str]] = {
    "service": "$foreground 80%",
    "documentation": "$text-accent",
    "measured": "$text-success",
}
SHORT: Final[Mapping[Source, str]] = {
    "service": "the service says",
    "documentation": "docs",
    "measured": "measured here",
}
READ: Final = f"{AS_OF.day} {AS_OF:%b %Y}"
"""The day on which the documentation was read."""

MUTED: Final = "$foreground 60%"
FAINT: Final = "$foreground 38%"
