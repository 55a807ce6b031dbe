"""How far a transcription is, from what it tells. No widgets."""

from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.transcription.transcript import TranscriptPart
from workbench.session.transcription.updates import (
    Converting,
    FileOpened,
    PieceFailed,
    PieceReady,
    PieceTranscribed,
    Planned,
    TranscriptionUpdate,
    UploadProgressed,
)
from workbench.session.waits import Wait
from workbench.widgets.figures import countdown
from workbench.widgets.fit import Readout
from workbench.widgets.sound.clock import clock
from workbench.widgets.sound.two_ends import readout

_MUTED: Final = "$foreground 60%"
_ESC: Final = Content.assemble(("Esc", "bold"), (" stops", _MUTED))


class Progress:
    """What is known of a running transcription."""

    def __init__(self) -> None:
        self._doing = "Opening"
        self._share: float | None = None
        self._parts: dict[int, TranscriptPart] = {}
        self._uploads: dict[int, tuple[int, int | None]] = {}
        self._billed: float | None = None
        self._wait: Wait | None = None

    def heard(self, update: TranscriptionUpdate) -> None:
        """Take note."""
        match update:
            case FileOpened():
                self._doing = f"Reading {neutralise_line(update.format)}"
            case Converting(done=done):
                self._share = done
            case Planned(parts=parts):
                self._parts = {part.number: part for part in parts}
                self._billed = update.billed_seconds
                self._doing, self._share = "Sending", 0.0
            case PieceReady(part=part) | PieceTranscribed(part=part) | PieceFailed(part=part):
                self._parts[part.number] = part
                self._uploads.pop(part.number, None)
                self._count()
            case UploadProgressed(part=number, sent=sent, total=total):
                self._uploads[number] = (sent, total)
                self._count()
            case _:
                pass

    def waits(self, wait: Wait | None) -> None:
        """A request waits before it is sent, or does no longer."""
        self._wait = wait

    def ends(self, now: float) -> tuple[list[Readout], list[Readout]]:
        """What to show on the left and on the right; ``now`` is for a wait's countdown."""
        left = [readout((self._doing, "$foreground"), loss=9)]
        right = [readout(_ESC, loss=6)]
        if self._share is not None:
            bars = [_bar(self._share, cells) for cells in (32, 20, 10, 4)]
            left.append(readout(*bars, loss=4))
            left.append(readout((f"{self._share * 100:.0f} %", "bold"), loss=8))
        if len(self._parts) > 1:
            done = sum(part.state == "done" for part in self._parts.values())
            count = len(self._parts)
            left.append(readout((f"{done} of {count} parts", _MUTED), loss=7))
        if self._wait is not None:
            what = neutralise_line(self._wait.title)
            told = f"{what} · {countdown(self._wait.until - now)}"
            right.insert(0, readout((told, "$text-warning"), loss=9))
        elif self._billed is not None:
            right.insert(0, readout((f"~{clock(self._billed)} billed", _MUTED), loss=1))
        return left, right

    @property
    def waiting(self) -> bool:
        """Whether a request waits."""
        return self._wait is not None

    def _count(self) -> None:
        """By seconds of sound: heard, or else half of what of it has been sent."""
        total = sum(part.seconds for part in self._parts.values())
        done = 0.0
        for number, part in self._parts.items():
            if part.state in {"done", "failed"}:
                done += part.seconds
            elif number in self._uploads:
                sent, size = self._uploads[number]
                done += part.seconds * min(sent / size, 1.0) / 2 if size else 0.0
                self._doing = "Sending" if size and sent < size else "Listening"
        self._share = done / total if total else None


def _bar(share: float, cells: int) -> Content:
    full = min(int(share * cells), cells)
    return Content.assemble(("━" * full, "$primary"), ("━" * (cells - full), "$foreground 15%"))
