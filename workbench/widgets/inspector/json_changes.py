"""What differs between two JSON values, as lines: where, what was there, what is now. Pure."""

import json
from collections.abc import Iterator
from typing import Final

from workbench.neutralise import neutralise, neutralise_line
from workbench.session.wire.difference import differences
from workbench.widgets.figures import plural
from workbench.widgets.inspector.page import Line
from workbench.widgets.wire.json_lines import MUTED, Piece

_MOST: Final = 40
_LONGEST: Final = 2_000
_BEFORE: Final = "$text-error"
_AFTER: Final = "$text-success"

_BETWEEN: Final = {"changed": " → ", "added": "added ", "removed": " removed"}


def changes(before: object, after: object, *, indent: int = 2) -> Iterator[Line]:
    """A line for each place; nothing where nothing differs."""
    found = differences(before, after)
    margin = (" " * indent, "")
    for each in found[:_MOST]:
        pieces: list[Piece] = [margin, (f"{neutralise(each.path)}  ", MUTED)]
        if each.kind != "added":
            pieces.append((_shown(each.before), _BEFORE))
        pieces.append((_BETWEEN[each.kind], MUTED))
        if each.kind != "removed":
            pieces.append((_shown(each.after), _AFTER))
        yield Line(tuple(pieces), hang=indent + 2, words=True)
    if len(found) > _MOST:
        yield Line((margin, (f"… {plural(len(found) - _MOST, 'more place')}", MUTED)))


def _shown(value: object) -> str:
    return neutralise_line(json.dumps(value, ensure_ascii=False)[:_LONGEST])
