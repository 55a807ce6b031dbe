"""Escape and a key in one breath are the key with Alt."""

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from workbench.commands.everywhere import EVERYWHERE
from workbench.widgets.alt_keys import install_alt_keys


def typed(sequence: str) -> list[str]:
    install_alt_keys()
    return [event.key for event in XTermParser().feed(sequence) if isinstance(event, events.Key)]


def test_with_return_it_is_a_new_line_and_neither_stops_nor_sends() -> None:
    assert typed("\x1b\r") == ["alt+enter"]


@pytest.mark.parametrize("digit", [c.key[-1] for c in EVERYWHERE if c.action.startswith("go(")])
def test_with_the_digit_of_a_workspace_it_goes_there(digit: str) -> None:
    assert typed(f"\x1b{digit}") == [f"alt+{digit}"]
