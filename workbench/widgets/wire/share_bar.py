"""A share with its confidence interval, drawn on a line from 0 to 100 %. Pure."""

from textual.content import Content

from workbench.session.repeat.statistics import Share
from workbench.widgets.figures import UNKNOWN


def share_bar(share: Share, cells: int) -> Content:
    """The interval as a heavy line, the counted share as a mark on it."""
    if share.rate is None:
        return Content.styled("─" * cells, "$foreground 15%")
    last = cells - 1
    low, high, at = (round(value * last) for value in (share.low, share.high, share.rate))
    colour = tone(share)
    return Content.assemble(
        ("─" * low, "$foreground 15%"),
        ("━" * (at - low), colour),
        ("●", f"bold {colour}"),
        ("━" * (high - at), colour),
        ("─" * (last - high), "$foreground 15%"),
    )


def tone(share: Share) -> str:
    """The colour of a share: by what is sure of it, not by what was counted."""
    if share.low >= 0.8:
        return "$text-success"
    return "$text-error" if share.high <= 0.5 else "$text-warning"


def percent(value: float) -> str:
    """A share as a person reads it; only what is certain is 0 or 100."""
    whole = round(value * 100)
    if 0 < value < 1:
        whole = min(max(whole, 1), 99)
    return f"{whole}"


def counted(share: Share) -> str:
    """``9/10``."""
    return f"{share.passed}/{share.total}" if share.total else UNKNOWN


def interval(share: Share) -> str:
    """``60-98 %``."""
    return f"{percent(share.low)}-{percent(share.high)} %" if share.total else ""
