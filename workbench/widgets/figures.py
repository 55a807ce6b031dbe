"""Numbers as a person reads them; what is unknown is a dash and never zero. No I/O."""

import math
from typing import Final

UNKNOWN: Final = "—"


def count(value: float | None) -> str:
    """A whole number with its thousands apart, rounded down: what is left is never overstated."""
    return UNKNOWN if value is None else f"{math.floor(value):,}"


def duration(seconds: float | None) -> str:
    """A measured time, in the unit that keeps three digits: ``84 ms``, ``1.24 s``, ``2m 05s``."""
    if seconds is None:
        return UNKNOWN
    if seconds < 0.0995:
        return f"{seconds * 1000:.{0 if seconds >= 0.00995 else 1}f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m {rest:02}s"


def countdown(seconds: float) -> str:
    """A time still to wait, rounded up so that it is over when it says so: ``6s``, ``15m 51s``."""
    whole = max(0, math.ceil(seconds - 1e-6))
    if whole < 60:
        return f"{whole}s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}m {rest:02}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m"


def speed(tokens_per_second: float | None) -> str:
    """A rate without its unit: ``1,012``, ``98.4``."""
    if tokens_per_second is None:
        return UNKNOWN
    if tokens_per_second < 99.95:
        return f"{tokens_per_second:.1f}"
    return f"{tokens_per_second:,.0f}"


def size(tokens: int | None) -> str:
    """A size rounded to thousands where it is large: ``131k``, ``512``."""
    if tokens is None:
        return UNKNOWN
    if tokens >= 10_000_000:
        return f"{tokens / 1_000_000:.0f}M"
    if tokens >= 10_000:
        return f"{tokens / 1000:.0f}k"
    return f"{tokens:,}"


def price(per_token: str | None) -> str:
    """A price of the service, USD per token as decimal text, as dollars per million tokens."""
    try:
        million = float(per_token or "nan") * 1_000_000
    except ValueError:
        return UNKNOWN
    if not math.isfinite(million) or million < 0:
        return UNKNOWN
    text = f"{million:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"${whole}.{decimals.ljust(2, '0')}"


def plural(number: int, noun: str) -> str:
    """``1 line``, ``12 lines``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
