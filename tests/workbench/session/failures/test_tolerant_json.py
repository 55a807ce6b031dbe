"""What was meant as JSON, and every slip with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.session.tolerant_json import meant, position

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_json_is_read_as_it_is_without_a_slip(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
        found = meant(text)
        assert found.value == json.loads(text)
        assert found.slips == ()
        assert found.end == len(text)


@given(st.text(alphabet="{}[]:,'\"\\/#ab1.- \n\u201c", max_size=120))
def test_whatever_it_is_a_value_comes_of_it(text: str) -> None:
    found = meant(text)

    json.dumps(found.value)
    assert all(0 <= slip.at <= len(text) for slip in found.slips)


@given(JSON, st.integers(0, 200))
def test_a_text_that_was_cut_keeps_what_came_before(value: object, cut: int) -> None:
    text = json.dumps({"first": 1, "rest": value})
    found = meant(text[: 13 + cut])

    assert isinstance(found.value, dict)
    assert found.value["first"] == 1
    assert bool(found.slips) == (13 + cut < len(text))


@pytest.mark.parametrize(
    ("text", "value", "kind", "place", "path"),
    [
        ("{'a': 1}", {"a": 1}, "single quotes", (1, 2), "$"),
        ('{"a": True}', {"a": True}, "word", (1, 7), "$.a"),
        ('{"a": 1,\n}', {"a": 1}, "trailing comma", (1, 8), "$"),
        ('{"a": 1\n "b": 2}', {"a": 1, "b": 2}, "comma", (2, 2), "$"),
        ('{"a" 1}', {"a": 1}, "colon", (1, 6), "$.a"),
        ('{"a": [1, 2}', {"a": [1, 2]}, "bracket", (1, 12), "$.a"),
        ('{"a": {"b": 1', {"a": {"b": 1}}, "brace", (1, 14), "$.a"),
        ('{"a": "x', {"a": "x"}, "string", (1, 9), "$.a"),
        ("{a: 1}", {"a": 1}, "name", (1, 2), "$"),
        ('{"city": Lisbon}', {"city": "Lisbon"}, "word", (1, 10), "$.city"),
        ('{"a": 1_000}', {"a": 1000}, "number", (1, 7), "$.a"),
        ('{"a": 1 // one\n}', {"a": 1}, "comment", (1, 9), "$"),
        ('{"a": "two\nlines"}', {"a": "two\nlines"}, "control", (1, 11), "$.a"),
        ('{"a": "\\d"}', {"a": "d"}, "escape", (1, 8), "$.a"),
        ("\u201cx\u201d", "x", "quotes", (1, 1), "$"),
        ('{"a":}', {"a": None}, "value", (1, 6), "$.a"),
        ("", None, "nothing", (1, 1), "$"),
    ],
)
def test_a_slip_is_named_and_found(
    text: str, value: object, kind: str, place: tuple[int, int], path: str
) -> None:
    found = meant(text)
    slip = found.slips[0]

    assert found.value == value
    assert slip.kind == kind
    assert position(text, slip.at) == place
    assert slip.path == path


def test_every_value_has_its_place() -> None:
    text = '{"a": [1, {"b": 2}]}'
    places = meant(text).places

    assert {path: text[at] for path, at in places.items()} == {
        (): "{",
        ("a",): "[",
        ("a", 0): "1",
        ("a", 1): "{",
        ("a", 1, "b"): "2",
    }


def test_depth_and_number_of_slips_are_bounded() -> None:
    assert meant("[" * 100_000).slips[-1].kind == "depth"
    assert len(meant("[" + "'a' 'b' " * 5_000).slips) == 200
    assert meant('{"n": ' + "9" * 6_000 + "}").value is not None


def test_halves_of_a_pair_belong_together() -> None:
    assert meant('"\\ud83e\\udd99"').value == "🦙"
    assert meant('"\\ud83e!"').value == "\ufffd!"
