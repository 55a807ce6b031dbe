"""How long a response asks to wait. No I/O."""

import math
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from client.duration import parse_duration

_DECIMAL: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,15})?")


def retry_after_seconds(headers: Mapping[str, str], *, wall_time: float) -> float | None:
    """Seconds from ``retry-after-ms`` or ``retry-after``; ``None`` when neither makes sense.

    Understands seconds, a fraction, an HTTP date (RFC 9110, 10.2.3) and Go's duration text. A date
    in the past means now; ``wall_time`` is Unix seconds. Infinite, negative and endless numbers
    do not count.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "").strip()
    seconds = _number(text)
    if seconds is None:
        seconds = parse_duration(text)
    if seconds is None:
        seconds = _seconds_until(text, wall_time)
    return seconds


def _number(text: str) -> float | None:
    text = text.strip()
    return float(text) if _DECIMAL.fullmatch(text) else None


def _seconds_until(text: str, wall_time: float) -> float | None:
    if not text or not math.isfinite(wall_time):
        return None
    from email.utils import parsedate_to_datetime  # 10 ms to load, and dates are rare

    try:
        date = parsedate_to_datetime(text)
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - wall_time)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
