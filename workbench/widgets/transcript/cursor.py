"""The block cursor: which entry, or which code block in it, the reader points at."""

from collections.abc import Sequence

from workbench.widgets.transcript.entries import Entry


class BlockCursor:
    """A place among the blocks of a conversation; nowhere at first."""

    __slots__ = ("code", "entry")

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.code: int | None = None
        """Which code block of the entry; None: the entry as a whole."""

    def leave(self) -> None:
        """Point at nothing."""
        self.entry = self.code = None

    def move(self, entries: Sequence[Entry], width: int, step: int) -> None:
        """Go to the next block, or with a negative step to the one before; stop at the ends."""
        if not entries:
            return
        if self.entry is None:
            self.entry = entries[-1]
            self.code = None
            return
        index = self.entry.index
        count = len(self.entry.code_rows(width))
        place = -1 if self.code is None else self.code
        place += step
        if place < -1 and index > 0:
            self.entry = entries[index - 1]
            place = len(self.entry.code_rows(width)) - 1
        elif place >= count and index + 1 < len(entries):
            self.entry = entries[index + 1]
            place = -1
        else:
            place = max(-1, min(place, count - 1))
        self.code = None if place < 0 else place

    def rows(self, width: int) -> tuple[int, int] | None:
        """Give the rows within the entry that are pointed at."""
        if self.entry is None:
            return None
        if self.code is not None:
            blocks = self.entry.code_rows(width)
            if self.code < len(blocks):
                return blocks[self.code]
        return 0, self.entry.height(width) - 1
