"""Untrusted text cannot command, hide from or reorder a terminal, however it is cut."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile import FORBIDDEN, PAYLOADS
from workbench.neutralise import (
    INVISIBLE,
    MAX_COMBINING_MARKS,
    Neutraliser,
    neutralise,
    neutralise_line,
    write_out,
)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_no_payload_gets_through_at_any_cut(payload: str) -> None:
    whole = neutralise(payload)
    assert not FORBIDDEN.search(whole)
    places = range(len(payload) + 1) if len(payload) < 100 else (1, 7, 8, 9, 10, 2500)
    for place in places:
        neutraliser = Neutraliser()
        assert neutraliser.feed(payload[:place]) + neutraliser.feed(payload[place:]) == whole


@given(
    st.text(st.characters(codec=None) | st.sampled_from("\r\n\u0301\u200d👩🚀\x1b"), max_size=60)
)
def test_any_text_is_safe_one_character_at_a_time(text: str) -> None:
    neutraliser = Neutraliser()
    one_by_one = "".join(neutraliser.feed(char) for char in text)
    assert one_by_one == neutralise(text)
    assert not FORBIDDEN.search(one_by_one)
    format_characters = {c for c in one_by_one if unicodedata.category(c) in ("Cc", "Cf", "Cs")}
    assert format_characters <= {"\n", "\t", "\u200d"}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_json_to_be_edited_hides_nothing_and_loses_nothing(payload: str) -> None:
    document = json.dumps({"a": [payload, "ç 漢 👩🚀"]}, ensure_ascii=False, indent=2)
    shown = write_out(document)
    assert not FORBIDDEN.search(shown)
    assert json.loads(shown) == json.loads(document)
    assert "ç 漢" in shown


@given(st.text(max_size=60))
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert neutralise(neutralise(text)) == neutralise(text)


def test_controls_become_visible() -> None:
    assert neutralise("\x1b[31m\x00\x7f") == "␛[31m␀␡"
    assert neutralise("\x9b31m") == "\ufffd31m"
    assert neutralise("a\u202eb") == "a␦b"
    assert neutralise("a\u200bb") == "a␣b"


def test_line_ends_become_line_feeds() -> None:
    assert neutralise("a\r\nb\rc\n\rd") == "a\nb\nc\n\nd"


def test_a_line_end_cut_in_two_is_one() -> None:
    neutraliser = Neutraliser()
    assert [neutraliser.feed(part) for part in ("a\r", "\n", "\nb")] == ["a\n", "", "\nb"]


@pytest.mark.parametrize(
    "text", ["plain", "tab\there", "漢字かな", "e\u0301", "👩‍🚀👍🏽", "❤️", "Ωμέγα"]
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert neutralise(text) == text


def test_marks_beyond_the_limit_are_one_mark() -> None:
    assert neutralise("a" + "\u0301" * 5000) == "a" + "\u0301" * MAX_COMBINING_MARKS + "␦"


def test_a_one_line_text_stays_on_one_line() -> None:
    assert neutralise_line("a\nb\r\n\tc\x1b") == "a b c␛"


@pytest.mark.parametrize(
    "word", ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200c\u0937"]
)
def test_a_non_joiner_stays_where_a_script_is_written_with_it(word: str) -> None:
    assert neutralise(word) == word
    pieces = Neutraliser()
    assert "".join(pieces.feed(char) for char in word) == word


@pytest.mark.parametrize("text", ["a\u200cb", "\u200cb", "\u0645\u200c\u200c", "\u0645a\u200c"])
def test_a_non_joiner_anywhere_else_is_shown(text: str) -> None:
    assert INVISIBLE in neutralise(text)
