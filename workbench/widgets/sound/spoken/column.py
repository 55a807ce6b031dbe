"""The passages one below the other, laid out for a width, and the places of words in them."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from workbench.widgets.sound.spoken.layout import Row, word_at, wrapped
from workbench.widgets.sound.spoken.passages import Passage, ShownWord


class Place(NamedTuple):
    """A word of a passage."""

    passage: int
    word: int


class Column:
    """Passages and their rows, for one width. It never changes: others are made from it.

    Args:
        gap: empty rows between two passages.
        known: an older one; what it laid out for the same width is not laid out again.

    """

    def __init__(
        self,
        passages: Sequence[Passage] = (),
        *,
        width: int = 1,
        gap: int = 0,
        known: "Column | None" = None,
    ) -> None:
        self.passages = tuple(passages)
        self.width = width
        before = known.rows_of if known is not None and known.width == width else {}
        self._rows = [
            before.get(id(passage)) or wrapped(passage.words, width) for passage in passages
        ]
        self.rows_of: dict[int, list[Row]] = dict(
            zip(map(id, self.passages), self._rows, strict=True)
        )
        """By the passage's id, which is its own as long as this column holds it."""
        self._tops: list[int] = []
        top = 0
        for rows in self._rows:
            self._tops.append(top)
            top += len(rows) + gap
        self.height = max(0, top - gap) if self._rows else 0

    def news(self, passages: Sequence[Passage], *, width: int) -> int:
        """How many of these it has not laid out for that width."""
        if width != self.width:
            return len(passages)
        return sum(id(passage) not in self.rows_of for passage in passages)

    def row(self, y: int) -> tuple[int, int, Row] | None:
        """The passage at a row, which of its rows it is, and its words; ``None`` in a gap."""
        index = bisect_right(self._tops, y) - 1
        if index < 0 or y - self._tops[index] >= len(self._rows[index]):
            return None
        inner = y - self._tops[index]
        return index, inner, self._rows[index][inner]

    def row_of(self, place: Place) -> int:
        """Where a word is, or its beginning when it is too long for a row."""
        rows = self._rows[place.passage]
        for inner, row in enumerate(rows):
            if row and row[0].word <= place.word <= row[-1].word:
                return self._tops[place.passage] + inner
        return self._tops[place.passage]

    def cell_of(self, place: Place) -> int:
        """At which cell of its row a word begins."""
        found = self.row(self.row_of(place))
        row = found[2] if found else ()
        return next((placed.cell for placed in row if placed.word == place.word), 0)

    def word(self, place: Place) -> ShownWord | None:
        """The word, ``None`` when it is gone."""
        if place.passage < len(self.passages):
            words = self.passages[place.passage].words
            if place.word < len(words):
                return words[place.word]
        return None

    def at(self, y: int, cell: int) -> Place | None:
        """The word nearest to a cell of a row; in a gap that of the passage above."""
        index = bisect_right(self._tops, y) - 1
        if index < 0:
            return None
        inner = min(y - self._tops[index], len(self._rows[index]) - 1)
        word = word_at(self._rows[index][inner], cell)
        return None if word is None else Place(index, word)

    def step(self, place: Place, step: int) -> Place:
        """The next word or the one before, over the borders of passages; the ends hold."""
        passage, word = place.passage, place.word + step
        while word < 0 and passage > 0:
            passage -= 1
            word += len(self.passages[passage].words)
        while word >= len(self.passages[passage].words) and passage + 1 < len(self.passages):
            word -= len(self.passages[passage].words)
            passage += 1
        return Place(passage, min(max(word, 0), max(0, len(self.passages[passage].words) - 1)))

    def heard_at(self, seconds: float) -> Place | None:
        """The word that is spoken at a time, or the last one before it; ``None`` before any."""
        starts = [passage.start for passage in self.passages]
        index = bisect_right(starts, seconds) - 1
        if index < 0 or not self.passages[index].spoken or not self.passages[index].words:
            return None
        words = self.passages[index].words
        word = bisect_right([word.start for word in words], seconds) - 1
        return Place(index, word) if word >= 0 else None
