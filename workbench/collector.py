"""Keeps Python's collector of cyclic garbage away from start-up and out of frames.

A full collection looks at every object: with a screen loaded, longer than a frame may take.
"""

import gc
import sys
from typing import Final

_YOUNG: Final = 20_000
"""New objects between two collections; a frame makes some thousands, nearly all without cycles."""

_SWITCH: Final = 0.001
"""Seconds until a thread that waits gets its turn: those that write and read the terminal do."""


def hold() -> None:
    """Collect nothing for now: loading makes many objects and hardly any garbage."""
    gc.disable()


def let_go() -> None:
    """Collect from now on, but never again look at what is there already; only after `hold`."""
    if gc.isenabled():
        return
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 20)
    gc.enable()
    sys.setswitchinterval(_SWITCH)
