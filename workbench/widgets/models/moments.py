"""Moments and ages as a person reads them, in local time. No clock is read here."""

from datetime import datetime

_DAY = 86_400


def moment(at: float, *, age: float) -> str:
    """When it was, Unix seconds: ``14:02`` of the last hours, ``21 Nov`` of earlier days."""
    local = datetime.fromtimestamp(at).astimezone()
    if age < _DAY / 2:
        return f"{local:%H:%M}"
    if age < 300 * _DAY:
        return f"{local.day} {local:%b}"
    return f"{local.day} {local:%b %Y}"


def old(seconds: float) -> str:
    """How old something is, in its largest unit: ``20 s``, ``5 min``, ``3 h``, ``12 days``."""
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 2 * _DAY:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // _DAY)} days"
