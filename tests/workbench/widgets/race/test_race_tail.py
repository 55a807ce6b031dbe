"""The end of a text that grows."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.widgets.race.tail import Tail, TailLine

TEXT = (
    "A merge sort splits the list, sorts both halves and merges them.\n\n"
    "def merge(a, b):\n\treturn sorted(a + b)\n"
)


def texts(tail: Tail, width: int, count: int = 99) -> list[str]:
    return [line.text.rstrip() for line in tail.lines(width, count)]


def fed(*pieces: str, width: int = 20) -> Tail:
    tail = Tail()
    tail.lines(width, 1)
    for piece in pieces:
        tail.add(piece, "answer")
    return tail


def test_text_is_wrapped_at_words_and_keeps_its_lines() -> None:
    assert texts(fed(TEXT), 20) == [
        "A merge sort splits",
        "the list, sorts both",
        "halves and merges",
        "them.",
        "",
        "def merge(a, b):",
        "    return sorted(a",
        "+ b)",
    ]


@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=40), width=st.integers(4, 40))
@settings(max_examples=200, deadline=None)
def test_however_it_is_cut_the_lines_are_the_same(cuts: list[int], width: int) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[a:b] for a, b in itertools.pairwise(places)]

    assert texts(fed(*pieces, width=width), width) == texts(fed(TEXT, width=width), width)


def test_a_space_at_the_edge_still_parts_two_words() -> None:
    assert texts(fed("12345", " ", "67", width=6), 6) == ["12345", "67"]


def test_another_width_wraps_anew() -> None:
    tail = fed(TEXT)

    assert texts(tail, 12)[:3] == ["A merge sort", "splits the", "list, sorts"]


def test_only_the_last_lines_are_given() -> None:
    assert texts(fed("one\ntwo\nthree\nfour"), 20, 2) == ["three", "four"]
    assert fed("one").lines(20, 0) == []


def test_reasoning_and_answer_are_told_apart_and_never_share_a_line() -> None:
    tail = fed()
    tail.add("hm, so", "reasoning")
    tail.add("Yes.", "answer")

    assert tail.lines(20, 9) == [TailLine("hm, so", "reasoning"), TailLine("Yes.", "answer")]


def test_a_problem_shows_from_its_beginning() -> None:
    tail = fed("said\n" * 10)
    tail.add("\n✗ Rate limit reached\na\nb\nc\nd", "problem")

    assert texts(tail, 20, 3) == ["✗ Rate limit reached", "a", "b"]
    assert texts(tail, 20, 7) == ["said", "", "✗ Rate limit reached", "a", "b", "c", "d"]


def test_control_characters_and_reversed_text_are_made_visible() -> None:
    (line,) = fed("\x1b[31mred \u202eright").lines(40, 9)

    assert "\x1b" not in line.text
    assert "\u202e" not in line.text
    assert "red" in line.text


def test_wide_characters_take_two_cells() -> None:
    assert texts(fed("日本語日本語日本語"), 6) == ["日本語", "日本語", "日本語"]


@pytest.mark.parametrize("width", [1, 2, 10])
def test_it_fits_any_width(width: int) -> None:
    assert "".join(texts(fed("word " * 5, width=width), width)).replace(" ", "") == "word" * 5


def test_memory_is_bounded_whatever_comes() -> None:
    tail = fed()
    for _ in range(5_000):
        tail.add("a word and another one\n", "answer")

    assert tail._size <= 24_000
    assert len(tail._lines) == 120


def test_another_answer_begins_with_nothing() -> None:
    tail = fed(TEXT)
    tail.clear()

    assert tail.empty
    assert tail.lines(20, 9) == []
