"""Prompt caching: how much of a prompt has been read before. No I/O."""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

#: Prompts are remembered in blocks; a prefix shorter than two blocks is not worth it.
BLOCK = 128
_SMALLEST = 2 * BLOCK
_IDLE_LIFE = 2 * 3600.0
_MOST_BLOCKS = 20_000


class PromptCache:
    """Exact prefixes of earlier prompts, per organisation and model; idle ones are forgotten."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, float] = OrderedDict()

    def read(self, owner: str, prompt: Sequence[str], now: float) -> int:
        """How many tokens of the prompt are known, a multiple of the block; remembers it all."""
        known = 0
        unbroken = True
        for place, digest in enumerate(_digests(owner, prompt), 1):
            used = self._seen.pop(digest, None)
            unbroken = unbroken and used is not None and now - used <= _IDLE_LIFE
            if unbroken:
                known = place * BLOCK
            self._seen[digest] = now
        while len(self._seen) > _MOST_BLOCKS:
            self._seen.popitem(last=False)
        return known if known >= _SMALLEST else 0


def _digests(owner: str, prompt: Sequence[str]) -> list[bytes]:
    """One digest per whole block, each over everything up to the block's end."""
    running = blake2b(owner.encode(), digest_size=16)
    digests = []
    for end in range(BLOCK, len(prompt) + 1, BLOCK):
        running.update("\0".join(prompt[end - BLOCK : end]).encode("utf-8", "replace"))
        digests.append(running.digest())
    return digests
