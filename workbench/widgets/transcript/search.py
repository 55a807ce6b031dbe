"""Finding words in a conversation: counted in the texts as they came, marked where one looks."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from workbench.markdown.line import DECORATION, Line, Role, Span, copied
from workbench.markdown.wrap import cut
from workbench.widgets.transcript.entries import Entry

_SLICE = 64


class Search:
    """One query, and how often each entry holds it. Upper and lower case are the same."""

    __slots__ = ("_counts", "_sums", "current", "query")

    def __init__(self, query: str, entries: Sequence[Entry]) -> None:
        self.query = query.lower()
        self._counts = [self._count(entry) for entry in entries]
        self._sums = list(accumulate(self._counts))
        self.current = -1
        """Which of all it is that the reader looks at; -1: none yet."""

    @property
    def total(self) -> int:
        """How often it occurs."""
        return self._sums[-1] if self._sums else 0

    def changed(self, entry: Entry) -> bool:
        """Count again in an entry that grew, or came last; says whether that made a difference."""
        count, known = self._count(entry), len(self._counts)
        if entry.index >= known:
            self._counts += [0] * (entry.index + 1 - known)
        elif self._counts[entry.index] == count:
            return False
        self._counts[entry.index] = count
        self._sums = list(accumulate(self._counts))
        return True

    def drop_from(self, index: int) -> None:
        """Forget the entries from this one on."""
        del self._counts[index:]
        del self._sums[index:]
        self.current = min(self.current, self.total - 1)

    def begin(self, entry: Entry, share: float) -> None:
        """Stand at a share of an entry, so that a step forward finds what is there or below."""
        text, index = entry.raw().lower(), entry.index
        above = self._sums[index] - self._counts[index] if index < len(self._sums) else self.total
        self.current = above + text.count(self.query, 0, int(len(text) * share)) - 1

    def step(self, step: int) -> tuple[int, int] | None:
        """Go on, round the ends: the entry, and which of its occurrences; None when there is none.

        Backwards from nowhere is the last one.
        """
        if not self.total:
            self.current = -1
            return None
        self.current = (max(self.current, -1 if step > 0 else 0) + step) % self.total
        index = bisect_right(self._sums, self.current)
        return index, self.current - (self._sums[index] - self._counts[index])

    def _count(self, entry: Entry) -> int:
        return entry.raw().lower().count(self.query) if self.query else 0


def row_of_occurrence(entry: Entry, query: str, number: int, width: int) -> int:
    """Find the row that shows an occurrence; lays out the entry as far as it is.

    Where the layout hides it, in a link's target or a mark, it is the row in proportion.
    """
    found = row = 0
    tail = ""
    while row < entry.height(width):
        entry.lay(width, row, row + _SLICE)
        for at in range(row, min(row + _SLICE, entry.height(width))):
            line = entry.line(width, at)
            # words that the width broke apart belong to the line where they end
            before = {"space": tail + " ", "none": tail}.get(line.join, "")
            words = before + copied(line).lower()
            found += words.count(query)
            if found > number:
                return at
            tail = words[1 - len(query) :] if len(query) > 1 else ""
        row += _SLICE
    place, text = -1, entry.raw().lower()
    for _ in range(number + 1):
        place = text.find(query, place + 1)
    return max(0, place) * entry.height(width) // max(1, len(text))


def marked(line: Line, query: str, *, current: bool) -> Line:
    """Mark every occurrence in a line."""
    words = _words(line)
    at = words.find(query)
    if at < 0:
        return line
    role: Role = "found-current" if current else "found"
    spans: list[Span] = []
    done = 0
    while at >= 0:
        end = at + len(query)
        spans += cut(line.spans, done, at)
        spans += [(text, look._replace(role=role)) for text, look in cut(line.spans, at, end)]
        done, at = end, words.find(query, end)
    spans += cut(line.spans, done, len(words))
    return line._replace(spans=tuple(spans))


def _words(line: Line) -> str:
    """Give what can be found in a line, character by character: decoration cannot."""
    text = "".join(
        [" " * len(text) if look.role in DECORATION else text for text, look in line.spans]
    )
    low = text.lower()
    # a few capital letters become two characters, which would shift all marks
    return low if len(low) == len(text) else text
