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
from workbench.widgets.figures import countdown, plural
from workbench.widgets.sound.clock import clock

_MUTED: Final = "$foreground 60%"
_CELLS: Final = 24


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

    def line(self, now: float) -> Content:
        """One line; ``now`` is the client's clock, for a wait's countdown."""
        pieces: list[Content | tuple[str, str]] = [(f"{self._doing} ", "$foreground")]
        if self._share is not None:
            full = min(int(self._share * _CELLS), _CELLS)
            pieces += [("━" * full, "$primary"), ("━" * (_CELLS - full), "$foreground 15%")]
            pieces.append((f" {self._share * 100:.0f} %", "bold"))
        if len(self._parts) > 1:
            done = sum(part.state == "done" for part in self._parts.values())
            pieces.append((f"  {done} of {plural(len(self._parts), 'part')}", _MUTED))
        if self._wait is not None:
            left = countdown(self._wait.until - now)
            pieces.append((f"  {self._wait.title} · {left}", "$text-warning"))
        elif self._billed is not None:
            pieces.append((f"  ~{clock(self._billed)} billed", _MUTED))
        return Content.assemble(*pieces, ("  Esc stops", _MUTED))

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
