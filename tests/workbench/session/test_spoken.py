"""An answer as it is read aloud."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.session.spoken import parts, plain


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Plain words.", "Plain words."),
        (
            "# A title\n\nThen **bold** and *slanted* and `code`.",
            "A title\nThen bold and slanted and code.",
        ),
        ("- one\n- two\n3. three", "one\ntwo\nthree"),
        ("> quoted", "quoted"),
        ("See [the docs](https://x.example/a_b).", "See the docs."),
        ("See [it](https://x.example/A_(b)) and [that](c).", "See it and that."),
        ("Before\n```python\nprint(1)\n```\nafter", "Before\nA block of code.\nafter"),
        ("~~~\nnever closed", "A block of code."),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n1, 2"),
        ("above\n\n---\n\nbelow", "above\nbelow"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
        ("", ""),
    ],
)
def test_markup_is_not_read_aloud(markdown: str, said: str) -> None:
    assert plain(markdown) == said


def test_short_sentences_share_a_part_and_none_is_torn() -> None:
    text = "One two three. Four five six! Seven eight nine? Ten."

    assert parts(text, 32) == ("One two three. Four five six!", "Seven eight nine? Ten.")


def test_a_long_sentence_is_cut_at_a_comma_else_between_words() -> None:
    assert parts("The first of them, and the second of them", 30) == (
        "The first of them,",
        "and the second of them",
    )
    assert parts("aaaa bbbb cccc", 10) == ("aaaa bbbb", "cccc")
    assert parts("a" * 25, 10) == ("a" * 10, "a" * 10, "a" * 5)


def test_what_has_no_words_is_not_spoken() -> None:
    assert parts("... --- !!!", 200) == ()


@given(text=st.text(max_size=400), limit=st.integers(min_value=1, max_value=200))
def test_parts_fit_and_keep_every_letter(text: str, limit: int) -> None:
    made = parts(text, limit)

    assert all(0 < len(part) <= limit for part in made)
    assert letters("".join(made)) == letters(text)


@example(text="-|a")
@example(text="|-|:-:|\n|a|b|")
@given(text=st.text(alphabet="*_`#>|-[]() \nab1.", max_size=300))
def test_any_markup_is_made_plain_without_losing_letters(text: str) -> None:
    if "```" not in text and "](" not in text:
        digits_of_lists_go = {"1"}
        kept = [letter for letter in letters(text) if letter not in digits_of_lists_go]
        assert [one for one in letters(plain(text)) if one not in digits_of_lists_go] == kept


@pytest.mark.parametrize("markup", ["[", "__a ", "*", "`", "[a](", "- ", "|-", "```\n", "\n "])
def test_a_text_of_nothing_but_markup_takes_no_longer_than_others(markup: str) -> None:
    began = time.process_time()

    parts(plain(markup * 20_000), 200)

    assert time.process_time() - began < 2


def letters(text: str) -> list[str]:
    return [character for character in text if character.isalnum()]
