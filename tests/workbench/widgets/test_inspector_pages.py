"""Pages and trees of the inspector: everything is there, nothing is wider than its window."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.session.json_schema import faults
from workbench.widgets.inspector.json_changes import changes
from workbench.widgets.inspector.json_tree import tree
from workbench.widgets.inspector.page import Line, Page

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "days": {"type": "integer", "maximum": 7},
        "stops": {"items": {"properties": {"name": {"type": "string"}}}},
    },
    "required": ["city", "unit"],
}


def rows(page: Page, width: int) -> list[str]:
    return [page.row(index, width).plain for index in range(page.height(width))]


def test_a_tree_shows_each_fault_where_it_is_with_its_path() -> None:
    value = {"city": "Lisbon", "days": 9, "stops": [{"name": 4}]}
    assert rows(Page(tree(value, faults(value, SCHEMA))), 60) == [
        '  city   "Lisbon"',
        "  days   9",
        "         ✗ 9 is more than 7  $.days",
        "  stops  1 item",
        "    0  1 member",
        "      name  4",
        "            ✗ is an integer, not a string  $.stops[0].name",
        "  unit   —",
        "         ✗ is missing  $.unit",
    ]


def test_empty_and_plain_values_are_shown_as_they_are() -> None:
    value = {"a": [], "b": {}, "c": None, "d": True, "e": "x\ny", "f": 1.5}
    assert rows(Page(tree(value)), 40) == [
        "  a  []",
        "  b  {}",
        "  c  null",
        "  d  true",
        '  e  "x\\ny"',
        "  f  1.5",
    ]
    assert rows(Page(tree("text")), 40) == ['  "text"']


def test_what_would_command_a_terminal_is_made_visible() -> None:
    shown = "\n".join(rows(Page(tree({"\x1b]0;x\x07": "\u202egnp"})), 40))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_a_value_without_an_end_is_cut_and_says_so() -> None:
    deep: object = 1
    for _ in range(900):
        deep = [deep]
    assert "nested deeper" in rows(Page(tree(deep)), 400)[-1]
    many = rows(Page(tree(list(range(9_000)))), 40)
    assert len(many) < 1_600
    assert "more than can be shown" in many[-1]
    long = rows(Page(tree({"a": "x" * 50_000})), 80)
    assert "30,000 characters" in long[-1] + long[-2]


def test_further_rows_hang_and_words_stay_whole() -> None:
    line = Line((("a ", ""), ("line of several words", "")), hang=2, words=True)
    assert rows(Page([line]), 12) == ["a line of ", "  several ", "  words"]


def test_the_right_end_gives_way_to_the_text() -> None:
    line = Line((("name", ""),), right=("ok", ""))
    assert rows(Page([line]), 10) == ["name    ok"]
    assert rows(Page([line]), 7) == ["name"]


@pytest.mark.parametrize("words", [True, False])
@given(
    text=st.text(st.sampled_from("ab ĄŁ漢字👍\u0301 "), max_size=60),
    width=st.integers(4, 30),
    hang=st.integers(0, 2),
)
def test_no_row_is_wider_than_its_window_and_nothing_is_lost(
    words: bool, text: str, width: int, hang: int
) -> None:
    page = Page([Line(((text, ""),), hang=hang, words=words)])
    shown = rows(page, width)
    assert all(cell_len(row.rstrip()) <= width for row in shown)
    whole = "".join(row[hang if index else 0 :] for index, row in enumerate(shown))
    assert whole == text


def test_a_hundred_thousand_characters_are_laid_out_in_no_time() -> None:
    page = Page([Line(((json.dumps(["x" * 74] * 1_300), ""),), words=True)])
    assert page.height(47) > 2_000
    assert page.row(2_000, 47).cell_length <= 47


def test_changes_are_told_place_by_place() -> None:
    before = {"city": "Lisbon", "days": 1, "old": None, "stops": [1, 2]}
    after = {"city": "Porto", "days": 1, "stops": [1], "unit": True}
    assert rows(Page(list(changes(before, after))), 40) == [
        '  $.city  "Lisbon" → "Porto"',
        "  $.old  null removed",
        "  $.stops[1]  2 removed",
        "  $.unit  added true",
    ]
    assert list(changes(before, before)) == []


def test_many_changes_are_counted() -> None:
    assert rows(Page(list(changes({}, {str(n): n for n in range(50)}))), 40)[-1].endswith(
        "10 more places"
    )
