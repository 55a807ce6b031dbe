"""The events of a stream as rows, each in a line, opened up where a person wants to see it all."""

import json
from bisect import bisect_right, insort
from itertools import accumulate
from typing import Final

from textual.content import Content

from workbench.neutralise import neutralise_line
from workbench.session.wire.events import EventIndex, WireEvent
from workbench.session.wire.gist import GistKind, gist
from workbench.widgets.figures import duration
from workbench.widgets.wire.json_lines import MUTED, safe_lines
from workbench.widgets.wire.text_rows import Look, TextRows

HEADING: Final = "     #       time     offset  what"
_INDENT: Final = 4
_STYLES: Final[dict[GistKind, str]] = {
    "role": MUTED,
    "text": "",
    "reasoning": "$foreground 75%",
    "call": "$text-success",
    "finish": "$text-accent",
    "usage": "$text-accent",
    "error": "$text-error",
    "done": MUTED,
    "comment": MUTED,
    "other": "$text-warning",
}


class EventRows:
    """Events, of which some are open: their data laid out below them."""

    def __init__(self, index: EventIndex) -> None:
        self._index = index
        self._open: list[int] = []
        self._details: dict[int, TextRows] = {}

    def of(self, index: EventIndex) -> bool:
        """Whether these are the rows of that index."""
        return self._index is index

    def height(self, width: int) -> int:
        """One row for each event, and those of what is open."""
        extra = sum(self._details[number].height(width - _INDENT) for number in self._open)
        return len(self._index) + extra

    def row(self, index: int, width: int) -> Content:
        """One row."""
        number, part = self._at(index, width)
        if part:
            inner = self._details[number].row(part - 1, width - _INDENT)
            return Content.assemble(" " * _INDENT, inner)
        return _line(self._index[number], opened=number in self._details, width=width)

    def event_at(self, row: int, width: int) -> int:
        """Which event a row belongs to, counted from 0."""
        return self._at(row, width)[0]

    def row_of(self, number: int, width: int) -> int:
        """The row of an event."""
        before = self._open[: bisect_right(self._open, number - 1)]
        return number + sum(self._details[each].height(width - _INDENT) for each in before)

    def rows_of(self, number: int, width: int) -> int:
        """How many rows an event has, those of its details included."""
        details = self._details.get(number)
        return 1 + (details.height(width - _INDENT) if details else 0)

    def toggle(self, number: int) -> None:
        """Open an event, or close it."""
        if number in self._details:
            self._open.remove(number)
            del self._details[number]
        elif 0 <= number < len(self._index):
            insort(self._open, number)
            self._details[number] = _details(self._index[number])

    def find(self, words: str, width: int) -> list[int]:
        """The rows of the events that hold these words."""
        return [self.row_of(number, width) for number in self._index.find(words)]

    def _at(self, row: int, width: int) -> tuple[int, int]:
        """The event of a row, and which of its rows that is: 0 is the event's own."""
        tops = [
            number + extra
            for number, extra in zip(
                self._open,
                accumulate(
                    (self._details[each].height(width - _INDENT) for each in self._open), initial=0
                ),
                strict=False,
            )
        ]
        place = bisect_right(tops, row) - 1
        if place < 0:
            return row, 0
        number, part = self._open[place], row - tops[place]
        height = self._details[number].height(width - _INDENT)
        if part <= height:
            return number, part
        return number + part - height, 0


def _line(event: WireEvent, *, opened: bool, width: int) -> Content:
    told = gist(event)
    mark = "▾" if opened else " "
    named = event.name not in ("", "message", told.kind)
    return Content.assemble(
        (f"{mark}{event.number:>5}", MUTED),
        (f"  {duration(event.at):>9}", "$foreground 75%"),
        (f"  {event.offset:>9,}", MUTED),
        (f"  {told.kind:<9} ", MUTED),
        (f"{neutralise_line(event.name)} " if named else "", "$text-error"),
        (_shortened(neutralise_line(told.text), width), _STYLES[told.kind]),
    ).truncate(width, ellipsis=True)


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width + 1]


def _details(event: WireEvent) -> TextRows:
    """All of an event: where it was, and its data laid out."""
    where = f"bytes {event.offset:,} to {event.offset + event.size - 1:,}"
    if event.at is not None:
        where += f" · read {event.read:,} · {event.at * 1000:,.1f} ms after sending"
    lines: list[tuple[str, Look]] = [(where, "muted")]
    if event.name not in ("", "message"):
        lines.append((f"event: {neutralise_line(event.name)}", "header"))
    try:
        pretty = json.dumps(json.loads(event.data), ensure_ascii=False, indent=2)
        lines += [(line, "json") for line in safe_lines(pretty)]
    except (ValueError, RecursionError):
        lines += [(line, "text") for line in safe_lines(event.data)]
    return TextRows(lines)
