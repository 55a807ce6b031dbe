"""Whether a value satisfies a schema. No I/O."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from workbench.simulator.schema.flatten import follow
from workbench.simulator.wire import JSON, JSONObject

_DEEPEST = 64


def conforms(value: JSON, schema: JSON, root: JSONObject | None = None, depth: int = 0) -> bool:
    """Whether the value satisfies the schema; `root` is where its references start from."""
    if root is None:
        root = schema if isinstance(schema, dict) else {}
    followed = follow(schema, root)
    if not isinstance(followed, dict):
        return followed is not False
    if depth > _DEEPEST:
        return True
    return all(_checks(value, followed, root, depth + 1))


def _checks(value: JSON, schema: JSONObject, root: JSONObject, depth: int) -> Iterator[bool]:
    if (kinds := schema.get("type")) is not None:
        listed = kinds if isinstance(kinds, list) else [kinds]
        yield any(is_type(value, kind) for kind in listed)
    if "const" in schema:
        yield same(value, schema["const"])
    if isinstance(choices := schema.get("enum"), list):
        yield any(same(value, choice) for choice in choices)
    yield from _combined(value, schema, root, depth)
    match value:
        case bool() | None:
            pass
        case str():
            yield from _string(value, schema)
        case int() | float():
            yield from _number(value, schema)
        case list():
            yield from _array(value, schema, root, depth)
        case dict():
            yield from _object(value, schema, root, depth)


def is_type(value: JSON, kind: JSON) -> bool:
    """Whether a value is of a JSON Schema type; 1.0 is an integer, true is not."""
    match kind:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
    return True


def same(left: JSON, right: JSON) -> bool:
    """Equality in JSON's sense: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _combined(value: JSON, schema: JSONObject, root: JSONObject, depth: int) -> Iterator[bool]:
    def holds(part: JSON) -> bool:
        return conforms(value, part, root, depth)

    if isinstance(parts := schema.get("allOf"), list):
        yield all(holds(part) for part in parts)
    if isinstance(parts := schema.get("anyOf"), list):
        yield any(holds(part) for part in parts)
    if isinstance(parts := schema.get("oneOf"), list):
        yield sum(holds(part) for part in parts) == 1
    if "not" in schema:
        yield not holds(schema["not"])
    if "if" in schema:
        branch = schema.get("then" if holds(schema["if"]) else "else", True)
        yield holds(branch)


def _string(value: str, schema: JSONObject) -> Iterator[bool]:
    if isinstance(shortest := schema.get("minLength"), int | float):
        yield len(value) >= shortest
    if isinstance(longest := schema.get("maxLength"), int | float):
        yield len(value) <= longest
    if isinstance(pattern := schema.get("pattern"), str):
        yield matches(pattern, value)
    if isinstance(form := schema.get("format"), str):
        yield has_format(value, form)


def matches(pattern: str, value: str) -> bool:
    """Whether a pattern occurs in a text; a pattern Python cannot read matches everything."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def has_format(value: str, form: str) -> bool:
    """Whether a text has one of the formats we know; unknown ones are not checked."""
    try:
        match form:
            case "date":
                date.fromisoformat(value)
                return len(value) == 10
            case "date-time":
                datetime.fromisoformat(value)
                return "T" in value and ("+" in value or value.endswith("Z"))
            case "uuid":
                UUID(value)
                return len(value) == 36
    except ValueError:
        return False
    pattern = _FORMATS.get(form)
    return pattern is None or pattern.fullmatch(value) is not None


_FORMATS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "uri": re.compile(r"[a-zA-Z][\w+.-]*:\S+"),
    "ipv4": re.compile(r"(\d{1,3}\.){3}\d{1,3}"),
    "hostname": re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*"),
    "time": re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}


def _number(value: float, schema: JSONObject) -> Iterator[bool]:
    if isinstance(bound := schema.get("minimum"), int | float):
        yield value >= bound
    if isinstance(bound := schema.get("maximum"), int | float):
        yield value <= bound
    if isinstance(bound := schema.get("exclusiveMinimum"), int | float):
        yield value > bound
    if isinstance(bound := schema.get("exclusiveMaximum"), int | float):
        yield value < bound
    if isinstance(step := schema.get("multipleOf"), int | float) and step > 0:
        quotient = value / step
        yield abs(quotient - round(quotient)) < 1e-9


def _array(value: list[JSON], schema: JSONObject, root: JSONObject, depth: int) -> Iterator[bool]:
    if isinstance(fewest := schema.get("minItems"), int | float):
        yield len(value) >= fewest
    if isinstance(most := schema.get("maxItems"), int | float):
        yield len(value) <= most
    if schema.get("uniqueItems") is True:
        yield not any(same(a, b) for i, a in enumerate(value) for b in value[:i])
    first = schema.get("prefixItems")
    heads = first if isinstance(first, list) else []
    yield all(conforms(item, head, root, depth) for item, head in zip(value, heads, strict=False))
    if "items" in schema:
        yield all(conforms(item, schema["items"], root, depth) for item in value[len(heads) :])
    if "contains" in schema:
        yield any(conforms(item, schema["contains"], root, depth) for item in value)


def _object(value: JSONObject, schema: JSONObject, root: JSONObject, depth: int) -> Iterator[bool]:
    required = schema.get("required")
    yield all(name in value for name in (required if isinstance(required, list) else ()))
    known = schema.get("properties")
    properties = known if isinstance(known, dict) else {}
    by_pattern = schema.get("patternProperties")
    patterns = by_pattern if isinstance(by_pattern, dict) else {}
    for name, member in value.items():
        fitting = [part for pattern, part in patterns.items() if matches(pattern, name)]
        if name in properties:
            fitting.append(properties[name])
        elif not fitting:
            fitting.append(schema.get("additionalProperties", True))
        yield all(conforms(member, part, root, depth) for part in fitting)
    if isinstance(fewest := schema.get("minProperties"), int | float):
        yield len(value) >= fewest
    if isinstance(most := schema.get("maxProperties"), int | float):
        yield len(value) <= most
