"""A value that satisfies a schema, with sensible contents. No I/O."""

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import Protocol

from workbench.simulator.schema.check import conforms, has_format
from workbench.simulator.schema.flatten import flatten, merge
from workbench.simulator.schema.pattern import matching_text
from workbench.simulator.wire import JSON, JSONObject

_DEEP, _DEEPEST = 4, 12
_TRIES = 6
_WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbour",
    "indigo",
    "jasmine",
    "kelp",
    "lumen",
]
_FORMATS = {
    "date": "2026-11-23",
    "date-time": "2026-11-23T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "PT30M",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uri-reference": "/example",
    "hostname": "example.com",
    "ipv4": "192.0.2.10",
    "ipv6": "2001:db8::1",
    "uuid": "3f2a9c1e-5b7d-4e8a-9c60-1d2e3f4a5b6c",
}


class Hints(Protocol):
    """Where contents come from: what the conversation says about a property."""

    def candidates(self, path: Sequence[str], schema: JSONObject) -> Iterable[JSON]:
        """Values for the property at a path, the best first; they are checked before use."""
        ...

    def mentions(self, path: Sequence[str]) -> bool:
        """Whether the conversation speaks of the property, so that it should be filled in."""
        ...


def make_value(schema: JSON, hints: Hints, random: Random, *, generous: bool = True) -> JSON:
    """A value for the schema; `generous` also fills in what is optional."""
    root = schema if isinstance(schema, dict) else {}
    maker = _Maker(root, hints, random, generous=generous)
    value: JSON = None
    for _ in range(_TRIES):
        value = maker.make(schema, (), 0)
        if conforms(value, schema, root):
            break
    return value


class _Maker:
    def __init__(self, root: JSONObject, hints: Hints, random: Random, *, generous: bool) -> None:
        self._root = root
        self._hints = hints
        self._random = random
        self._generous = generous

    def make(self, schema: JSON, path: tuple[str, ...], depth: int) -> JSON:
        flat = flatten(schema, self._root)
        if "const" in flat:
            return flat["const"]
        for key in ("anyOf", "oneOf"):
            if isinstance(branches := flat.get(key), list) and branches and depth <= _DEEPEST:
                return self._branch(flat, key, branches, path, depth)
        if isinstance(choices := flat.get("enum"), list) and choices:
            return self._choice(choices, flat, path)
        match self._type(flat, depth):
            case "object":
                return self._object(flat, path, depth)
            case "array":
                return self._array(flat, path, depth)
            case "null":
                return None
            case kind:
                return self._leaf(kind, flat, path)

    def _fits(self, value: JSON, schema: JSONObject) -> bool:
        return conforms(value, schema, self._root)

    def _branch(
        self,
        flat: JSONObject,
        key: str,
        branches: list[JSON],
        path: tuple[str, ...],
        depth: int,
    ) -> JSON:
        base: JSONObject = {name: part for name, part in flat.items() if name != key}
        value: JSON = None
        for branch in sorted(branches, key=lambda part: self._weight(part, depth)):
            value = self.make(merge(base, flatten(branch, self._root)), path, depth + 1)
            if self._fits(value, flat):
                return value
        return value

    def _weight(self, branch: JSON, depth: int) -> int:
        """Null last; but deep down, whatever ends the recursion first."""
        flat = flatten(branch, self._root)
        kind = flat.get("type")
        if depth >= _DEEP:
            return {"null": 0, "object": 2, "array": 2, None: 2}.get(str(kind), 1)
        return 1 if kind == "null" else 0

    def _choice(self, choices: list[JSON], flat: JSONObject, path: tuple[str, ...]) -> JSON:
        fitting = [choice for choice in choices if self._fits(choice, flat)] or choices
        for candidate in self._hints.candidates(path, flat):
            if candidate in fitting:
                return candidate
        return fitting[0]

    def _type(self, flat: JSONObject, depth: int) -> str:
        kinds = flat.get("type")
        if isinstance(kinds, list):
            useful = [str(kind) for kind in kinds if kind != "null"]
            return "null" if not useful or (depth > _DEEP and "null" in kinds) else useful[0]
        if isinstance(kinds, str):
            return kinds
        if "properties" in flat or "required" in flat:
            return "object"
        if "items" in flat or "prefixItems" in flat:
            return "array"
        if {"minimum", "maximum", "multipleOf"} & flat.keys():
            return "number"
        return "string"

    def _object(self, flat: JSONObject, path: tuple[str, ...], depth: int) -> JSON:
        known = flat.get("properties")
        properties = known if isinstance(known, dict) else {}
        listed = flat.get("required")
        required = [str(name) for name in listed] if isinstance(listed, list) else []
        value: JSONObject = {}
        if depth > _DEEPEST:
            return value
        for name, part in properties.items():
            inside = (*path, name)
            optional = self._hints.mentions(inside) or (self._generous and depth < _DEEP)
            if name in required or optional:
                value[name] = self.make(part, inside, depth + 1)
        extra = flat.get("additionalProperties", {})
        for name in required:
            if name not in value:
                value[name] = self.make(extra, (*path, name), depth + 1)
        fewest = flat.get("minProperties")
        missing = int(fewest) - len(value) if isinstance(fewest, int | float) else 0
        for name in [word for word in _WORDS if word not in value][: max(0, missing)]:
            value[name] = self.make(extra, (*path, name), depth + 1)
        return value

    def _array(self, flat: JSONObject, path: tuple[str, ...], depth: int) -> JSON:
        if depth > _DEEPEST:
            return []
        heads = flat.get("prefixItems")
        value: list[JSON] = [
            self.make(head, path, depth + 1) for head in (heads if isinstance(heads, list) else [])
        ]
        fewest, most = flat.get("minItems"), flat.get("maxItems")
        low = int(fewest) if isinstance(fewest, int | float) else 0
        high = int(most) if isinstance(most, int | float) else max(low, 3)
        if value and flat.get("items", False) is False:
            return value
        item = flat.get("items", flat.get("contains", {"type": "string"}))
        wanted = min(high, max(low, 0 if depth >= _DEEP else 2))
        unique = flat.get("uniqueItems") is True
        for _ in range(wanted * 8):
            if len(value) >= wanted:
                break
            made = self.make(item, path, depth + 1)
            if not unique or made not in value:
                value.append(made)
        choices = flatten(item, self._root).get("enum")
        if isinstance(choices, list) and len(value) < wanted:
            # One choice is as good as another, and the first one had been taken.
            value += [choice for choice in choices if choice not in value][: wanted - len(value)]
        return value

    def _leaf(self, kind: str, flat: JSONObject, path: tuple[str, ...]) -> JSON:
        for candidate in self._hints.candidates(path, flat):
            if self._fits(candidate, flat):
                return candidate
        match kind:
            case "boolean":
                return self._fits(True, flat)
            case "integer" | "number":
                return _number(flat, self._random, whole=kind == "integer")
        return _text(flat, self._random)


def _number(flat: JSONObject, random: Random, *, whole: bool) -> JSON:
    """A small number inside the bounds, a multiple where one is asked for."""
    step = flat.get("multipleOf")
    size = step if isinstance(step, int | float) and step > 0 else (1 if whole else 0.5)
    low, high = _bounds(flat, size)
    first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
    if first > last:
        return int(low) if whole else (low + high) / 2
    number = round(random.randint(first, last) * size, 9)
    for _ in range(_TRIES * 8):
        # 0.07 / 0.01 is not 7 in floating point, and validators are not lenient about it.
        if (number / size).is_integer():
            break
        number = round(random.randint(first, last) * size, 9)
    return int(number) if whole or float(number).is_integer() else number


def _bounds(flat: JSONObject, step: float) -> tuple[float, float]:
    lows = [
        bound + (step if name.startswith("exclusive") else 0)
        for name in ("minimum", "exclusiveMinimum")
        if isinstance(bound := flat.get(name), int | float)
    ]
    highs = [
        bound - (step if name.startswith("exclusive") else 0)
        for name in ("maximum", "exclusiveMaximum")
        if isinstance(bound := flat.get(name), int | float)
    ]
    if not lows and not highs:
        return step, step * 10
    low = max(lows) if lows else min(highs) - 9 * step
    return low, min(highs) if highs else low + 9 * step


def _text(flat: JSONObject, random: Random) -> str:
    """A text by format, by pattern, or of plain words, as long as it must be."""
    if isinstance(pattern := flat.get("pattern"), str):
        for _ in range(_TRIES):
            made = matching_text(pattern, random)
            if made is not None and conforms(made, {**flat, "pattern": pattern}):
                return made
    form = flat.get("format")
    if isinstance(form, str) and form in _FORMATS and has_format(_FORMATS[form], form):
        return _FORMATS[form]
    fewest, most = flat.get("minLength"), flat.get("maxLength")
    text = random.choice(_WORDS)
    while isinstance(fewest, int | float) and len(text) < fewest:
        text += f" {random.choice(_WORDS)}"
    if isinstance(most, int | float) and len(text) > most:
        low = int(fewest) if isinstance(fewest, int | float) else 0
        text = text[: int(most)].rstrip().ljust(low, "s")
    return text
