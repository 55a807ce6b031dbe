"""Whatever widget made a strip, no control character leaves it for the terminal."""

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tests.hostile import FORBIDDEN, PAYLOADS
from workbench.strip_guard import install_strip_guard


@pytest.fixture(autouse=True)
def guarded() -> None:
    install_strip_guard()


def rendered(text: str, style: Style | None = None) -> str:
    console = Console(color_system="truecolor", force_terminal=True)
    return Strip([Segment(text, style)]).render(console)


def test_textual_still_draws_with_strip_render() -> None:
    assert getattr(Strip.render, "_strip_guard", False)
    assert rendered("plain") == "plain"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_in_a_segment_commands_hides_or_reorders(payload: str) -> None:
    drawn = rendered(payload)
    assert not FORBIDDEN.search(drawn)
    assert "\n" not in drawn


def test_what_took_room_takes_as_much() -> None:
    for text in ("a\u3164b", "a\u2800b", "a\u200bb", "a\x1bb", "a\u00adb"):
        assert cell_len(rendered(text)) == cell_len(text)


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
