"""Finding words in a conversation."""

import pytest

from workbench.markdown.line import Line, Look
from workbench.widgets.transcript import AnswerEntry, UserEntry
from workbench.widgets.transcript.search import Search, marked, row_of_occurrence

TEXT = Look()


def answer(text: str) -> AnswerEntry:
    entry = AnswerEntry("m")
    entry.add_text(text)
    entry.finish()
    return entry


def entries(*texts: str) -> list[UserEntry]:
    found = [UserEntry(text) for text in texts]
    for index, entry in enumerate(found):
        entry.index = index
    return found


def test_every_occurrence_is_counted_in_upper_and_lower_case() -> None:
    assert Search("tree", entries("A tree, a Tree", "none", "TREEtree")).total == 4


def test_steps_go_through_all_occurrences_and_round_the_ends() -> None:
    search = Search("x", entries("x x", "", "x"))
    assert [search.step(1) for _ in range(4)] == [(0, 0), (0, 1), (2, 0), (0, 0)]
    assert search.step(-1) == (2, 0)


def test_a_search_begins_where_one_reads() -> None:
    texts = entries("x", "x", "x ---- x")
    search = Search("x", texts)
    search.begin(texts[2], 0.0)
    assert search.step(1) == (2, 0)
    search.begin(texts[2], 0.5)
    assert search.step(1) == (2, 1)


def test_nothing_found_leads_nowhere() -> None:
    search = Search("x", entries("a"))
    assert search.step(1) is None
    assert search.total == 0


def test_an_entry_that_grows_is_counted_again() -> None:
    grown = answer("x")
    grown.index = 0
    search = Search("x", [grown])
    assert not search.changed(grown)
    later = answer("x x")
    later.index = 1
    assert search.changed(later)
    assert search.total == 3
    search.drop_from(1)
    assert search.total == 1


def test_words_are_marked_in_a_line_across_its_spans_but_not_in_its_gutter() -> None:
    line = Line((("▏x", Look("gutter-answer")), ("a X", TEXT), ("x b", Look(bold=True))))
    spans = marked(line, "xx", current=False).spans
    assert [(text, look.role) for text, look in spans] == [
        ("▏x", "gutter-answer"),
        ("a ", "text"),
        ("X", "found"),
        ("x", "found"),
        (" b", "text"),
    ]
    assert marked(line, "zz", current=True) is line


def test_letters_that_change_their_size_in_lower_case_shift_nothing() -> None:
    line = Line((("İİ x", TEXT),))
    assert [t for t, look in marked(line, "x", current=True).spans if look.role != "text"] == ["x"]


@pytest.mark.parametrize("width", [12, 20, 60])
def test_the_row_of_an_occurrence_is_found_also_where_the_width_breaks_it(width: int) -> None:
    entry = answer("one two three four five six seven **two three** eight\n\n" * 3)
    for number in range(6):
        row = row_of_occurrence(entry, "two three", number, width)
        around = " ".join(entry.line(width, at).text for at in (row - 1, row))
        assert "three" in around
    rows = [row_of_occurrence(entry, "two three", number, width) for number in range(6)]
    assert rows == sorted(rows)


def test_an_occurrence_that_is_not_shown_has_a_row_in_proportion() -> None:
    entry = answer("word " * 500 + "\n\n[a](https://e.org) **b** c **d**\n")
    assert row_of_occurrence(entry, "** c **", 0, 40) > entry.height(40) // 2
