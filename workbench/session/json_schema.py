"""What is wrong with a JSON value by a JSON Schema: every fault, with its exact place. No I/O.

The rules are those of draft 2020-12 as far as tool schemas use them; what a schema says beyond
that is not checked. It never raises: a schema that makes no sense finds no fault.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workbench.session.json_formats import has_format
from workbench.session.json_path import Path, written

_DEEPEST: Final = 64
_MOST_FAULTS: Final = 100
_MOST_COMPARED: Final = 500
_LONGEST_MATCHED: Final = 10_000
"""Characters of a text that a pattern is tried on: the pattern is a stranger's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One rule that a value breaks.

    Attributes:
        at: where in the value.
        rule: the schema's keyword, such as ``required``.
        message: what is wrong, and what would be right.
        schema_at: where in the schema the rule stands.

    """

    at: Path
    rule: str
    message: str
    schema_at: Path = ()

    @property
    def path(self) -> str:
        """Where in the value, as people write it: ``$.days``."""
        return written(self.at)


@dataclass(slots=True)
class _Whole:
    """The schema from its root, and how many more steps it may cost: it is a stranger's."""

    schema: object
    steps: int = 50_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the check is: in the value, in the schema, and how deep."""

    whole: _Whole
    at: Path = ()
    schema_at: Path = ()
    depth: int = 0

    def member(self, step: str | int, *schema_steps: str | int) -> "_Place":
        return _Place(
            self.whole, (*self.at, step), (*self.schema_at, *schema_steps), self.depth + 1
        )

    def under(self, *schema_steps: str | int) -> "_Place":
        return _Place(self.whole, self.at, (*self.schema_at, *schema_steps), self.depth + 1)

    def fault(self, rule: str, message: str, *member: str | int) -> Fault:
        return Fault(
            at=(*self.at, *member), rule=rule, message=message, schema_at=(*self.schema_at, rule)
        )


def faults(value: object, schema: object) -> tuple[Fault, ...]:
    """Every rule of the schema that the value breaks, in the value's order; at most 100."""
    found: list[Fault] = []
    for fault in _faults(value, schema, _Place(_Whole(schema))):
        found.append(fault)
        if len(found) >= _MOST_FAULTS:
            break
    return tuple(found)


def resolve(reference: object, root: object) -> object:
    """What a reference within the schema points at (RFC 6901); ``None`` when there is nothing."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found = root
    for raw in filter(None, reference[1:].split("/")):
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def kind_of(value: object) -> str:
    """The JSON type of a value, in a schema's words."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int():
            return "integer"
        case float():
            return "number"
        case list():
            return "array"
    return "object"


def is_kind(value: object, kind: object) -> bool:
    """Whether a value is of a JSON Schema type; 1.0 is an integer, true is not."""
    actual = kind_of(value)
    if kind == "number":
        return actual in ("integer", "number")
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return actual == kind


def same(left: object, right: object) -> bool:
    """Equality in JSON's sense, at every depth: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    return left == right


def _faults(value: object, schema: object, place: _Place) -> Iterator[Fault]:
    if schema is False:
        yield Fault(
            at=place.at,
            rule="false",
            message="nothing is allowed here",
            schema_at=place.schema_at,
        )
    place.whole.steps -= 1
    if not isinstance(schema, Mapping) or place.depth > _DEEPEST or place.whole.steps < 0:
        return
    if "$ref" in schema:
        yield from _faults(value, resolve(schema["$ref"], place.whole.schema), place.under("$ref"))
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if kinds is not None and not any(is_kind(value, kind) for kind in listed):
        wanted = " or ".join(str(kind) for kind in listed)
        yield place.fault("type", f"is {_a(kind_of(value))}, not {_a(wanted)}")
        return  # the rest is about a value of that type
    yield from _choices(value, schema, place)
    yield from _combinations(value, schema, place)
    match value:
        case bool() | None:
            pass
        case str():
            yield from _string(value, schema, place)
        case int() | float():
            yield from _number(value, schema, place)
        case list():
            yield from _array(value, schema, place)
        case dict():
            yield from _object(value, schema, place)


def _choices(value: object, schema: Mapping[str, object], place: _Place) -> Iterator[Fault]:
    if "const" in schema and not same(value, schema["const"]):
        yield place.fault("const", f"must be {_shown(schema['const'])}")
    choices = schema.get("enum")
    if isinstance(choices, list) and not any(same(value, choice) for choice in choices):
        allowed = ", ".join(_shown(choice) for choice in choices[:8])
        more = ", ..." if len(choices) > 8 else ""
        yield place.fault("enum", f"{_shown(value)} is not one of {allowed}{more}")


def _combinations(value: object, schema: Mapping[str, object], place: _Place) -> Iterator[Fault]:
    def wrong(part: object, *steps: str | int) -> list[Fault]:
        return list(_faults(value, part, place.under(*steps)))

    for number, part in enumerate(_listed(schema, "allOf")):
        yield from wrong(part, "allOf", number)
    for rule in ("anyOf", "oneOf"):
        parts = _listed(schema, rule)
        tried = [wrong(part, rule, number) for number, part in enumerate(parts)]
        fitting = sum(not found for found in tried)
        if parts and not fitting:
            yield from _nearest(tried, place, rule)
        elif rule == "oneOf" and fitting > 1:
            yield place.fault(rule, f"fits {fitting} alternatives, where exactly one is wanted")
    if "not" in schema and not wrong(schema["not"], "not"):
        yield place.fault("not", "is just what is excluded here")
    if "if" in schema:
        branch = "else" if wrong(schema["if"], "if") else "then"
        yield from wrong(schema.get(branch, True), branch)


def _nearest(tried: list[list[Fault]], place: _Place, rule: str) -> Iterator[Fault]:
    """The faults of the alternative that was meant: of the value's own type, where one is."""
    meant = [found for found in tried if not _wrong_type(found, place)]
    if meant:
        yield from min(meant, key=len)
        return
    wanted = "; ".join(found[0].message for found in tried[:3])
    yield place.fault(rule, f"fits none of {len(tried)} alternatives: {wanted}")


def _wrong_type(found: list[Fault], place: _Place) -> bool:
    return any(fault.rule == "type" and fault.at == place.at for fault in found)


def _string(value: str, schema: Mapping[str, object], place: _Place) -> Iterator[Fault]:
    length = len(value)
    shortest, longest = _number_of(schema, "minLength"), _number_of(schema, "maxLength")
    if shortest is not None and length < shortest:
        yield place.fault("minLength", f"has {length} characters, at least {shortest:g} are wanted")
    if longest is not None and length > longest:
        yield place.fault("maxLength", f"has {length} characters, at most {longest:g} are allowed")
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not matches(pattern, value):
        yield place.fault("pattern", f"does not match {_shown(pattern)}")
    form = schema.get("format")
    if isinstance(form, str) and not has_format(value, form):
        yield place.fault("format", f"{_shown(value)} is not {_a(form)}")


_BOUNDS: Final[tuple[tuple[str, Callable[[float, float], bool], str], ...]] = (
    ("minimum", lambda value, bound: value >= bound, "less than"),
    ("maximum", lambda value, bound: value <= bound, "more than"),
    ("exclusiveMinimum", lambda value, bound: value > bound, "not more than"),
    ("exclusiveMaximum", lambda value, bound: value < bound, "not less than"),
)


def _number(value: float, schema: Mapping[str, object], place: _Place) -> Iterator[Fault]:
    for rule, holds, words in _BOUNDS:
        bound = _number_of(schema, rule)
        if bound is not None and not holds(value, bound):
            yield place.fault(rule, f"{value:g} is {words} {bound:g}")
    step = _number_of(schema, "multipleOf")
    if step is not None and step > 0 and abs(value / step - round(value / step)) > 1e-9:
        yield place.fault("multipleOf", f"{value:g} is no multiple of {step:g}")


def _array(value: list[object], schema: Mapping[str, object], place: _Place) -> Iterator[Fault]:
    fewest, most = _number_of(schema, "minItems"), _number_of(schema, "maxItems")
    if fewest is not None and len(value) < fewest:
        yield place.fault("minItems", f"has {len(value)} items, at least {fewest:g} are wanted")
    if most is not None and len(value) > most:
        yield place.fault("maxItems", f"has {len(value)} items, at most {most:g} are allowed")
    if schema.get("uniqueItems") is True:
        for index, item in enumerate(value[:_MOST_COMPARED]):
            if any(same(item, earlier) for earlier in value[:index]):
                yield place.fault("uniqueItems", "is there twice", index)
    heads = _listed(schema, "prefixItems")
    for index, item in enumerate(value):
        steps: Path
        if index < len(heads):
            part, steps = heads[index], ("prefixItems", index)
        else:
            part, steps = schema.get("items", True), ("items",)
        yield from _faults(item, part, place.member(index, *steps))
    if "contains" in schema and not any(
        not list(_faults(item, schema["contains"], place.under("contains"))) for item in value
    ):
        yield place.fault("contains", "holds no item of the kind that is wanted")


def _object(
    value: dict[str, object], schema: Mapping[str, object], place: _Place
) -> Iterator[Fault]:
    for name in _listed(schema, "required"):
        if name not in value:
            yield place.fault("required", "is missing", str(name))
    fewest, most = _number_of(schema, "minProperties"), _number_of(schema, "maxProperties")
    if fewest is not None and len(value) < fewest:
        yield place.fault("minProperties", f"has {len(value)} members, {fewest:g} are wanted")
    if most is not None and len(value) > most:
        yield place.fault("maxProperties", f"has {len(value)} members, {most:g} are allowed")
    for name, needed in _mapping(schema, "dependentRequired").items():
        if name in value and isinstance(needed, list):
            for other in (other for other in needed if other not in value):
                yield place.fault("dependentRequired", f"is missing beside {name!r}", str(other))
    yield from _members(value, schema, place)


def _members(
    value: dict[str, object], schema: Mapping[str, object], place: _Place
) -> Iterator[Fault]:
    known, by_pattern = _mapping(schema, "properties"), _mapping(schema, "patternProperties")
    names, others = schema.get("propertyNames", True), schema.get("additionalProperties", True)
    for name, member in value.items():
        fitting = [
            (part, ("patternProperties", pattern))
            for pattern, part in by_pattern.items()
            if matches(pattern, name)
        ]
        if name in known:
            fitting.append((known[name], ("properties", name)))
        for part, steps in fitting:
            yield from _faults(member, part, place.member(name, *steps))
        if not fitting and others is False:
            yield place.fault("additionalProperties", "is not in the schema", name)
        elif not fitting:
            yield from _faults(member, others, place.member(name, "additionalProperties"))
        yield from _faults(name, names, place.member(name, "propertyNames"))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern occurs in a text; one that cannot be read or tried is not checked."""
    compiled = _compiled(pattern)
    if compiled is None or len(value) > _LONGEST_MATCHED:
        return True
    return compiled.search(value) is not None


def _listed(schema: Mapping[str, object], rule: str) -> list[object]:
    found = schema.get(rule)
    return found if isinstance(found, list) else []


def _mapping(schema: Mapping[str, object], rule: str) -> Mapping[str, object]:
    found = schema.get(rule)
    return found if isinstance(found, Mapping) else {}


def _number_of(schema: Mapping[str, object], rule: str) -> float | None:
    found = schema.get(rule)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    text = {"True": "true", "False": "false", "None": "null"}.get(text, text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _a(noun: str) -> str:
    if noun == "null":
        return noun
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"
