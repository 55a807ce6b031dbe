"""The recorder's life: lists devices as often as asked, records or plays once, and is gone."""

import os
import queue
import traceback
from collections.abc import Callable

from workbench.audio.capture import CaptureEnded, DevicesListed
from workbench.recorder.capture import Inbox, capture
from workbench.recorder.engine import Engine, UnreachableError
from workbench.recorder.link import Outbox, open_pipes, read_commands
from workbench.recorder.playing import play
from workbench.recorder.portaudio import PortAudio
from workbench.recorder.programs import Programs
from workbench.recorder.wire import Command

_LAST_WORDS = 1.0
"""Seconds in which what was told last may still be read."""


def main() -> None:
    """Serve until the one who gives commands is gone, or a recording or a sound is over."""
    pipe, outbox = open_pipes()
    inbox: Inbox = queue.SimpleQueue()
    read_commands(pipe, inbox)
    try:
        engine = _engine()
        while (command := inbox.get())["do"] not in ("end", "stop", "cancel"):
            if _serve(command, engine, inbox, outbox):
                break
    except UnreachableError as error:
        outbox.tell(error.unavailable)
    outbox.flush(_LAST_WORDS)


def _engine() -> Engine:
    try:
        return PortAudio()
    except UnreachableError as error:
        return Programs(error)


def _serve(
    command: Command,
    engine: Engine,
    inbox: Inbox,
    outbox: Outbox,
) -> bool:
    """Do as told; says whether that was the last thing to do. Raises UnreachableError."""
    match command["do"]:
        case "devices":
            outbox.tell(DevicesListed(found=engine.devices(command["direction"])))
            return False
        case "record":
            try:
                _by_any_way(capture, command, engine, inbox, outbox)
            except OSError as error:
                outbox.tell(_unwritable(error))
            return True
        case "play":
            _by_any_way(play, command, engine, inbox, outbox)
            return True
        case _:
            return False


def _by_any_way(
    do: Callable[[Command, Engine, Inbox, Outbox], None],
    command: Command,
    engine: Engine,
    inbox: Inbox,
    outbox: Outbox,
) -> None:
    """By PortAudio, else by the sound server's own program. Raises UnreachableError and OSError."""
    try:
        do(command, engine, inbox, outbox)
    except UnreachableError as error:
        if not error.server_has_it:
            raise
        do(command, Programs(error), inbox, outbox)


def _unwritable(error: OSError) -> CaptureEnded:
    why = f"{error.filename or 'The file'}: {error.strerror or error}"
    return CaptureEnded(reason="disk-full", samples=0, rate=1, detail=why)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # noqa: BLE001 - the workbench shows the last line of it
        traceback.print_exc()
    finally:
        os._exit(0)  # never through PortAudio's exit handler, which hangs with its server
