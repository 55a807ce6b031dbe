"""Teaches the terminal's parser that escape and carriage return in one breath are Alt+Enter."""

from enum import StrEnum
from typing import Any

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class _MoreKeys(StrEnum):
    """Keys that the toolkit's table has no name for."""

    ALT_ENTER = "alt+enter"


def install_alt_enter() -> None:
    """Read ``ESC CR`` as one key; the toolkit reads Escape and Enter, which would stop and send.

    Terminals that speak the Kitty protocol tell the key apart by themselves.
    """
    # The table is typed with the toolkit's own enumeration; only `value` of a member is used.
    table: Any = ANSI_SEQUENCES_KEYS
    table["\x1b\r"] = (_MoreKeys.ALT_ENTER,)
