"""The end of a text that grows fast, wrapped to a width. Adding a piece costs what it costs. Pure.

What scrolled away is forgotten: whoever wants the whole text has it elsewhere.
"""

from collections import deque
from typing import Final, Literal, NamedTuple, TypeAlias

from workbench.markdown.wrap import breaks
from workbench.neutralise import Neutraliser

Kind: TypeAlias = Literal["reasoning", "answer", "problem", "note"]

_KEPT_LINES: Final = 120
_KEPT_CHARACTERS: Final = 24_000
_TAB: Final = 4


class TailLine(NamedTuple):
    """One laid-out line."""

    text: str
    kind: Kind


class Tail:
    """The last lines of a text at one width; untrusted, and neutralised as it comes."""

    def __init__(self) -> None:
        self._neutraliser = Neutraliser()
        self._pieces: deque[tuple[str, Kind]] = deque()  # as they came, for another width
        self._size = 0
        self._lines: deque[TailLine] = deque(maxlen=_KEPT_LINES)
        self._open = ""
        self._kind: Kind = "answer"
        self._width = 0

    @property
    def empty(self) -> bool:
        """Whether nothing has come yet."""
        return not self._pieces

    def clear(self) -> None:
        """Begin with another text."""
        self._neutraliser = Neutraliser()
        self._pieces.clear()
        self._lines.clear()
        self._size, self._open = 0, ""

    def add(self, text: str, kind: Kind) -> None:
        """Take a piece; another kind than before begins a new line."""
        safe = self._neutraliser.feed(text)
        if not safe:
            return
        self._pieces.append((safe, kind))
        self._size += len(safe)
        while self._size > _KEPT_CHARACTERS and len(self._pieces) > 1:
            self._size -= len(self._pieces.popleft()[0])
        if self._width:
            self._lay(safe, kind)

    def lines(self, width: int, count: int) -> list[TailLine]:
        """The last ``count`` lines at this width, fewer when there are no more.

        A problem shows from its beginning, however long it is.
        """
        if width != self._width:
            self._lay_anew(width)
        found = [*self._lines, *([TailLine(self._open, self._kind)] if self._open else [])]
        start = max(0, len(found) - count)
        problem = next(
            (at for at, line in enumerate(found) if line.kind == "problem" and line.text), start
        )
        return found[min(start, problem) :][:count]

    def _lay_anew(self, width: int) -> None:
        self._width = width
        self._lines.clear()
        self._open = ""
        for text, kind in self._pieces:
            self._lay(text, kind)

    def _lay(self, text: str, kind: Kind) -> None:
        if kind != self._kind:
            self._close()
            self._kind = kind
        first, *more = text.expandtabs(_TAB).split("\n")
        self._lengthen(first)
        for part in more:
            self._close(always=True)
            self._lengthen(part)

    def _lengthen(self, text: str) -> None:
        """Add to the open line; whatever no longer fits it is wrapped, and only the rest stays.

        An earlier line never changes: where it ends was known when the next word did not fit.
        """
        if not text:
            return
        whole = self._open + text
        *full, (start, _, _, _) = breaks(whole, self._width)
        self._lines.extend(TailLine(whole[begin:stop], self._kind) for begin, stop, _, _ in full)
        self._open = whole[start:]  # with the spaces at its end: a word may follow them

    def _close(self, *, always: bool = False) -> None:
        if self._open or (always and self._lines and self._lines[-1].text):
            self._lines.append(TailLine(self._open, self._kind))
        self._open = ""
