"""The probability that a text tries to take over a model, as Prompt Guard states it. No I/O."""

import re
from random import Random

_SIGNS = re.compile(
    r"ignore (?:all |any )?(?:previous|prior|above|your)|disregard|jailbreak|developer mode"
    r"|system prompt|pretend (?:to be|you)|\bDAN\b|without (?:any )?restrictions|override",
    re.IGNORECASE,
)


def score(text: str, random: Random) -> str:
    """A probability as text: near one with signs of an injection, near zero without."""
    doubt = 10 ** random.uniform(-4, -2.5)
    return str(1 - doubt if _SIGNS.search(text) else doubt)
