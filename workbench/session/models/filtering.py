"""Which models are meant by what is typed and by what they should be able to do. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workbench.session.models.capabilities import CapabilityName
from workbench.session.models.rows import ModelRow

_SEPARATORS = "/-_. "


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Words that the id, the owner or the name has, and what the model must be able to do."""

    text: str = ""
    capabilities: frozenset[CapabilityName] = frozenset()

    @property
    def words(self) -> tuple[str, ...]:
        """The words typed, in lower case."""
        return tuple(self.text.lower().split())

    @property
    def empty(self) -> bool:
        """Whether it lets everything through."""
        return not self.words and not self.capabilities

    def toggled(self, capability: CapabilityName) -> "Filter":
        """The filter with one capability more, or one less."""
        return replace(self, capabilities=self.capabilities ^ {capability})


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A row that is meant: how well, and by which characters of its id."""

    row: ModelRow
    score: int = 0
    places: tuple[int, ...] = ()


def match_rows(rows: Iterable[ModelRow], wanted: Filter) -> tuple[Match, ...]:
    """The rows that are meant, in their order.

    Where some have the words as they were typed, only those; otherwise those whose id has their
    characters in this order. A model that does not say what it can do is not meant.
    """
    able = [row for row in rows if all(row.can(name) for name in wanted.capabilities)]
    if not wanted.words:
        return tuple(Match(row=row) for row in able)
    literal = [match for row in able if (match := _literal(row, wanted.words))]
    if literal:
        return tuple(literal)
    return tuple(match for row in able if (match := _scattered(row, wanted.words)))


def best(matches: Iterable[Match]) -> Match | None:
    """The match that is most likely meant: the first of the highest score."""
    return max(matches, key=lambda match: match.score, default=None)


def _literal(row: ModelRow, words: tuple[str, ...]) -> Match | None:
    """Every word as it is, in the id or in what else names the model."""
    name = row.id.lower()
    others = f"{row.model.owned_by or ''} {row.model.name or ''}".lower()
    score, places = 0, set[int]()
    for word in words:
        start = name.find(word)
        if start < 0:
            if word not in others:
                return None
            continue
        begins = start == 0 or name[start - 1] in _SEPARATORS
        score += 2 + begins
        places |= set(range(start, start + len(word)))
    return Match(row=row, score=score, places=tuple(sorted(places)))


def _scattered(row: ModelRow, words: tuple[str, ...]) -> Match | None:
    """The characters of every word, in order, anywhere in the id."""
    name = row.id.lower()
    places = set[int]()
    for word in words:
        start = 0
        for char in word:
            start = name.find(char, start) + 1
            if start == 0:
                return None
            places.add(start - 1)
    runs = sum(place - 1 in places or place == 0 for place in places)
    begins = sum(place == 0 or name[place - 1] in _SEPARATORS for place in places)
    return Match(row=row, score=runs + begins, places=tuple(sorted(places)))
