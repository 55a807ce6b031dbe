"""However a text is cut, and whatever was shown on the way, the finished layout is the same."""

import re
import unicodedata
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.markdown import Document, Line
from workbench.neutralise import Neutraliser, neutralise

PIECES = [
    "# Head", "## Two ##", "a", "word ", "two words", "\n", "\n\n", "\n", " ", "    ", "\t", "- ",
    "* ", "1. ", "2) ", "10. ", "> ", "```", "```py\n", "~~~", "---", "===", "***", "| a | b |",
    "|---|:-:|", "| x | y |\n", "\\|", "**", "*", "_", "`", "~~", "[x](https://e.org)",
    "[x](smb://e)", "![i](u)", "https://e.org/a", "[ ] ", "[x] ", "漢字", "。", "👩‍🚀", "e\u0301",
    "\r", "\r\n", "\x1b[31m", "<br>", "&amp;", "x = 1  # c\n", "def f():\n", "'''", "0", "\\",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=40).map("".join)


def lay(document: Document, width: int) -> list[Line]:
    document.lay(width, 0, 1_000_000)
    return [document.line(width, row) for row in range(document.height(width))]


def at_once(text: str, width: int) -> list[Line]:
    document = Document()
    document.feed(neutralise(text))
    document.close()
    return lay(document, width)


@given(
    text=texts,
    cuts=st.lists(st.integers(0, 400), max_size=12),
    width=st.integers(1, 100),
    looks=st.lists(st.integers(1, 60), max_size=4),
)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(text="a\n|a|\n|-|\n|b|", cuts=[1, 2, 3, 4, 5, 6, 7, 8, 9], width=20, looks=[20])
@example(text="- [x] a\n- b", cuts=[1, 2, 3, 4, 5, 6, 7, 8, 9], width=20, looks=[20])
def test_streaming_ends_where_parsing_at_once_ends(
    text: str, cuts: list[int], width: int, looks: list[int]
) -> None:
    document = Document()
    neutraliser = Neutraliser()
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    for start, stop in pairwise(places):
        document.feed(neutraliser.feed(text[start:stop]))
        document.settle()
        for look in (*looks, width):
            lay(document, look)
            document.release(look, 3, 5)
    document.close()
    assert lay(document, width) == at_once(text, width)


@given(text=texts, width=st.integers(1, 100))
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_letter_and_no_digit_is_lost(text: str, width: int) -> None:
    # entities and percent-escapes are decoded, a break in a cell is a new line, [x] a ticked box
    said = re.sub(r"&\w*;?|%|<br>", " ", neutralise(text)).replace("[X]", "[x]")
    wanted = _letters(said)
    shown = _letters("".join(line.text for line in at_once(said, width)).replace("☑", "x"))
    rest = iter(shown)
    missing = [char for char in wanted if char not in rest]
    assert not missing


def _letters(text: str) -> list[str]:
    return [char for char in text if char.isalpha() and unicodedata.category(char) != "Lm"]


@given(text=texts, width=st.integers(30, 100))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_line_is_wider_than_asked_for(text: str, width: int) -> None:
    shallow = text.replace("> ", "").replace("- ", "").replace("* ", "")
    for line in at_once(re.sub(r"\d+[.)]|[>+*-]", "", shallow), width):
        assert cell_len(line.text) <= width


@given(text=texts, window=st.tuples(st.integers(0, 30), st.integers(0, 30)))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_forgotten_comes_back_as_it_was(text: str, window: tuple[int, int]) -> None:
    document = Document()
    document.feed(neutralise(text))
    document.close()
    before = lay(document, 40)
    document.release(40, *window)
    assert document.height(40) == len(before)
    assert [document.line(40, row) for row in range(len(before))] == before
    assert lay(document, 40) == before


@given(text=texts)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_was_laid_out_at_another_width_leaves_no_trace(text: str) -> None:
    document = Document()
    document.feed(neutralise(text))
    document.close()
    lay(document, 33)
    lay(document, 7)
    assert lay(document, 50) == at_once(text, 50)
