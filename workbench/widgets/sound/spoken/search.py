"""Finds words in passages. No I/O."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from workbench.widgets.sound.spoken.passages import Passage


class Occurrence(NamedTuple):
    """Words of a passage that hold what is looked for, from ``first`` to ``last``."""

    passage: int
    first: int
    last: int


def occurrences(passages: Sequence[Passage], query: str) -> tuple[Occurrence, ...]:
    """All of them, in order; upper and lower case are the same, and so are spaces and line ends."""
    wanted = " ".join(query.lower().split())
    if not wanted:
        return ()
    found: list[Occurrence] = []
    for index, passage in enumerate(passages):
        if passage.spoken:
            found += _in(passage, wanted, index)
    return tuple(found)


def _in(passage: Passage, wanted: str, index: int) -> list[Occurrence]:
    pieces: list[str] = []
    starts: list[int] = []
    length = 0
    for word in passage.words:
        if pieces and word.spaced:
            pieces.append(" ")
            length += 1
        starts.append(length)
        pieces.append(word.text.lower())
        length += len(pieces[-1])
    text = "".join(pieces)
    found: list[Occurrence] = []
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        found.append(
            Occurrence(index, bisect_right(starts, at) - 1, bisect_right(starts, end - 1) - 1)
        )
        at = text.find(wanted, end)
    return found
