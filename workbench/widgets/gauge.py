"""A rate limit as a gauge: what is left, of how much, and how long until it is full. Pure."""

from typing import Final

from textual.content import Content

from client import RateLimit
from workbench.widgets.figures import UNKNOWN, count, countdown
from workbench.widgets.fit import Readout

FAST: Final = 1.0
"""Seconds between two looks at a bucket whose level a reader can see rise."""
SLOW: Final = 30.0
"""The same for a bucket that takes an hour or a day to fill."""


def bar(share: float, cells: int) -> Content:
    """A line of ``cells`` cells, ``share`` of it lit, in steps of half a cell."""
    share = min(max(share, 0.0), 1.0)
    halves = int(share * cells * 2)
    full, half = divmod(halves, 2)
    if share > 0 and halves == 0:
        half = 1
    lit = "━" * full + "╸" * half
    colour = "$text-error" if share < 0.05 else "$text-warning" if share < 0.2 else "$secondary"
    return Content.assemble((lit, colour), ("━" * (cells - len(lit)), "$foreground 15%"))


def look_again(bucket: RateLimit | None, elapsed: float) -> float | None:
    """Seconds until the gauge will read differently; ``None`` when it is full and stays so."""
    if bucket is None:
        return None
    full_in = bucket.full_in(elapsed)
    if full_in <= 0:
        return None
    return min(SLOW if bucket.window >= 3600 else FAST, full_in)


def gauge(
    bucket: RateLimit | None, elapsed: float, *, name: str, long_name: str, loss: int
) -> Readout:
    """The forms of a gauge; ``loss`` is what a reader loses without it."""
    if bucket is None:
        unknown = Content.assemble((f"{name} ", "$foreground 60%"), (UNKNOWN, "$foreground 38%"))
        long = Content.assemble((f"{long_name}  ", "$foreground 60%"), (UNKNOWN, "$foreground 38%"))
        return Readout(forms=(long, unknown), losses=(1, loss))
    level, full_in = bucket.level(elapsed), bucket.full_in(elapsed)
    share = level / bucket.limit
    numbers = f"{count(level)}/{count(bucket.limit)}"
    wait = countdown(full_in)
    full = full_in <= 0
    return Readout(
        forms=(
            Content.assemble(
                (f"{long_name}  ", "$foreground 60%"),
                bar(share, 18),
                (f"  {count(level)}", "bold"),
                (f" of {count(bucket.limit)}", "$foreground 60%"),
                (" · full" if full else f" · full in {wait}", "$foreground 60%"),
            ),
            Content.assemble(
                (f"{name} ", "$foreground 60%"),
                bar(share, 8),
                f" {numbers}",
                (" full" if full else f" full in {wait}", "$foreground 60%"),
            ),
            Content.assemble(
                (f"{name} ", "$foreground 60%"),
                bar(share, 6),
                f" {numbers}",
                ("" if full else f" ↻{wait.replace(' ', '')}", "$foreground 60%"),
            ),
            Content.assemble(
                (f"{name} ", "$foreground 60%"),
                numbers,
                ("" if full else f" ↻{wait.replace(' ', '')}", "$foreground 60%"),
            ),
            Content.assemble((f"{name} ", "$foreground 60%"), numbers),
        ),
        losses=(2, 3, 4, 5, loss),
    )
