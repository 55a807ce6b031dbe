"""Models as rows to choose from: which match what is typed, and what is said of each. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.fuzzy import FuzzySearch

from client import Model
from workbench.neutralise import neutralise_line
from workbench.widgets.figures import UNKNOWN, count, price, size, speed

_ABILITIES: Final = (
    ("tools", "tools"),
    ("reasoning", "reasoning"),
    ("structured_outputs", "schema"),
)
_COLUMNS: Final = (("context", 8), ("$ in", 7), ("$ out", 7), ("tok/s", 7), ("can", 0))
_WIDEST_NAME: Final = 44
_ROOM_FOR_WORDS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A model that matches, and which characters of its id do."""

    model: Model
    score: float = 0.0
    places: tuple[int, ...] = ()


def matches(models: Iterable[Model], typed: str) -> tuple[Match, ...]:
    """The models whose id has the typed characters in order, the best first."""
    wanted = typed.strip()
    if not wanted:
        return tuple(Match(model=model) for model in models)
    search = FuzzySearch()
    found = []
    for model in models:
        score, places = search.match(wanted, model.id)
        if score > 0:
            found.append(Match(model=model, score=score, places=tuple(places)))
    return tuple(sorted(found, key=lambda match: -match.score))


def name_width(found: Iterable[Match]) -> int:
    """Cells for the longest id, within reason."""
    return min(_WIDEST_NAME, max((_name(match.model).cell_length for match in found), default=0))


def row(
    match: Match, *, current: str, speeds: Mapping[str, float], name: int, width: int
) -> Content:
    """One line: the id in ``name`` cells, then what is known of the model and fits."""
    model = match.model
    title = _name(model)
    if title.plain == model.id:
        for place in match.places:
            title = title.stylize("bold $primary", place, place + 1)
    title = title.truncate(name, ellipsis=True, pad=True)
    mark = ("● ", "$primary") if model.id == current else "  "
    costs = model.pricing
    cells = (
        size(model.context_window or model.context_length),
        price(costs.prompt if costs else None),
        price(costs.completion if costs else None),
        speed(speeds.get(model.id)),
        " ".join(abilities(model)) or UNKNOWN,
    )
    columns = [
        (f"  {text:>{cell}}", "$foreground 38%" if text == UNKNOWN else "$foreground 70%")
        for text, (_, cell) in list(zip(cells, _COLUMNS, strict=True))[: _shown(name, width)]
    ]
    return Content.assemble(mark, title, *columns).truncate(width, ellipsis=True)


def heading(name: int, width: int) -> Content:
    """The names of the columns of `row`."""
    names = "".join(f"  {column:>{cell}}" for column, cell in _COLUMNS[: _shown(name, width)])
    return Content.styled(" " * (name + 2) + names, "$foreground 38%")


def _shown(name: int, width: int) -> int:
    """How many columns fit: a number is whole or not there, only the last may be cut."""
    left = width - name - 2
    for index, (_, cell) in enumerate(_COLUMNS):
        left -= 2 + (cell or _ROOM_FOR_WORDS)
        if left < 0:
            return index
    return len(_COLUMNS)


def details(model: Model, speeds: Mapping[str, float]) -> Content:
    """Everything that is known of one model, in two lines."""
    costs = model.pricing
    window = model.context_window or model.context_length
    longest = model.max_completion_tokens or model.max_output_length
    first = [
        f"context {count(window)}" if window else "",
        f"answers up to {count(longest)} tokens" if longest else "",
        f"{speed(speeds[model.id])} tok/s here" if model.id in speeds else "",
    ]
    second = [" ".join(abilities(model))]
    if costs is not None:
        second.append(f"{price(costs.prompt)} in, {price(costs.completion)} out per 1M")
    lines = [" · ".join(part for part in line if part) for line in (first, second)]
    return Content.styled("\n".join(lines), "$foreground 60%")


def abilities(model: Model) -> list[str]:
    """What the service says the model can do, in a word each."""
    words = [word for feature, word in _ABILITIES if model.supports(feature)]
    if model.input_modalities and "image" in model.input_modalities:
        words.append("vision")
    return words


def _name(model: Model) -> Content:
    return Content(neutralise_line(model.id))
