"""Puts a waterfall together."""

from workbench.assembly.parts import Parts
from workbench.screens.waterfall import WaterfallScreen
from workbench.visits import WaterfallWanted


def cover(wanted: WaterfallWanted, parts: Parts) -> WaterfallScreen | None:
    """The waterfall of an exchange, or of the last chat; ``None`` where its times are unknown."""
    watch = parts.stopwatch
    if wanted.exchange is not None:
        times = watch.get(wanted.exchange) or wanted.times
    else:
        times = wanted.times or watch.latest_chat
    if times is None:
        return None
    return WaterfallScreen(
        parts.surroundings,
        times=times,
        stopwatch=watch,
        painting=wanted.painting,
        clipboard=parts.clipboard,
    )
