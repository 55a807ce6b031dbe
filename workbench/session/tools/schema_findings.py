"""What makes no sense in a JSON Schema, or leaves a model guessing. No I/O."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from workbench.session.json_path import Path
from workbench.session.json_schema import faults, kind_of, resolve

Severity: TypeAlias = Literal["error", "warning", "note"]
"""The service refuses it; it will go wrong some day; it could be better."""
Told: TypeAlias = tuple[Severity, Path, str, str]
"""How bad, where, what, and what to do about it."""

_KINDS: Final = ("string", "number", "integer", "boolean", "object", "array", "null")
_DEEPEST: Final = 40


def schema_findings(schema: Mapping[str, object]) -> Iterator[Told]:
    """Everything to say of a schema, from the outside in."""
    yield from _schema(schema, schema, (), 0)


def _schema(schema: object, root: object, at: Path, depth: int) -> Iterator[Told]:
    """What makes no sense in a schema."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        if not isinstance(schema, Mapping | bool):
            fix = "A schema is an object, or true or false."
            yield "error", at, f"is {kind_of(schema)}, not a schema", fix
        return
    yield from _kinds(schema, at)
    properties = schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    required = schema.get("required")
    for index, name in enumerate(required if isinstance(required, list) else ()):
        if name not in known:
            fix = f'Describe it in "properties", or take {name!r} out of "required".'
            yield "error", (*at, "required", index), f"{name!r} is not described", fix
    if "$ref" in schema and resolve(schema["$ref"], root) is None:
        fix = 'References begin with "#/$defs/" and stay within the schema.'
        yield "error", (*at, "$ref"), f"{schema['$ref']!r} points at nothing", fix
    if "default" in schema and (wrong := faults(schema["default"], schema)):
        message = f"the default {wrong[0].message}"
        yield "warning", (*at, "default"), message, "Give a default that the schema allows."
    for name, part in known.items():
        inner = (*at, "properties", str(name))
        if isinstance(part, Mapping) and not (part.get("description") or "$ref" in part):
            fix = "A few words, such as an example of a value, help the model most."
            yield "note", inner, "has no description", fix
        yield from _schema(part, root, inner, depth + 1)
    yield from _nested(schema, root, at, depth)


def _nested(schema: Mapping[str, object], root: object, at: Path, depth: int) -> Iterator[Told]:
    for word in ("items", "additionalProperties", "not", "contains"):
        if word in schema:
            yield from _schema(schema[word], root, (*at, word), depth + 1)
    for word in ("anyOf", "oneOf", "allOf", "prefixItems"):
        parts = schema.get(word)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _schema(part, root, (*at, word, index), depth + 1)
    definitions = schema.get("$defs")
    for name, part in definitions.items() if isinstance(definitions, Mapping) else ():
        yield from _schema(part, root, (*at, "$defs", str(name)), depth + 1)


def _kinds(schema: Mapping[str, object], at: Path) -> Iterator[Told]:
    kinds = schema.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind is not None and kind not in _KINDS:
            fix = f"One of {', '.join(_KINDS)}."
            yield "error", (*at, "type"), f"{kind!r} is no type", fix
    choices = schema.get("enum")
    if "enum" in schema and (not isinstance(choices, list) or not choices):
        yield "error", (*at, "enum"), "offers nothing to choose", "List the values it may have."
    if kinds == "array" and "items" not in schema and "prefixItems" not in schema:
        fix = 'Say in "items" what it holds: models guess otherwise.'
        yield "warning", at, "does not say what its items are", fix
