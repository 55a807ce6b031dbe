"""A terminal driver that waits for keys without waking up in between: idle costs nothing."""

import os
import select
import threading
from codecs import getincrementaldecoder
from time import monotonic
from typing import TYPE_CHECKING, Final

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from typing_extensions import override

if TYPE_CHECKING:
    from textual.app import App

_PIECE: Final = 64 * 1024
"""Bytes read at once: a large paste comes in few pieces."""


class WakingEvent(threading.Event):
    """An event that a ``select`` can wait for, beside other things."""

    def __init__(self) -> None:
        super().__init__()
        self.fileno, self._writable = os.pipe()

    @override
    def set(self) -> None:
        if not self.is_set():
            super().set()
            os.write(self._writable, b".")

    @override
    def clear(self) -> None:
        if self.is_set():
            super().clear()
            os.read(self.fileno, 1)

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self.fileno)
        os.close(self._writable)


class PatientDriver(LinuxDriver):
    """The toolkit's own driver, but for its look at the terminal ten times a second.

    Its thread sleeps until there is input, until a sequence that began has waited long enough for
    its end, or until it is told to leave.
    """

    def __init__(
        self,
        app: "App[object]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._leave = self.exit_event = WakingEvent()

    @override
    def run_input_thread(self) -> None:
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        wanted = [self.fileno, self._leave.fileno]
        while not self._leave.is_set():
            ready, _, _ = select.select(wanted, [], [], _patience(parser))
            if self.fileno in ready:
                data = os.read(self.fileno, _PIECE)
                if not data:
                    wanted.remove(self.fileno)  # at its end it is readable for ever
                for message in parser.feed(text) if (text := decode(data)) else ():
                    self.process_message(message)
            for message in parser.tick():
                self.process_message(message)

    @override
    def close(self) -> None:
        super().close()
        self._leave.close()


def _patience(parser: XTermParser) -> float | None:
    """Seconds until a sequence without an end is taken as it is; ``None`` while none is open."""
    until = parser._timeout_time  # noqa: SLF001 - the toolkit looks at it on a timer instead
    return None if until is None else max(0.0, until - monotonic())
