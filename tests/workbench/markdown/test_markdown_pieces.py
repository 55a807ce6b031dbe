"""The parts of the layout, one by one: heights, wrapping, inline marks, code, tables, copying."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.markdown import Document, Line, Look, highlight
from workbench.markdown.heights import Heights
from workbench.markdown.inline import inline, mended, safe_url
from workbench.markdown.line import copied
from workbench.markdown.source import code_blocks
from workbench.markdown.wrap import wrap


def lines_of(text: str, width: int, *, close: bool = True) -> list[Line]:
    document = Document()
    document.feed(text)
    if close:
        document.close()
    else:
        document.settle()
    document.lay(width, 0, 1_000_000)
    return [document.line(width, row) for row in range(document.height(width))]


def shown(text: str, width: int = 40, *, close: bool = True) -> list[str]:
    return [line.text.rstrip() for line in lines_of(text, width, close=close)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["append", "set", "cut"]), st.integers(0, 50), st.integers(0, 9)),
        max_size=60,
    )
)
def test_heights_are_sums_of_a_list(steps: list[tuple[str, int, int]]) -> None:
    plain: list[int] = []
    heights = Heights()
    for step, place, height in steps:
        if step == "append":
            plain.append(height)
            heights.append(height)
        elif plain and step == "set":
            plain[place % len(plain)] = height
            heights[place % len(plain)] = height
        elif plain:
            del plain[place % len(plain) :]
            heights.truncate(len(plain))
    assert heights.total == sum(plain)
    assert [heights.above(index) for index in range(len(plain) + 1)] == [
        sum(plain[:index]) for index in range(len(plain) + 1)
    ]
    for row in range(sum(plain)):
        index, inner = heights.find(row)
        assert sum(plain[:index]) + inner == row
        assert inner < plain[index]


@given(st.text(st.sampled_from("ab 漢字。「」👩🚀\u200de\u0301 "), max_size=80), st.integers(2, 20))
def test_wrapped_lines_fit_and_lose_only_spaces(text: str, width: int) -> None:
    lines = wrap([(text, Look())], width)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert cell_len(line.text) <= width or len(line.text.strip()) <= 7  # one joined emoji


def test_words_wrap_at_spaces_and_wide_characters_anywhere_but_before_a_full_stop() -> None:
    assert [line.text for line in wrap([("one two three", Look())], 8)] == ["one two", "three"]
    assert [line.text for line in wrap([("漢字漢字。漢", Look())], 8)] == ["漢字漢", "字。漢"]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("a **b** `c`", ["text", "text", "text", "code"]),
        ("[t](https://e.org)", ["link", "url"]),
        ("see https://e.org/a.", ["text", "link", "text"]),
        ("[t](smb://e)", ["text", "muted"]),
        ("[t](javascript:alert(1))", ["text"]),
        ("<https://e.org>", ["link"]),
    ],
)
def test_inline_marks_become_looks(text: str, roles: list[str]) -> None:
    spans = [(said, look) for said, look in inline(text, Look())[0] if said]
    found = [("muted" if look.role == "url" and not look.url else look.role) for _, look in spans]
    assert found == roles


def test_the_real_target_of_a_link_is_shown() -> None:
    (line,) = lines_of("[paypal.com](https://pаypal.com/x)", 80)  # noqa: RUF001 - a homograph
    assert line.text == "paypal.com (https://xn--pypal-4ve.com/x)"


@pytest.mark.parametrize(
    "url", ["smb://h/s", "vscode://x", "file:///etc", "https://", "http:x", ""]
)
def test_only_the_web_is_a_link(url: str) -> None:
    assert not safe_url(url)


def test_an_image_is_its_words_and_its_address() -> None:
    assert shown("![a cat](http://169.254.169.254/c.png)", 80) == [
        "▨ a cat (http://169.254.169.254/c.png)"
    ]


@pytest.mark.parametrize(
    ("unfinished", "seen"),
    [
        ("some **bold te", "some bold te"),
        ("some `code", "some code"),
        ("some ~~stru", "some stru"),
        ("2 ** 3", "2 ** 3"),
        ("`a` and **b** c", "a and b c"),
        ("a ** b **c", "a ** b **c"),
    ],
)
def test_an_unfinished_line_does_not_show_its_marks(unfinished: str, seen: str) -> None:
    assert shown(unfinished, close=False) == [seen]


def test_mending_leaves_a_finished_text_alone() -> None:
    assert mended("a **b** `c` ~~d~~") == "a **b** `c` ~~d~~"


def test_an_open_fence_shows_its_lines_before_it_is_closed() -> None:
    assert shown("```py\nx = 1\ny =", close=False) == [" py", " x = 1", " y ="]


def test_code_is_coloured_in_context_once_it_is_closed() -> None:
    text = '```python\n"""a\ndef b\n"""\n```'
    streamed = Document()
    streamed.feed(text[:-4])
    streamed.settle()
    streamed.lay(40, 0, 99)
    before = streamed.line(40, 2).spans
    after = lines_of(text, 40)[2].spans
    assert "syntax-keyword" in {look.role for _, look in before}
    assert {look.role for _, look in after} == {"space", "syntax-string"}


def test_long_code_lines_are_cut_and_copied_whole() -> None:
    lines = lines_of("```\nabcdefghij klm\n```", 10)
    assert [line.text for line in lines[1:-1]] == [" abcdefgh", " ij klm"]
    assert [line.join for line in lines[1:-1]] == ["line", "none"]


def test_a_table_has_thin_lines_and_aligned_columns() -> None:
    assert shown("| a | bb | c |\n|---|:-:|--:|\n| one | x | 2 |\n", 40) == [
        "┌─────┬────┬───┐",
        "│ a   │ bb │ c │",
        "├─────┼────┼───┤",
        "│ one │ x  │ 2 │",
        "└─────┴────┴───┘",
    ]


def test_a_table_shrinks_to_the_width_and_loses_nothing() -> None:
    text = "| name | meaning |\n|---|---|\n| x | quite a long text in this cell | extra |\n"
    lines = lines_of(text, 24)
    assert all(cell_len(line.text) <= 24 for line in lines)
    words = " ".join(" ".join(line.text for line in lines).replace("│", " ").split())
    assert "quite a long" in words
    assert "extra" in words


def test_a_table_too_wide_for_the_screen_is_shown_cell_by_cell() -> None:
    text = "|a|b|c|d|e|\n|-|-|-|-|-|\n|one|two|three|four|five|\n"
    assert [line for line in shown(text, 12) if "─" not in line][-5:] == [
        "one", "two", "three", "four", "five",
    ]  # fmt: skip


def test_lists_hang_and_number_on() -> None:
    assert shown("3. long words here\n4. b\n   - c\n\n     d\n- [x] e", 12) == [
        "3. long", "   words", "   here", "4. b", "   ◦ c", "", "     d", "", "☑ e",
    ]  # fmt: skip


def test_copying_leaves_decoration_out() -> None:
    bullet, task, row = (
        lines_of("- one", 40)[0],
        lines_of("- [x] two", 40)[0],
        lines_of("|a|b|\n|-|-|\n|c|d|", 40)[3],
    )
    assert copied(bullet) == "- one"
    assert copied(task) == "[x] two"
    assert copied(row) == "c\td"
    assert copied(lines_of("> quoted", 40)[0]) == "quoted"


def test_code_blocks_are_taken_out_as_they_came() -> None:
    text = "a\n\n```py\n\tx\x1b\n\n```\n- b\n  ```\n  y\n  ```\n\nb\n\n    indented\n"
    assert code_blocks(text) == ("\tx\x1b\n", "y", "indented")
    assert code_blocks("```\nopen") == ("open",)


def test_a_very_long_line_is_laid_out_in_bounded_pieces() -> None:
    document = Document()
    for _ in range(2000):
        document.feed("word " * 20)
    document.settle()
    assert len(document.flows) > 50
    document.close()
    document.lay(80, 0, 10_000)
    text = " ".join(document.line(80, row).text.strip() for row in range(document.height(80)))
    assert text.split() == ["word"] * 40_000


def test_code_that_is_written_to_stall_its_lexer_is_shown_plain() -> None:
    began = time.thread_time()
    text = "```java\n" + "\n" * 23_000 + "```\n\n```js\n" + "/*\n" * 7_000 + "```"
    lines = lines_of(text, 40)
    assert sum(line.text.strip() == "/*" for line in lines) == 7_000
    assert time.thread_time() - began < 3


def test_a_lexer_that_fails_costs_the_colours_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken:
        def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, str, str]]:
            yield 0, "Token.Text", text[:2]
            raise RecursionError

    monkeypatch.setattr(highlight, "lexer", lambda _: Broken())
    assert shown("```broken\nsome code\n```")[1] == " some code"
