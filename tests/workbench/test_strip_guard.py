"""Whatever widget made a strip, no control character leaves it for the terminal."""

import re

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from workbench.strip_guard import install_strip_guard

UNSAFE = re.compile(r"[\x00-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def guarded() -> None:
    install_strip_guard()


def rendered(text: str, style: Style | None = None) -> str:
    console = Console(color_system="truecolor", force_terminal=True)
    return Strip([Segment(text, style)]).render(console)


def test_textual_still_draws_with_strip_render() -> None:
    assert getattr(Strip.render, "_strip_guard", False)
    assert rendered("plain") == "plain"


@pytest.mark.parametrize(
    "text", ["\x1b]52;c;eA==\x07", "\x1b[2J", "\x9b31m", "a\x00\x0e\x7f\r\n", "\u202e", "\udc00"]
)
def test_controls_in_a_segment_are_deleted(text: str) -> None:
    drawn = rendered(text)
    assert not UNSAFE.search(drawn)
    assert "\x1b" not in drawn


def test_the_colours_of_a_segment_stay() -> None:
    assert rendered("a\x1bb", Style(bold=True)) == "\x1b[1mab\x1b[0m"


def test_a_link_cannot_break_out_of_its_sequence() -> None:
    drawn = rendered("x", Style(link="https://e.org/\x1b\\\x1b]52;c;eA==\x07"))
    assert drawn.count("\x1b]") == 2
    assert "\x07" not in drawn
    assert "https://e.org/" in drawn


def test_installing_twice_wraps_once() -> None:
    render = Strip.render
    install_strip_guard()
    assert Strip.render is render
