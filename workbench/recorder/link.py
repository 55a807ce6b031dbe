"""The recorder's end of its pipes: threads, so that neither end waits for the other."""

import contextlib
import os
import queue
import threading
from collections import deque
from io import RawIOBase
from typing import Final

from workbench.audio.capture import CaptureChecked, LevelMeasured, PcmCaptured
from workbench.audio.playback import PlaybackMoved
from workbench.recorder import wire
from workbench.recorder.wire import Command, Event

_MANY: Final = 200
"""Frames that wait while nobody reads; more of what may be left out is left out."""

_MAY_BE_LEFT_OUT: Final = (LevelMeasured, PcmCaptured, CaptureChecked, PlaybackMoved)
END: Final[Command] = {"do": "end"}
"""The last command: whoever gave commands is gone."""


class Outbox:
    """Events on their way up. A workbench that does not read them delays nothing here."""

    def __init__(self, pipe: RawIOBase) -> None:
        self._pipe = pipe
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._writing = False
        threading.Thread(target=self._run, daemon=True).start()

    def tell(self, event: Event) -> None:
        """Send it as soon as it can be."""
        with self._changed:
            if len(self._waiting) > _MANY and isinstance(event, _MAY_BE_LEFT_OUT):
                return
            self._waiting.append(wire.event(event))
            self._changed.notify_all()

    def flush(self, seconds: float) -> None:
        """Wait until all is sent, and no longer than that."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting and not self._writing, seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                frame = self._waiting.popleft()
                self._writing = True
            with contextlib.suppress(OSError):  # the workbench is gone: the file is what counts
                self._pipe.write(frame)
            with self._changed:
                self._writing = False
                self._changed.notify_all()


def open_pipes() -> tuple[RawIOBase, Outbox]:
    """Standard input, and an outbox on standard output, where nothing else can be printed now."""
    pipe = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return os.fdopen(0, "rb", buffering=0), Outbox(pipe)


def read_commands(pipe: RawIOBase, inbox: "queue.SimpleQueue[Command]") -> None:
    """Put commands into the inbox, in a thread; ``END`` when there will be no more."""

    def run() -> None:
        frames = wire.Frames()
        with contextlib.suppress(OSError, wire.WireError, ValueError):
            while data := pipe.read(65_536):
                for kind, payload in frames.feed(data):
                    inbox.put(wire.read_command(kind, payload))
        inbox.put(END)

    threading.Thread(target=run, daemon=True).start()
