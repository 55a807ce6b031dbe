"""What a schema lacks to be enforced by the service while a model writes (groq-api 2.5). No I/O."""

from collections.abc import Iterator, Mapping
from typing import Final

from workbench.session.json_path import Path

_DEEPEST: Final = 40
_NESTED: Final = ("anyOf", "oneOf", "allOf", "prefixItems")


def strict_findings(schema: Mapping[str, object]) -> Iterator[tuple[Path, str, str]]:
    """Where, what and how to mend it; nothing for a schema that can be strict."""
    yield from _walk(schema, (), 0)


def _walk(schema: object, at: Path, depth: int) -> Iterator[tuple[Path, str, str]]:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    properties = schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    if schema.get("type") == "object" or known:
        if schema.get("additionalProperties") is not False:
            fix = 'Add "additionalProperties": false.'
            yield at, "is not strict: it allows members that are not described", fix
        required = schema.get("required")
        named = required if isinstance(required, list) else []
        for name in (name for name in known if name not in named):
            fix = f'Add {name!r} to "required", and let it be null where it may be left out.'
            yield (*at, "properties", str(name)), "is not strict: it can be left out", fix
    for name, part in known.items():
        yield from _walk(part, (*at, "properties", str(name)), depth + 1)
    if "items" in schema:
        yield from _walk(schema["items"], (*at, "items"), depth + 1)
    for word in _NESTED:
        parts = schema.get(word)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _walk(part, (*at, word, index), depth + 1)
    definitions = schema.get("$defs")
    for name, part in definitions.items() if isinstance(definitions, Mapping) else ():
        yield from _walk(part, (*at, "$defs", str(name)), depth + 1)


def made_strict(schema: Mapping[str, object]) -> dict[str, object]:
    """The schema with all that the findings ask for: optional members may be null instead."""
    mended = _mended(schema, 0)
    return mended if isinstance(mended, dict) else {}


def _mended(schema: object, depth: int) -> object:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return schema
    mended = {name: part for name, part in schema.items() if name != "default"}
    properties = schema.get("properties")
    if isinstance(properties, Mapping) or schema.get("type") == "object":
        known = properties if isinstance(properties, Mapping) else {}
        required = schema.get("required")
        named = required if isinstance(required, list) else []
        mended["properties"] = {
            name: _mended(part, depth + 1) if name in named else _nullable(_mended(part, depth + 1))
            for name, part in known.items()
        }
        mended["required"] = list(known)
        mended["additionalProperties"] = False
    if "items" in schema:
        mended["items"] = _mended(schema["items"], depth + 1)
    for word in _NESTED:
        parts = schema.get(word)
        if isinstance(parts, list):
            mended[word] = [_mended(part, depth + 1) for part in parts]
    definitions = schema.get("$defs")
    if isinstance(definitions, Mapping):
        mended["$defs"] = {name: _mended(part, depth + 1) for name, part in definitions.items()}
    return mended


def _nullable(schema: object) -> object:
    if not isinstance(schema, Mapping):
        return schema
    kind = schema.get("type")
    if kind is None:
        parts = schema.get("anyOf")
        if isinstance(parts, list):
            allows = any(isinstance(part, Mapping) and part.get("type") == "null" for part in parts)
            return schema if allows else {**schema, "anyOf": [*parts, {"type": "null"}]}
        return {"anyOf": [schema, {"type": "null"}]}
    kinds = kind if isinstance(kind, list) else [kind]
    if "null" in kinds:
        return schema
    nullable = {**schema, "type": [*kinds, "null"]}
    choices = schema.get("enum")
    if isinstance(choices, list) and None not in choices:
        nullable["enum"] = [*choices, None]
    return nullable
