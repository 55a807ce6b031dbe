"""A recording, block by block: to disk first, then told."""

import queue
import threading
import time
from pathlib import Path
from typing import Final, assert_never

from workbench.audio.capture import (
    CaptureChecked,
    CaptureEnded,
    CaptureOpened,
    CaptureResumed,
    CaptureRouted,
    CaptureStalled,
    CaptureStarted,
    DeviceGone,
    DeviceReturned,
    EndReason,
    PcmCaptured,
    SoundReturned,
    ZerosHeard,
)
from workbench.audio.devices import DeviceChoice
from workbench.recorder import pulse
from workbench.recorder.engine import Engine, Stream
from workbench.recorder.levels import Meter
from workbench.recorder.link import Outbox
from workbench.recorder.marker import Marker
from workbench.recorder.wav_file import NoFile, WavFile
from workbench.recorder.wire import Command

Inbox = queue.SimpleQueue[Command]

TAIL: Final = 0.3
"""Seconds recorded after the key: one stops on one's last syllable."""

_LONGEST_TAIL: Final = 0.5
_ARMING_ZEROS: Final = 0.5
_ZEROS: Final = 1.0
_STALL: Final = 1.0
_SETTLE: Final = 0.4
"""Seconds after a stall in which what was buffered arrives at once."""

_TICK: Final = 0.25
_CHECK: Final = 1.0


def capture(command: Command, engine: Engine, inbox: Inbox, outbox: Outbox) -> None:
    """Record as told, until told to stop; without a path only the levels are told.

    Raises:
        UnreachableError: the microphone does not open.
        OSError: the file cannot be made.

    """
    asked = time.monotonic()
    path, device = command["path"], command["device"]
    stream = engine.record(
        DeviceChoice(**device) if device else None,
        take=lambda block: inbox.put({"do": "take", "data": block}),
        lost=lambda detail: inbox.put({"do": "lost", "detail": detail}),
    )
    try:
        marker, file = _made(Path(path), stream.rate) if path is not None else (None, NoFile())
    except OSError:
        _close(stream)
        raise
    watch = pulse.Watch(
        stream.process, "input", lambda moved: inbox.put({"do": "moved", "moved": moved})
    )
    outbox.tell(
        CaptureOpened(
            rate=stream.rate,
            device=stream.device,
            engine=engine.name,
            after=time.monotonic() - asked,
        )
    )
    end = _Recorder(file, stream.rate, outbox, asked).run(inbox)
    file.close()
    if marker is not None:
        if end.reason in ("stopped", "cancelled"):
            marker.remove()
        else:
            marker.leave()
    outbox.tell(end)
    watch.close()
    _close(stream)


def _made(path: Path, rate: int) -> tuple[Marker, WavFile]:
    """The marker before the file: nobody repairs what is just being made. Raises OSError."""
    marker = Marker(path)
    try:
        return marker, WavFile(path, rate)
    except OSError:
        marker.remove()
        raise


def _close(stream: Stream) -> None:
    """Nobody waits for it: it may hang for ever, and this process ends anyway."""
    closing = threading.Thread(target=stream.close, daemon=True)
    closing.start()
    closing.join(0.1)


class _Recorder:
    """What was heard so far, and what is wrong with it."""

    def __init__(self, file: WavFile | NoFile, rate: int, outbox: Outbox, asked: float) -> None:
        self._file = file
        self._rate = rate
        self._outbox = outbox
        self._asked = asked
        self._meter = Meter()
        self._paused = False
        self._handing_on = False
        self._end: CaptureEnded | None = None
        self._stopping: tuple[EndReason, int, float] | None = None  # why, at which sample, by when
        self._received = 0  # samples, also those that a pause left out
        self._first = 0.0
        self._heard = time.monotonic()
        self._told_start = False
        self._zeros = 0
        self._told_zeros = False
        self._muted = False
        self._routed = ""
        self._stalled = False
        self._resumed: tuple[float, float] | None = None  # when, and the drift before the stall
        self._drift = 0.0
        self._stalls = 0.0
        self._checked = 0.0

    def run(self, inbox: Inbox) -> CaptureEnded:
        """Take what comes until the end."""
        while self._end is None:
            try:
                self._take(inbox.get(timeout=_TICK))
            except queue.Empty:
                pass
            except OSError as error:  # of the file: the disk is full, or gone
                self._ended("disk-full", str(error.strerror or error))
            self._look_at_the_clock(time.monotonic())
        return self._end

    def _take(self, command: Command) -> None:
        match command["do"]:
            case "take":
                self._block(command["data"], time.monotonic())
            case "lost":
                self._ended("lost", command["detail"])
            case "moved":
                self._moved(command["moved"])
            case "pause":
                self._paused = True
            case "resume":
                self._paused = False
            case "hand-on":
                self._handing_on = command["on"]
            case "stop":
                tail = 0 if self._paused else int(TAIL * self._rate)
                until = time.monotonic() + (_LONGEST_TAIL if tail else 0.0)
                self._stopping = ("stopped", self._received + tail, until)
            case "cancel":
                self._ended("cancelled")
            case "end":
                reason: EndReason = self._stopping[0] if self._stopping else "orphaned"
                self._ended(reason)

    def _block(self, block: bytes, now: float) -> None:
        if not self._received:
            self._first = now - len(block) / 2 / self._rate
        start = self._file.samples
        if not self._paused:
            self._file.append(block)
        self._received += len(block) // 2
        self._heard = now
        if self._stalled:
            self._stalled = False
            self._resumed = (now, self._drift)
        if self._resumed is None:
            self._drift = self._behind(now)
        self._watch_zeros(block, now)
        if self._handing_on and not self._paused:
            self._outbox.tell(PcmCaptured(start=start, rate=self._rate, data=block))
        level = self._meter.measure(block, written=self._file.samples, paused=self._paused)
        if level is not None:
            self._outbox.tell(level)
        if self._stopping is not None and self._received >= self._stopping[1]:
            self._ended(self._stopping[0])

    def _behind(self, now: float) -> float:
        """Seconds by which the device's clock is behind ours, without what stalls cost."""
        return now - self._first - self._received / self._rate - self._stalls

    def _watch_zeros(self, block: bytes, now: float) -> None:
        silent = not any(block)
        self._zeros = self._zeros + len(block) // 2 if silent else 0
        seconds = self._zeros / self._rate
        if not self._told_start and (not silent or seconds >= _ARMING_ZEROS):
            self._told_start = True
            self._outbox.tell(CaptureStarted(after=now - self._asked, silent=silent))
        if seconds >= _ZEROS and not self._told_zeros:
            self._told_zeros = True
            self._outbox.tell(ZerosHeard(muted=self._muted))
        elif self._told_zeros and not silent:
            self._told_zeros = False
            self._outbox.tell(SoundReturned())

    def _look_at_the_clock(self, now: float) -> None:
        if self._stopping is not None and now >= self._stopping[2]:
            self._ended(self._stopping[0])
        if now - self._heard > _STALL and not self._stalled:
            self._stalled = True
            self._outbox.tell(CaptureStalled())
        if self._resumed is not None and not self._stalled and now - self._resumed[0] > _SETTLE:
            missing = max(0.0, self._behind(now) - self._resumed[1])
            self._stalls += missing
            self._resumed = None
            self._outbox.tell(CaptureResumed(missing=missing))
        if now - self._checked > _CHECK:
            self._checked = now
            self._file.sync()
            self._outbox.tell(
                CaptureChecked(samples=self._file.samples, drift=self._drift, free=self._file.free)
            )

    def _moved(self, moved: pulse.Moved) -> None:
        match moved.kind:
            case "routed":
                self._muted = moved.muted
                if moved.device != self._routed:
                    self._routed = moved.device
                    self._outbox.tell(CaptureRouted(device=moved.device))
            case "gone":
                self._outbox.tell(DeviceGone(device=moved.device))
            case "back":
                self._outbox.tell(DeviceReturned(device=moved.device))
            case other:
                assert_never(other)

    def _ended(self, reason: EndReason, detail: str = "") -> None:
        if self._end is None:
            self._end = CaptureEnded(
                reason=reason, samples=self._file.samples, rate=self._rate, detail=detail
            )
