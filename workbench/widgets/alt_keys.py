"""Teaches the terminal's parser what Escape and a key in one breath are: the key with Alt."""

from enum import StrEnum
from typing import Any, Final

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS


class _MoreKeys(StrEnum):
    """Keys that the toolkit's table has no name for."""

    ALT_ENTER = "alt+enter"
    ALT_1 = "alt+1"
    ALT_2 = "alt+2"
    ALT_3 = "alt+3"
    ALT_4 = "alt+4"


_SEQUENCES: Final = {
    "\x1b\r": _MoreKeys.ALT_ENTER,
    "\x1b1": _MoreKeys.ALT_1,
    "\x1b2": _MoreKeys.ALT_2,
    "\x1b3": _MoreKeys.ALT_3,
    "\x1b4": _MoreKeys.ALT_4,
}


def install_alt_keys() -> None:
    """Read ``ESC CR`` and ``ESC 1`` as one key each.

    The toolkit reads the first as Escape and Enter, which would stop and send, and the second as
    the sign that some keyboards have there. Terminals that speak the Kitty protocol tell such
    keys apart by themselves.
    """
    # The table is typed with the toolkit's own enumeration; only `value` of a member is used.
    table: Any = ANSI_SEQUENCES_KEYS
    table.update({sequence: (key,) for sequence, key in _SEQUENCES.items()})
