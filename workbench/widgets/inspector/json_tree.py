"""A JSON value as a tree of lines, with what is wrong with it in place. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.cells import cell_len

from workbench.neutralise import neutralise, neutralise_line
from workbench.session.json_path import Path
from workbench.session.json_schema import Fault, kind_of
from workbench.widgets.figures import UNKNOWN
from workbench.widgets.inspector.page import Line
from workbench.widgets.wire.json_lines import MUTED, NAME, NUMBER, TEXT, Piece

_STEP: Final = 2
_WIDEST_NAME: Final = 18
_MOST_LINES: Final = 1_500
_DEEPEST: Final = 64
_MOST_TEXT: Final = 20_000
WRONG: Final = "$text-error"


@dataclass(slots=True)
class _Tree:
    """What is being laid out."""

    faults: Mapping[Path, list[Fault]]
    told: set[Path] = field(default_factory=set)
    lines: int = 0


def tree(value: object, faults: Sequence[Fault] = (), *, indent: int = _STEP) -> list[Line]:
    """The lines of a value; a fault stands beside the member it is about, with its path."""
    by_place: dict[Path, list[Fault]] = {}
    for fault in faults:
        by_place.setdefault(fault.at, []).append(fault)
    layout = _Tree(by_place)
    lines = list(_value((), value, (), indent, layout))
    untold = [fault for fault in faults if fault.at not in layout.told]
    return [*lines, *(_wrong(fault, indent) for fault in untold)]


def _value(
    name: tuple[Piece, ...], value: object, at: Path, indent: int, layout: _Tree
) -> Iterator[Line]:
    layout.lines += 1
    if len(at) > _DEEPEST:
        yield Line(((" " * indent, ""), *name, ("… nested deeper", MUTED)))
        return
    if layout.lines > _MOST_LINES:
        if layout.lines == _MOST_LINES + 1:
            yield Line(((" " * indent, ""), ("… more than can be shown here", MUTED)))
        return
    layout.told.add(at)
    found = layout.faults.get(at, [])
    margin: Piece = (" " * indent, "")
    hang = indent + sum(cell_len(text) for text, _ in name)
    members = _members(value, at, layout)
    if not members:
        yield Line((margin, *name, *_scalar(value)), hang=hang)
    elif name:
        yield Line((margin, *name, (_size(value), MUTED)))
    for fault in found:
        yield _wrong(fault, hang)
    width = min(_WIDEST_NAME, max((cell_len(_key(key)) for key, _ in members), default=0))
    deeper = indent + (_STEP if name else 0)
    for key, member in members:
        label = f"{_key(key):<{width}}  "
        style = NAME if isinstance(key, str) else MUTED
        if member is _MISSING:
            layout.told.add((*at, key))
            yield Line(((" " * deeper, ""), (label, style), (UNKNOWN, MUTED)))
            for fault in layout.faults[(*at, key)]:
                yield _wrong(fault, deeper + cell_len(label))
        else:
            yield from _value(((label, style),), member, (*at, key), deeper, layout)


_MISSING: Final = object()


def _members(value: object, at: Path, layout: _Tree) -> list[tuple[str | int, object]]:
    """The members in their own order, then those that are missing."""
    if isinstance(value, list):
        return list(enumerate(value))
    if not isinstance(value, dict):
        return []
    missing = [
        place[-1]
        for place in layout.faults
        if place and place[:-1] == at and isinstance(place[-1], str) and place[-1] not in value
    ]
    return [*value.items(), *((name, _MISSING) for name in missing)]


def _key(key: str | int) -> str:
    return neutralise(str(key)).replace("\n", "␊")


def _size(value: object) -> str:
    count = len(value) if isinstance(value, list | dict) else 0
    return f"{count} {'item' if isinstance(value, list) else 'member'}{'' if count == 1 else 's'}"


def _scalar(value: object) -> tuple[Piece, ...]:
    if isinstance(value, str):
        text = json.dumps(value[:_MOST_TEXT], ensure_ascii=False)
        more = len(value) - _MOST_TEXT
        ending = ((f" … {more:,} characters more", MUTED),) if more > 0 else ()
        return ((neutralise(text), TEXT), *ending)
    if isinstance(value, list | dict):
        return (("[]" if isinstance(value, list) else "{}", MUTED),)
    style = MUTED if kind_of(value) == "null" else NUMBER
    return ((json.dumps(value), style),)


def _wrong(fault: Fault, indent: int) -> Line:
    message = f"✗ {neutralise_line(fault.message)}  "
    return Line(
        ((" " * indent, ""), (message, WRONG), (neutralise(fault.path), MUTED)),
        hang=indent + 2,
        words=True,
    )
