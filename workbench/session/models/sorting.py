"""The order of the rows. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from workbench.session.models.capabilities import abilities
from workbench.session.models.prices import Price
from workbench.session.models.rows import Fact, ModelRow

ColumnName: TypeAlias = Literal[
    "model",
    "owner",
    "context",
    "output",
    "can",
    "price_in",
    "price_out",
    "documented",
    "first_token",
    "speed",
    "answers",
    "active",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """By which column, and whether the largest comes first."""

    column: ColumnName = "model"
    descending: bool = False

    @classmethod
    def by(cls, column: ColumnName) -> "Sort":
        """By a column, with what a reader looks for first: what is fast, large, cheap or new."""
        return cls(column=column, descending=column in _LARGEST_FIRST)

    @property
    def reversed(self) -> "Sort":
        """The same column the other way round."""
        return Sort(column=self.column, descending=not self.descending)


_LARGEST_FIRST: Final = {
    "context",
    "output",
    "can",
    "documented",
    "speed",
    "answers",
    "active",
}


def sort_rows(rows: Iterable[ModelRow], sort: Sort) -> tuple[ModelRow, ...]:
    """The rows in order; equal ones by id, and what is unknown comes last either way."""
    value = _VALUES[sort.column]
    by_id = sorted(rows, key=lambda row: row.id.lower())
    known = [row for row in by_id if value(row) is not None]
    unknown = [row for row in by_id if value(row) is None]
    known.sort(key=lambda row: value(row) or 0, reverse=sort.descending)
    return (*known, *unknown)


def _dollars(fact: Fact[Price] | None) -> float | None:
    """What a token costs is not compared with what a character or an hour does."""
    return fact.value.dollars if fact and fact.value.unit == "1M tokens" else None


def _documented(row: ModelRow) -> int | None:
    return row.documented.tokens_per_second if row.documented else None


_VALUES: Final[Mapping[ColumnName, Callable[[ModelRow], float | str | None]]] = {
    "model": lambda row: row.id.lower(),
    "owner": lambda row: row.model.owned_by.lower() if row.model.owned_by else None,
    "context": lambda row: row.context,
    "output": lambda row: row.max_output,
    "can": lambda row: len(abilities(row.model)),
    "price_in": lambda row: _dollars(row.input_price),
    "price_out": lambda row: _dollars(row.output_price),
    "documented": _documented,
    "first_token": lambda row: row.first_token.value if row.first_token else None,
    "speed": lambda row: row.speed.value if row.speed else None,
    "answers": lambda row: row.figures.answers if row.figures else None,
    "active": lambda row: row.model.active,
}
