"""Models to choose from."""

import pytest

from client import Model, Pricing
from workbench.screens.model_rows import details, heading, matches, name_width, row

BIG = Model(
    id="openai/gpt-oss-120b",
    context_window=131072,
    max_completion_tokens=65536,
    supported_features=("tools", "reasoning"),
    input_modalities=("text", "image"),
    pricing=Pricing(prompt="0.00000015", completion="0.0000006"),
)
SMALL = Model(id="openai/gpt-oss-20b", context_window=131072)
BARE = Model(id="allam-2-7b")


def test_typing_finds_letters_in_order_the_best_first() -> None:
    found = [match.model.id for match in matches((BARE, BIG, SMALL), "gpt20b")]
    assert found[0] == "openai/gpt-oss-20b"
    assert "allam-2-7b" not in found


def test_typing_nothing_lists_all_as_they_are() -> None:
    assert [match.model for match in matches((BARE, BIG), " ")] == [BARE, BIG]


@pytest.mark.parametrize("width", range(21, 110))
def test_a_number_in_a_row_is_whole_or_not_there(width: int) -> None:
    found = matches((BARE, BIG, SMALL), "")
    name = name_width(found)
    line = row(found[1], current="", speeds={BIG.id: 1003.4}, name=name, width=width).plain
    assert len(line) <= width
    rest = line[name + 2 :].split()
    whole = ["131k", "$0.15", "$0.60", "1,003", "tools", "reasoning", "vision"]
    assert [part for part in rest if "…" not in part] == whole[: len(rest) - ("…" in line)]
    assert len(heading(name, width).plain) <= max(width, name + 2)


def test_what_the_service_does_not_say_is_a_dash() -> None:
    match = matches((BARE,), "")[0]
    assert row(match, current="", speeds={}, name=10, width=100).plain.split()[1:] == ["—"] * 5
    assert details(BARE, {}).plain.strip() == ""


def test_details_say_all_that_is_known() -> None:
    said = details(BIG, {BIG.id: 1003.4}).plain
    assert "context 131,072 · answers up to 65,536 tokens · 1,003 tok/s here" in said
    assert "tools reasoning vision · $0.15 in, $0.60 out per 1M" in said


def test_an_id_that_looks_like_markup_or_hides_something_is_shown_as_it_is() -> None:
    match = matches((Model(id="[/foo]\x1b]52;x"),), "")[0]
    line = row(match, current="", speeds={}, name=30, width=100).plain
    assert "[/foo]␛]52;x" in line
