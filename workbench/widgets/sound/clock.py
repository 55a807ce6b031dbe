"""Times within a recording as a person reads them. No I/O."""

import math


def clock(seconds: float) -> str:
    """A time rounded down to seconds: ``0:07``, ``12:05``, ``1:02:03``."""
    whole = max(0, math.floor(seconds + 1e-6))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def stopwatch(seconds: float) -> str:
    """An elapsed time with tenths: ``00:12.4``, ``1:02:03.4``."""
    tenths = max(0, math.floor(seconds * 10 + 1e-6))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    shown = f"{minutes:02}:{rest // 10:02}.{rest % 10}"
    return f"{hours}:{shown}" if hours else shown
