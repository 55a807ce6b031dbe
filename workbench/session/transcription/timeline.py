"""From the time in what was sent to the time in the file. Pure."""

from collections.abc import Sequence
from typing import Final

from workbench.session.transcription.ports import Span

_INSTANT: Final = 0.01


class Timeline:
    """Where the sound of a part comes from: stretches of the file, one after the other.

    Without stretches the file was sent as it is.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans: list[tuple[float, float, float]] = []  # begun after so much, from, to
        passed = 0.0
        for start, end in spans:
            self._spans.append((passed, start, end))
            passed += end - start

    def word(self, start: float, end: float) -> Span:
        """A word's time in the file; it lies within one stretch."""
        if not self._spans:
            return start, max(start, end)
        passed, first, last = self._at((start + end) / 2)
        begin = min(max(first + start - passed, first), last)
        return begin, min(max(first + end - passed, begin), last)

    def stretch(self, start: float, end: float) -> Span:
        """A segment's time in the file; it may begin in one stretch and end in another."""
        begin = self.word(start, start + _INSTANT)[0]
        return begin, max(begin, self.word(end - _INSTANT, end)[1])

    def _at(self, time: float) -> tuple[float, float, float]:
        begun = [span for span in self._spans if span[0] <= time]
        return begun[-1] if begun else self._spans[0]
