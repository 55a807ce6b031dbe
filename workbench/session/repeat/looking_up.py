"""Looks up places in JSON values by a path that a person writes: ``$.items[*].name``. Pure."""

import json
import re
from typing import Final, TypeAlias

Step: TypeAlias = str | int | None
"""The name of a member, a place in an array (from its end when negative), or ``None`` for all."""

_STEP: Final = re.compile(
    r"""\.\s*(?P<name>[A-Za-z_][\w-]*)|\.\s*(?P<all>\*)|\[\s*(?P<every>\*)\s*\]
    |\[\s*(?P<place>-?\d+)\s*\]|\[\s*(?P<quoted>"(?:[^"\\]|\\.)*"|'[^']*')\s*\]""",
    re.VERBOSE,
)


class PathError(ValueError):
    """It is no path; the message says where it stops being one."""


def steps_of(path: str) -> tuple[Step, ...]:
    """The steps of a path (RFC 9535: names, places, wildcards). Raises PathError."""
    text = path.strip()
    if not text.startswith("$"):
        raise PathError(f"a path begins with $, such as $.city, not {text[:20]!r}")
    steps: list[Step] = []
    at = 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise PathError(f"{text[at : at + 20]!r} is no step: .name, [0], [*] are")
        steps.append(_step(found))
        at = found.end()
    return tuple(steps)


def _step(found: "re.Match[str]") -> Step:
    if found["name"] is not None:
        return found["name"]
    if found["place"] is not None:
        return int(found["place"])
    if found["quoted"] is not None:
        quoted = found["quoted"]
        return str(json.loads(quoted)) if quoted[0] == '"' else quoted[1:-1]
    return None


def values_at(value: object, steps: tuple[Step, ...]) -> list[object]:
    """Every value at that place; none where there is none."""
    found = [value]
    for step in steps:
        found = [inner for each in found for inner in _inside(each, step)]
    return found


def _inside(value: object, step: Step) -> list[object]:
    if isinstance(value, dict):
        if step is None:
            return list(value.values())
        return [value[step]] if isinstance(step, str) and step in value else []
    if isinstance(value, list):
        if step is None:
            return value
        if isinstance(step, int) and -len(value) <= step < len(value):
            return [value[step]]
    return []
