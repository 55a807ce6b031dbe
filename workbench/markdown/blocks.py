"""Paragraphs, headings and rules as flows, and the frames that quotes and lists put round them."""

import re
from collections.abc import Sequence

from typing_extensions import override

from workbench.markdown.events import Frame
from workbench.markdown.flow import Lines, Repeated
from workbench.markdown.inline import inline, mended
from workbench.markdown.line import SPACE, TEXT, Join, Line, Look, Role, Span
from workbench.markdown.wrap import wrap

_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_BULLETS = "•◦▪"
_BAR: Span = ("▎ ", Look("quote-bar"))
_HEADINGS: tuple[Role, ...] = ("heading-1", "heading-2", "heading-3")


class TextBlock(Lines):
    """A paragraph or a heading: lines of text whose inline marks are read once per change."""

    __slots__ = ("_look", "_preview", "_read", "join", "texts")

    def __init__(self, look: Look = TEXT, join: Join = "line") -> None:
        super().__init__()
        self.texts: list[str] = []
        self.join: Join = join
        self._look = look
        self._preview: str | None = None
        self._read: list[list[Span]] | None = None

    def add(self, text: str) -> None:
        """Add a line."""
        self.texts.append(text)
        self._forget()

    def preview(self, text: str | None) -> None:
        """Show an unfinished line at the end; None takes it away again."""
        if text != self._preview:
            self._preview = text
            self._forget()

    def pop(self) -> str:
        """Take the last line away."""
        self._forget()
        return self.texts.pop()

    def close(self) -> None:
        """The block is complete."""
        self.preview(None)

    def become(self, look: Look) -> None:
        """Turn a paragraph into a heading."""
        self._look = look
        self._forget()

    @override
    def release(self, width: int, start: int, stop: int) -> None:
        super().release(width, start, stop)
        if self._lines is None:
            self._read = None

    def _forget(self) -> None:
        self._read = None
        self.changed()

    @override
    def compose(self, width: int) -> list[Line]:
        if self._read is None:
            text = "\n".join(self.texts)
            if self._preview is not None:
                text = mended(f"{text}\n{self._preview}" if self.texts else self._preview)
            self._read = inline(text, self._look)
        lines: list[Line] = []
        for spans in self._read:
            lines += wrap(spans, width, "line" if lines else self.join)
        return lines

    @override
    def estimate(self, width: int) -> int:
        texts = self.texts if self._preview is None else [*self.texts, self._preview]
        return sum(max(1, -(-len(text) // width)) for text in texts) or 1


def heading_look(level: int) -> Look:
    """Give the look of a heading."""
    role = _HEADINGS[min(level, 3) - 1]
    return Look(role, bold=level < 5, italic=level > 3, underline=level == 1)


def rule_block() -> Lines:
    """Make a thematic break."""
    return Repeated("─", Look("rule"))


def margins(frames: Sequence[Frame], task: str = "") -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Give the spans before a block's first line and before the others."""
    first: list[Span] = []
    rest: list[Span] = []
    depth = 0
    last = max((index for index, frame in enumerate(frames) if frame.fresh), default=-1)
    for index, frame in enumerate(frames):
        if frame.kind == "quote":
            first.append(_BAR)
            rest.append(_BAR)
        elif frame.kind == "item":
            bullet = frame.marker == "•"
            marker = _BULLETS[depth % 3] if bullet else frame.marker
            look = Look("marker")
            if task and index == last:
                marker, look = task, Look("checkbox")
            size = max(len(marker) + 1, 2 if bullet else 3)
            blank = (" " * size, SPACE)
            first.append((marker.ljust(size), look) if frame.fresh else blank)
            rest.append(blank)
            depth += 1
    return tuple(first), tuple(rest)


def task(text: str, frames: Sequence[Frame]) -> tuple[str, str]:
    """Take the checkbox off the first line of a list item: its sign ("" for none), the rest."""
    if frames and frames[-1].fresh and (match := _TASK.match(text)):
        return ("☐" if match[1] == " " else "☑"), text[match.end() :]
    return "", text
