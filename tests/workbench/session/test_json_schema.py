"""What is wrong with a value, and where exactly."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from workbench.session.json_schema import faults, resolve, same

WEATHER = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 2},
        "days": {"type": "integer", "minimum": 0, "maximum": 7},
        "unit": {"enum": ["celsius", "fahrenheit"]},
        "stops": {"type": "array", "items": {"$ref": "#/$defs/stop"}},
        "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    },
    "required": ["city", "unit"],
    "additionalProperties": False,
    "$defs": {"stop": {"type": "object", "properties": {"name": {"type": "string"}}}},
}


def told(value: object, schema: object = WEATHER) -> list[str]:
    return [f"{fault.path} {fault.message}" for fault in faults(value, schema)]


def test_a_fitting_value_has_no_fault() -> None:
    fitting = {"city": "Lisbon", "unit": "celsius", "days": 3, "until": None, "stops": [{}]}
    assert told(fitting) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"unit": "celsius"}, ["$.city is missing"]),
        (
            {"city": "Lisbon", "unit": "kelvin"},
            ['$.unit "kelvin" is not one of "celsius", "fahrenheit"'],
        ),
        (
            {"city": "Lisbon", "unit": "celsius", "days": "3"},
            ["$.days is a string, not an integer"],
        ),
        ({"city": "Lisbon", "unit": "celsius", "days": 9}, ["$.days 9 is more than 7"]),
        ({"city": "Lisbon", "unit": "celsius", "day": 1}, ["$.day is not in the schema"]),
        (
            {"city": "Lisbon", "unit": "celsius", "stops": [{"name": "Faro"}, {"name": 4}]},
            ["$.stops[1].name is an integer, not a string"],
        ),
        (
            {"city": "Lisbon", "unit": "celsius", "until": "tomorrow"},
            ['$.until "tomorrow" is not a date'],
        ),
        ({"city": "L", "unit": "celsius"}, ["$.city has 1 characters, at least 2 are wanted"]),
        ([], ["$ is an array, not an object"]),
    ],
)
def test_a_fault_is_told_with_its_exact_path(value: object, expected: list[str]) -> None:
    assert told(value) == expected


def test_every_fault_is_told_and_says_where_its_rule_stands() -> None:
    found = faults({"days": -1, "unit": "celsius"}, WEATHER)
    assert [(fault.path, fault.rule) for fault in found] == [
        ("$.city", "required"),
        ("$.days", "minimum"),
    ]
    assert found[1].schema_at == ("properties", "days", "minimum")


def test_true_is_no_number_and_one_point_nought_is_an_integer() -> None:
    assert told(True, {"type": "integer"}) == ["$ is a boolean, not an integer"]
    assert told(1.0, {"type": "integer"}) == []
    assert not same([True], [1])


def test_of_several_alternatives_the_one_that_was_meant_is_judged() -> None:
    schema = {
        "anyOf": [
            {"type": "object", "required": ["a", "b"]},
            {"type": "object", "properties": {"c": {"type": "integer"}}},
            {"type": "string"},
        ]
    }
    assert told({"c": "x"}, schema) == ["$.c is a string, not an integer"]
    assert told(4, schema)[0].startswith("$ fits none of 3 alternatives")


def test_names_that_are_no_words_are_quoted_in_a_path() -> None:
    schema = {"additionalProperties": {"type": "null"}}
    assert told({"a b": 1, 'c"d': 2}, schema) == [
        '$["a b"] is an integer, not null',
        '$["c\\"d"] is an integer, not null',
    ]


def test_a_reference_is_followed_and_one_to_nowhere_asks_for_nothing() -> None:
    assert resolve("#/$defs/stop/type", WEATHER) == "object"
    assert resolve("#/$defs/none", WEATHER) is None
    assert told(4, {"$ref": "#/nowhere"}) == []
    assert told(4, {"$ref": "https://example.org/schema"}) == []


def test_a_schema_that_refers_to_itself_ends() -> None:
    begun = time.monotonic()
    faults(4, {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"$ref": "#"}]})
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "schema",
    [
        *(True, None, 7, "x", [], {"type": 4}, {"required": "city"}, {"pattern": "("}),
        *({"minimum": "2"}, {"properties": []}, {"items": 4}, {"multipleOf": 0}, {"anyOf": []}),
        {"enum": 3},
    ],
)
def test_a_schema_that_makes_no_sense_is_no_accident(schema: object) -> None:
    for value in (None, 4, "text", [1], {"city": 1}):
        faults(value, schema)


def test_a_hundred_faults_are_enough() -> None:
    assert len(faults(list(range(500)), {"items": {"type": "string"}})) == 100


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "ab", "2026-11-23"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
SCHEMAS = st.recursive(
    st.sampled_from(
        [
            True,
            False,
            {},
            {"type": "integer", "minimum": 2},
            {"type": ["string", "null"]},
            {"type": "string", "pattern": "^a", "maxLength": 1},
            {"enum": [1, "a", None]},
            {"const": True},
            {"type": "array", "minItems": 1, "uniqueItems": True},
            {"type": "number", "multipleOf": 3, "exclusiveMaximum": 6},
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).flatmap(
            lambda parts: st.sampled_from(
                [{"anyOf": parts}, {"allOf": parts}, {"oneOf": parts}, {"prefixItems": parts}]
            )
        ),
        inner.map(lambda part: {"items": part}),
        inner.map(lambda part: {"not": part}),
        inner.map(lambda part: {"contains": part}),
        inner.map(lambda part: {"propertyNames": part, "minProperties": 1}),
        inner.map(lambda part: {"type": "object", "properties": {"a": part}, "required": ["b"]}),
        inner.map(lambda part: {"properties": {"a": {}}, "additionalProperties": part}),
        inner.map(lambda part: {"patternProperties": {"^[ab]": part}, "maxProperties": 2}),
        st.tuples(inner, inner).map(lambda two: {"if": two[0], "then": two[1], "else": False}),
    ),
    max_leaves=5,
)


@given(JSON_VALUES, SCHEMAS)
def test_it_agrees_with_a_validator_nobody_here_wrote(value: object, schema: object) -> None:
    assert (not faults(value, schema)) == Draft202012Validator(schema).is_valid(value)
