"""Checks of a request's shape, in the words of the service's schema validator. No I/O."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from workbench.simulator.errors import bad_request
from workbench.simulator.wire import JSON, JSONObject

Kind = Literal["string", "number", "integer", "boolean", "array", "object", "any"]

_TYPES: dict[Kind, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "any": (object,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one property may hold. Null is as good as absent."""

    kind: Kind = "any"
    minimum: float | None = None
    maximum: float | None = None
    most_items: int | None = None
    choices: tuple[str, ...] = ()


def check_properties(
    value: JSONObject, rules: dict[str, Rule], *, required: Collection[str] = ()
) -> None:
    """Refuse unknown, missing and unsuitable top-level properties."""
    for name in value:
        if name not in rules:
            raise bad_request(f"property '{name}' is unsupported{_suggestion(name, rules)}")
    for name in required:
        if value.get(name) is None:
            raise bad_request(f"'{name}' : property '{name}' is missing")
    for name, member in value.items():
        if member is not None and (fault := unsuitable(member, rules[name])):
            raise bad_request(f"'{name}' : {fault}")


def unsuitable(value: JSON, rule: Rule) -> str | None:
    """What is wrong with a value, or None."""
    if rule.kind != "any" and not _is(value, rule.kind):
        article = "an" if rule.kind[0] in "aio" else "a"
        return f"value must be {article} {rule.kind}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _out_of_range(value, rule)
    if isinstance(value, list) and rule.most_items is not None and len(value) > rule.most_items:
        return f"maximum number of items is {rule.most_items}"
    if rule.choices and value not in rule.choices:
        listed = ",".join(f"'{choice}'" for choice in rule.choices)
        return f"value is not one of the allowed values [{listed}]"
    return None


def _out_of_range(value: float, rule: Rule) -> str | None:
    if rule.minimum is not None and value < rule.minimum:
        return f"number must be at least {rule.minimum:g}"
    if rule.maximum is not None and value > rule.maximum:
        return f"number must be at most {rule.maximum:g}"
    return None


def _is(value: JSON, kind: Kind) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _suggestion(name: str, known: Collection[str]) -> str:
    nearest = min(known, key=lambda other: (_distance(name, other), other))
    return f", did you mean '{nearest}'?" if _distance(name, nearest) <= 2 else ""


def _distance(left: str, right: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
