"""Playing a sound that comes in pieces: what is late is silence, and counted."""

import contextlib
import queue
import threading
import time
from collections import deque
from typing import Final, Literal, TypeAlias

from workbench.audio.devices import DeviceChoice
from workbench.audio.playback import (
    PlaybackEnded,
    PlaybackMoved,
    PlaybackStalled,
    PlaybackStarted,
    SoundForm,
)
from workbench.recorder.engine import Engine
from workbench.recorder.link import Outbox
from workbench.recorder.wire import Command

Inbox = queue.SimpleQueue[Command]
_Reason: TypeAlias = Literal["played", "stopped", "lost"]

_BEGIN_WITH: Final = 0.2
"""Seconds of sound to have before it begins."""

_AFTER_THE_LAST: Final = 0.15
"""Seconds of silence before closing, beside the device's latency, or the last sound is cut off."""

_TICK: Final = 0.1
_STALL: Final = 1.0


def play(command: Command, engine: Engine, inbox: Inbox, outbox: Outbox) -> None:
    """Play as told, until the end or until told to stop. Raises UnreachableError at first."""
    asked = time.monotonic()
    form = SoundForm(rate=command["rate"], channels=command["channels"])
    device = command.get("device")
    store = _Store(form)
    end = _fill(store, inbox)  # open late: a device that waits for sound stutters
    if end is None:
        stream = engine.play(
            DeviceChoice(**device) if device else None,
            form,
            pull=store.pull,
            lost=lambda detail: inbox.put({"do": "lost", "detail": detail}),
        )
        outbox.tell(PlaybackStarted(device=stream.device, after=time.monotonic() - asked))
        end = _Player(store, stream.latency, outbox).run(inbox)
        closing = threading.Thread(target=stream.close, daemon=True)
        closing.start()
        closing.join(0.1)
    outbox.tell(end)


def _fill(store: "_Store", inbox: Inbox) -> PlaybackEnded | None:
    """Wait for enough to begin with; the end when that came first."""
    while not store.is_ready:
        command = inbox.get()
        match command["do"]:
            case "sound":
                store.put(command["data"])
            case "sound-ends":
                store.close()
            case "pause":
                store.paused = True
            case "resume":
                store.paused = False
            case "stop" | "end":
                return PlaybackEnded(reason="stopped", seconds=0.0)
    return None


class _Store:
    """Sound that was not played yet."""

    def __init__(self, form: SoundForm) -> None:
        self.paused = False
        self.pulled_at = time.monotonic()
        self._form = form
        self._pieces: deque[bytes] = deque()
        self._stored = 0
        self._played = 0
        self._starved = 0
        self._after = 0
        self._closed = False
        self._lock = threading.Lock()

    @property
    def is_ready(self) -> bool:
        """There is enough to begin with."""
        return self._closed or self._stored >= _BEGIN_WITH * self._form.bytes_per_second

    @property
    def played(self) -> float:
        """Seconds of sound handed to the device."""
        return self._played / self._form.bytes_per_second

    @property
    def starved(self) -> float:
        """Seconds of silence that stood for sound that was late."""
        return self._starved / self._form.bytes_per_second

    @property
    def after(self) -> float:
        """Seconds of silence that followed the last sound."""
        return self._after / self._form.bytes_per_second

    def put(self, data: bytes) -> None:
        """Store a piece."""
        with self._lock:
            self._pieces.append(data)
            self._stored += len(data)

    def close(self) -> None:
        """No more will come."""
        self._closed = True

    def pull(self, size: int) -> bytes:
        """So many bytes to play now."""
        self.pulled_at = time.monotonic()
        if self.paused:
            return bytes(size)
        out = bytearray()
        with self._lock:
            while self._pieces and len(out) < size:
                piece = self._pieces.popleft()
                wanted = size - len(out)
                out += piece[:wanted]
                if len(piece) > wanted:
                    self._pieces.appendleft(piece[wanted:])
            self._stored -= len(out)
        self._played += len(out)
        missing = size - len(out)
        if self._closed:
            self._after += missing
        else:
            self._starved += missing
        return bytes(out) + bytes(missing)


class _Player:
    def __init__(self, store: _Store, latency: float, outbox: Outbox) -> None:
        self._store = store
        self._latency = latency
        self._outbox = outbox
        self._end: PlaybackEnded | None = None
        self._stalled = False
        self._told = 0.0

    def run(self, inbox: Inbox) -> PlaybackEnded:
        """Take what comes until the end."""
        while self._end is None:
            with contextlib.suppress(queue.Empty):
                self._take(inbox.get(timeout=_TICK / 2))
            self._look(time.monotonic())
        return self._end

    def _take(self, command: Command) -> None:
        match command["do"]:
            case "sound":
                self._store.put(command["data"])
            case "sound-ends":
                self._store.close()
            case "pause" | "resume" as do:
                self._store.paused = do == "pause"
                self._told = 0.0
            case "stop" | "end":
                self._ended("stopped")
            case "lost":
                self._ended("lost", command["detail"])

    def _look(self, now: float) -> None:
        if self._store.after >= _AFTER_THE_LAST + self._latency:
            self._ended("played")
            return
        if now - self._told >= _TICK:
            self._told = now
            self._outbox.tell(
                PlaybackMoved(
                    seconds=self._heard(),
                    starved=self._store.starved,
                    paused=self._store.paused,
                )
            )
        stalled = now - self._store.pulled_at > _STALL
        if stalled and not self._stalled:
            self._outbox.tell(PlaybackStalled())
        self._stalled = stalled

    def _heard(self) -> float:
        return max(0.0, self._store.played - self._latency)

    def _ended(self, reason: _Reason, detail: str = "") -> None:
        if self._end is None:
            seconds = self._store.played if reason == "played" else self._heard()
            self._end = PlaybackEnded(reason=reason, seconds=seconds, detail=detail)
