"""What a row of the table says in each column; what is unknown is a dash and never zero. Pure."""

from collections.abc import Callable, Mapping
from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.measurements import Median
from workbench.session.models.capabilities import CAPABILITIES
from workbench.session.models.prices import Price
from workbench.session.models.rows import Fact, ModelRow
from workbench.session.models.sorting import ColumnName
from workbench.widgets.figures import UNKNOWN, count, duration, size, speed
from workbench.widgets.models.sources import COLOUR, FAINT

_CANNOT: Final = "·"
_WIDEST_OWNER: Final = 14


def cell(row: ModelRow, column: ColumnName) -> Content:
    """What a row says in a column other than the first."""
    return _CELLS[column](row)


def name(row: ModelRow, width: int, places: tuple[int, ...] = ()) -> Content:
    """The id in ``width`` cells, with the characters at ``places`` lit.

    A long one keeps its end, which tells models of one owner apart.
    """
    shown = neutralise_line(row.id)
    text = Content(shown)
    if shown == row.id:
        for place in places:
            text = text.stylize("bold $primary", place, place + 1)
    owner, slash, _ = shown.partition("/")
    excess = text.cell_length - width
    if excess > 0 and slash and excess < len(owner):
        kept = len(owner) - excess - 1
        text = Content.assemble(text[:kept], "…", text[len(owner) :]).stylize(FAINT, 0, kept + 2)
    elif excess > 0 and slash:
        text = Content.assemble(("…", FAINT), text[excess + 1 :])
    elif slash:
        text = text.stylize(FAINT, 0, len(owner) + 1)
    if row.model.active is False:
        text = text.stylize("strike $foreground 38%")
    return text.truncate(width, ellipsis=True, pad=True)


def dollars(amount: float) -> str:
    """A price without its unit: ``0.075``, ``4.00``."""
    text = f"{amount:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def letters(row: ModelRow) -> Content:
    """A letter for what it can do, a dot for what it cannot, a dash where nobody says."""
    known = [(capability, row.can(capability.name)) for capability in CAPABILITIES]
    if all(able is None for _, able in known):
        return _unknown()
    return Content.assemble(
        *(
            (capability.letter, COLOUR["service"])
            if able
            else (UNKNOWN if able is None else _CANNOT, "$foreground 25%")
            for capability, able in known
        )
    )


def _unknown() -> Content:
    return Content.styled(UNKNOWN, "$foreground 25%")


def _said(text: str) -> Content:
    return _unknown() if text == UNKNOWN else Content.styled(text, COLOUR["service"])


def _measured(text: str) -> Content:
    return _unknown() if text == UNKNOWN else Content.styled(text, COLOUR["measured"])


def _owner(row: ModelRow) -> Content:
    text = neutralise_line(row.model.owned_by or "") or UNKNOWN
    return _said(text).truncate(_WIDEST_OWNER, ellipsis=True)


def _price(fact: Fact[Price] | None) -> Content:
    """Dollars per million tokens; what is counted otherwise is named, for it compares with none."""
    if fact is None:
        return _unknown()
    if fact.value.unit != "1M tokens":
        return Content.styled("hour" if fact.value.unit == "hour" else "chars", FAINT)
    return Content.styled(dollars(fact.value.dollars), COLOUR[fact.source])


def _documented(row: ModelRow) -> Content:
    if row.documented is None:
        return _unknown()
    if row.documented.times_real_time is not None:
        text = f"{row.documented.times_real_time}x"
    elif row.documented.tokens_per_second is not None:
        text = f"{row.documented.tokens_per_second:,}"
    else:
        return _unknown()
    return Content.styled(text, COLOUR["documentation"])


def _middle(median: Median | None) -> float | None:
    return None if median is None else median.value


def _active(row: ModelRow) -> Content:
    if row.model.active is None:
        return _unknown()
    return _said("yes") if row.model.active else Content.styled("no", "$text-warning")


_CELLS: Final[Mapping[ColumnName, Callable[[ModelRow], Content]]] = {
    "model": lambda row: Content(neutralise_line(row.id)),
    "owner": _owner,
    "context": lambda row: _said(size(row.context)),
    "output": lambda row: _said(size(row.max_output)),
    "can": letters,
    "price_in": lambda row: _price(row.input_price),
    "price_out": lambda row: _price(row.output_price),
    "documented": _documented,
    "first_token": lambda row: _measured(duration(_middle(row.first_token))),
    "speed": lambda row: _measured(speed(_middle(row.speed))),
    "answers": lambda row: _measured(count(row.figures.answers if row.figures else None)),
    "active": _active,
}
