"""JSON values as Python, laid out for people. Pure."""

from typing import Final

_WIDTH: Final = 88


def literal(value: object, *, indent: int = 0) -> str:
    """The value as a Python expression; what does not fit a line goes over several."""
    short = _short(value)
    if len(short) + indent <= _WIDTH or not isinstance(value, dict | list) or not value:
        return short
    pad, end = " " * (indent + 4), " " * indent
    if isinstance(value, dict):
        items = [
            f"{pad}{key!r}: {literal(item, indent=indent + 4)}," for key, item in value.items()
        ]
        return "\n".join(["{", *items, f"{end}}}"])
    items = [f"{pad}{literal(item, indent=indent + 4)}," for item in value]
    return "\n".join(["[", *items, f"{end}]"])


def _short(value: object) -> str:
    """On one line; ``repr`` escapes whatever a terminal or an editor could stumble over."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_short(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_short, value)) + "]"
    return repr(value)
