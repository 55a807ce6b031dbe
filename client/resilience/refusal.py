"""What the text of a 413 or 429 says of the limit that was hit. No I/O."""

import re
from dataclasses import dataclass
from typing import Final

from client.resilience.buckets import DIMENSIONS, Dimension

_REFUSAL: Final = re.compile(
    r"\((?P<dimension>[A-Z]{2,5})\): Limit (?P<limit>\d{1,15}),"
    r"(?: Used (?P<used>\d{1,15}),)? Requested (?P<requested>\d{1,15})",
    re.ASCII,
)
# The service writes audio seconds in its own two ways.
_SPELLINGS: Final[dict[str, Dimension]] = {
    "ASPH": "ASH",
    "ASPD": "ASD",
    **{dimension: dimension for dimension in DIMENSIONS},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A limit as a refusal names it (groq-api 6.2); ``used`` is absent in a 413."""

    dimension: Dimension
    limit: int
    used: int | None
    requested: int

    @classmethod
    def parse(cls, message: str) -> "Refusal | None":
        """The limit that a message names, ``None`` when it names none that is known."""
        found = _REFUSAL.search(message)
        dimension = _SPELLINGS.get(found["dimension"]) if found else None
        if found is None or dimension is None or int(found["limit"]) == 0:
            return None
        used = found["used"]
        return cls(
            dimension=dimension,
            limit=int(found["limit"]),
            used=None if used is None else int(used),
            requested=int(found["requested"]),
        )
