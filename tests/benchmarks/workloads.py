"""Texts to stream, in tokens that carry a number which a terminal shows in one piece."""

import re
from collections.abc import Callable, Iterator
from itertools import count

FIRST = 10_000
"""The number of the first token; all have five digits, which nothing else on the screen has."""

NUMBER = re.compile(rb"(?<!\d)\d{5}(?!\d)")


def _prose() -> Iterator[str]:
    for at in count():
        end = "\n\n" if at % 60 == 59 else " "
        yield ("**{}**" if at % 10 == 3 else "`{}`" if at % 10 == 6 else "so {}") + end


def _fence() -> Iterator[str]:
    yield "```python\n# {}\n"
    while True:
        yield "def f{}("
        yield from ["x{}, "] * 6
        yield "y={}"
        yield "):  # {}"
        yield " or {}\n"
        yield "    return {}"
        yield from [" + {}"] * 7
        yield " / '{}'\n"


def _list() -> Iterator[str]:
    for at in count():
        yield "  " * (at % 3) + "- **item** {} "
        yield "has {} "
        yield from ["{} "] * 5
        yield "`words` {} in it\n"


def _table() -> Iterator[str]:
    yield "| name | what it is | number |\n|:-----|:----------:|-------:|\n| {} "
    yield "| `some` {} "
    yield "| {} |\n"
    while True:
        yield "| row {} "
        yield from ["and {} "] * 2
        yield "| some `words` {} "
        yield from ["or {} "] * 2
        yield "| {} "
        yield "{} |\n"


def _wide() -> Iterator[str]:
    for at in count():
        yield (
            "光は空{}気の。" + ("👩‍🚀 " if at % 5 == 0 else "") + ("\n\n" if at % 40 == 39 else "")
        )


def _line() -> Iterator[str]:
    while True:
        yield "word {} "


def _deltas() -> Iterator[str]:
    for at in count():
        yield "{}\n\n" if at % 30 == 29 else "{} "


KINDS: dict[str, Callable[[], Iterator[str]]] = {
    "prose": _prose,
    "fence": _fence,
    "list": _list,
    "table": _table,
    "wide": _wide,
    "line": _line,
    "deltas": _deltas,
}

SIZES = {"list": 2400, "table": 1600, "fence": 4000, "line": 18_000, "deltas": 10_000}
"""Tokens for what the kind is about: 300 items, 200 rows, one fence, 200 KB, 10,000 deltas."""


def tokens(kind: str, amount: int) -> list[str]:
    """Give so many tokens of a kind."""
    source = KINDS[kind]()
    return [next(source).replace("{}", str(FIRST + at)) for at in range(amount)]
