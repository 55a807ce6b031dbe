"""The signals that ask a program to end, as a call that lets it end tidily."""

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_SIGNALS: Final = () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP)
_PATIENCE: Final = 5
"""Seconds to end in; then the system ends the program."""


@contextmanager
def asked_to_end(leave: Callable[[int], object]) -> Iterator[None]:
    """While this lasts, the first SIGTERM or SIGHUP calls ``leave`` with the exit code to end with.

    The second one ends the program as ever, and so does taking too long. Needs a running loop in
    the main thread.
    """
    loop = asyncio.get_running_loop()

    def stop_listening() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    def asked(number: int) -> None:
        stop_listening()
        signal.alarm(_PATIENCE)
        leave(128 + number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, asked, number)
    try:
        yield
    finally:
        stop_listening()
