import json
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.simulator.answers.facts import Facts
from workbench.simulator.answers.hints import FactHints
from workbench.simulator.schema import conforms, make_value
from workbench.simulator.schema.pattern import matching_text

NODE = {
    "type": "object",
    "properties": {
        "value": {"type": "string"},
        "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
    },
    "required": ["value", "next"],
    "additionalProperties": False,
}
SCHEMAS: dict[str, Any] = {
    "bounds": {"type": "integer", "minimum": 3, "maximum": 9, "multipleOf": 4},
    "open interval": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "cents": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1},
    "negative": {"type": "integer", "exclusiveMaximum": 0},
    "union of types": {"type": ["string", "null"]},
    "null": {"type": "null"},
    "enum": {"enum": [None, 1, "x"]},
    "const": {"const": {"a": [1]}},
    "long text": {"type": "string", "minLength": 50, "maxLength": 60},
    "short text": {"type": "string", "maxLength": 2},
    "pattern": {"type": "string", "pattern": r"^[A-Z]{2}-\d{4}$"},
    "pattern with branches": {"type": "string", "pattern": r"^(foo|ba[rz])+[^a-z]?$"},
    "phone": {"type": "string", "pattern": r"^\+?[1-9]\d{6,14}$"},
    "date-time": {"type": "string", "format": "date-time"},
    "email": {"type": "string", "format": "email"},
    "uuid": {"type": "string", "format": "uuid"},
    "unique": {"type": "array", "uniqueItems": True, "minItems": 5, "items": {"enum": [*range(5)]}},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}], "items": False, "minItems": 1},
    "bounded array": {"type": "array", "items": {"type": "boolean"}, "minItems": 4, "maxItems": 4},
    "map": {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    "required but undeclared": {"type": "object", "required": ["a", "b"]},
    "list": {"$defs": {"Node": NODE}, "$ref": "#/$defs/Node"},
    "tree": {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["children"],
    },
    "all of": {
        "allOf": [
            {"type": "object", "properties": {"x": {"minimum": 5}}, "required": ["x"]},
            {"properties": {"x": {"type": "integer", "maximum": 6}, "y": {"const": "k"}}},
            {"required": ["y"]},
        ]
    },
    "one of": {
        "oneOf": [
            {"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"]},
            {"type": "object", "properties": {"kind": {"const": "b"}}, "required": ["kind"]},
        ]
    },
    "any of beside properties": {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "definitions": {
        "definitions": {"a/b": {"type": "integer"}},
        "type": "array",
        "items": {"$ref": "#/definitions/a~1b"},
        "minItems": 1,
    },
    "anything": {},
}


class NoHints:
    def candidates(self, path: Sequence[str], schema: Any) -> Iterable[Any]:
        return ()

    def mentions(self, path: Sequence[str]) -> bool:
        return False


@pytest.mark.parametrize("generous", [True, False])
@pytest.mark.parametrize("name", SCHEMAS)
def test_made_up_values_satisfy_the_schema(name: str, generous: bool) -> None:
    schema = SCHEMAS[name]
    for seed in range(25):
        value = make_value(schema, NoHints(), Random(seed), generous=generous)
        jsonschema.validate(value, schema)
        assert conforms(value, schema)


_LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer", "minimum": -5, "maximum": 5},
        {"type": "number", "minimum": 0},
        {"type": "boolean"},
        {"type": ["null", "string"]},
        {"enum": ["a", "b"]},
        {"type": "string", "pattern": "^[a-f0-9]{6}$"},
    ]
)


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["name", "city", "count", "tags", "when"])

    def closed(members: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": members,
            "required": list(members),
            "additionalProperties": False,
        }

    arrays = inner.map(lambda item: {"type": "array", "items": item, "minItems": 1})
    unions = st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"anyOf": parts})
    return st.dictionaries(names, inner, max_size=4).map(closed) | arrays | unions


@settings(max_examples=150, deadline=None)
@given(st.recursive(_LEAVES, _objects, max_leaves=12), st.text(max_size=80), st.integers(0, 99))
def test_any_schema_is_satisfied_whatever_the_conversation_says(
    schema: dict[str, Any], text: str, seed: int
) -> None:
    value = make_value(schema, FactHints(Facts(text)), Random(seed))
    jsonschema.validate(value, schema)
    json.dumps(value)


_NAMES = st.sampled_from(["a", "b", "x", "y", "kind", "value", "next", "children"])
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SCHEMAS)), _VALUES)
def test_our_check_agrees_with_a_real_validator(name: str, value: Any) -> None:
    schema = SCHEMAS[name]
    valid = jsonschema.Draft202012Validator(schema).is_valid(value)
    if "format" not in schema:
        assert conforms(value, schema) == valid


@pytest.mark.parametrize("pattern", ["a{2,4}", r"\d+\.\d*", "[^abc]", "(?:x|y)z?", r"\w\s\w", "^$"])
def test_patterns_are_matched(pattern: str) -> None:
    assert matching_text(pattern, Random(1)) is not None


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", "[", "(", "*"])
def test_a_pattern_beyond_us_is_admitted(pattern: str) -> None:
    assert matching_text(pattern, Random(1)) is None


@pytest.mark.parametrize(
    ("text", "name", "schema", "value"),
    [
        ("weather in Paris", "city", {"type": "string"}, "Paris"),
        ("weather in oslo", "city", {"type": "string"}, "Oslo"),
        ("trains from Basel to Bern", "destination", {"type": "string"}, "Basel"),
        ("show 7 results", "limit", {"type": "integer", "maximum": 10}, 7),
        ("show 70 results", "limit", {"type": "integer", "maximum": 10, "default": 5}, 5),
        ("in Fahrenheit please", "unit", {"enum": ["celsius", "fahrenheit"]}, "fahrenheit"),
        ("lane=canary", "lane", {"type": "string"}, "canary"),
        ("ready: false", "ready", {"type": "boolean"}, False),
        ("write to ada@example.org", "email", {"type": "string"}, "ada@example.org"),
        ('search for "red shoes"', "query", {"type": "string"}, "red shoes"),
        ("what is 2 + 3 * 4?", "expression", {"type": "string"}, "2 + 3 * 4"),
        ("tell Grace Hopper", "name", {"type": "string"}, "Grace Hopper"),
        ("on 2026-12-24", "date", {"type": "string", "format": "date"}, "2026-12-24"),
    ],
)
def test_values_come_from_the_conversation_when_they_fit(
    text: str, name: str, schema: dict[str, Any], value: Any
) -> None:
    form = {"type": "object", "properties": {name: schema}, "required": [name]}
    assert make_value(form, FactHints(Facts(text)), Random(1)) == {name: value}
