"""How long a response asks to wait. No I/O."""

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from client.duration import parse_duration


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
    if not text or len(text) > 20 or not text.isascii():
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _seconds_until(text: str, wall_time: float) -> float | None:
    if not text or not math.isfinite(wall_time):
        return None
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - wall_time)
    except (ValueError, TypeError, OverflowError):
        return None
