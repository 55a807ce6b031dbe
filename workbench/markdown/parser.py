"""An incremental block parser: every line is read once, in time that depends on the line alone.

CommonMark's block structure with tables. Differences, each so that what is finished stays finished:
link reference definitions and HTML are text, and nesting ends at `MAX_DEPTH`.
"""

from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

from workbench.markdown import scan
from workbench.markdown.events import (
    Added,
    BecameHeading,
    BecameTable,
    Closed,
    Event,
    Frame,
    Kind,
    Opened,
)
from workbench.markdown.scan import Cursor

MAX_DEPTH = 24
"""Containers inside each other; deeper markers are text."""

MAX_LINE = 2048
"""A longer line is read in pieces, a longer paragraph laid out in pieces: work stays bounded."""


@dataclass(slots=True)
class Container:
    """An open quote, list or list item."""

    serial: int
    kind: Literal["quote", "list", "item"]
    bullet: str = ""  # of a list: what its markers are made of
    number: int = 0  # of a list: of its next item
    offset: int = 0  # of an item: the column its content begins at
    marker: str = ""
    shown: bool = False
    filled: bool = False


@dataclass(slots=True)
class Leaf:
    """The open block: what of it decides how the next line is read."""

    kind: Kind
    fence: str = ""
    indent: int = 0
    size: int = 0
    last: str = ""
    blanks: list[str] = field(default_factory=list)


class BlockParser:
    """Reads lines, says what they do to the blocks."""

    def __init__(self) -> None:
        self._stack: list[Container] = []
        self._leaf: Leaf | None = None
        self._serial = count(1)
        self._before: tuple[int, ...] | None = None  # containers of the block before
        self._blank = False
        self._events: list[Event] = []

    @property
    def in_code(self) -> bool:
        """A fence is open."""
        return self._leaf is not None and self._leaf.fence != ""

    def copy(self) -> "BlockParser":
        """Make another one in the same state; cheap, whatever was read so far."""
        other = BlockParser()
        other._stack = [replace(container) for container in self._stack]
        leaf = self._leaf
        other._leaf = leaf and replace(leaf, blanks=list(leaf.blanks))
        other._serial = count(1_000_000_000)
        other._before = self._before
        other._blank = self._blank
        return other

    def line(self, text: str) -> list[Event]:
        """Read one line, without its line end."""
        self._line(text)
        return self._take()

    def more(self, piece: str) -> list[Event]:
        """Read the next piece of a line that was too long to be read at once."""
        leaf = self._leaf
        if leaf is not None and leaf.kind == "code":
            self._events.append(Added(piece, joined=True))
        else:
            self._close_leaf()
            self._open("paragraph", continued=True)
            self._add(piece)
        return self._take()

    def finish(self) -> list[Event]:
        """End the document: everything open closes."""
        self._close_to(0)
        return self._take()

    def show_empty(self) -> list[Event]:
        """Show the marker of an item that has nothing in it yet."""
        if any(container.kind == "item" and not container.shown for container in self._stack):
            self._open("paragraph")
        return self._take()

    def _take(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    # -- one line ---------------------------------------------------------------------------

    def _line(self, text: str) -> None:
        at, matched = self._match(Cursor(text, 0))
        whole = matched == len(self._stack)
        leaf = self._leaf
        if whole and leaf is not None and leaf.kind == "code" and self._goes_on(at, leaf):
            return
        at, depth, ended = self._starts(at, matched)
        if ended:
            return
        opened = depth != matched
        leaf = self._leaf
        if leaf is not None and leaf.kind == "paragraph" and not at.blank and not opened:
            # also with containers unmatched: a lazy continuation
            self._add(at.words)
            return
        if at.blank:
            if not opened:
                self._close_to(depth)
            if leaf is not None and leaf.kind in ("paragraph", "table"):
                self._close_leaf()
            self._blank = self._blank or not opened
            return
        if leaf is not None and leaf.kind == "table" and whole and not opened:
            self._events.append(Added(at.words))
            return
        if not opened:
            self._close_to(self._below_list(depth))
        self._open("paragraph")
        self._add(at.words)

    def _match(self, at: Cursor) -> tuple[Cursor, int]:
        """Go past what the open containers take of a line; say how many of them go on."""
        for index, container in enumerate(self._stack):
            if container.kind == "quote":
                inner = at.past_indent()
                if at.indent > 3 or not inner.rest.startswith(">"):
                    return at, index
                at = inner.past(1).dedent(1)
            elif container.kind == "item":
                if at.blank:
                    if not container.filled:
                        return at, index
                elif at.indent >= container.offset:
                    at = at.dedent(container.offset)
                else:
                    return at, index
        return at, len(self._stack)

    def _goes_on(self, at: Cursor, leaf: Leaf) -> bool:
        """Give the line to the open code block; False when it ends before this line."""
        if leaf.fence:
            if at.indent <= 3 and scan.closes(at.words, leaf.fence):
                self._close_leaf()
            else:
                self._events.append(Added(at.dedent(leaf.indent).rest))
            return True
        if at.blank:
            leaf.blanks.append(at.dedent(4).rest)
            return True
        if at.indent < 4:
            return False
        self._events.extend(Added(blank) for blank in leaf.blanks)
        leaf.blanks.clear()
        self._events.append(Added(at.dedent(4).rest))
        return True

    def _starts(self, at: Cursor, depth: int) -> tuple[Cursor, int, bool]:
        """Open what begins on this line; True when that used up the line."""
        whole = depth == len(self._stack)
        fresh = False
        while not at.blank:
            leaf = self._leaf
            paragraph = leaf is not None and leaf.kind == "paragraph"
            if at.indent >= 4:
                if paragraph:
                    break
                self._close_to(self._below_list(depth))
                self._open("code")
                self._events.append(Added(at.dedent(4).rest))
                return at, depth, True
            text = at.words
            if len(self._stack[:depth]) < MAX_DEPTH and text.startswith(">"):
                self._close_to(self._below_list(depth))
                self._push(Container(next(self._serial), "quote"))
                at = at.past_indent().past(1).dedent(1)
            elif self._leaf_begins(at, text, depth, after=paragraph and whole and not fresh):
                return at, depth, True
            elif mark := self._item_begins(text, depth, after=paragraph and whole and not fresh):
                at = self._item(at, mark, depth)
            else:
                break
            depth = len(self._stack)
            fresh = True
        if fresh:
            # told apart from "nothing opened" by a depth that no match can give
            return at, -1, False
        return at, depth, False

    def _leaf_begins(self, at: Cursor, text: str, depth: int, *, after: bool) -> bool:
        """Open a heading, fence, rule or table, if the line is one."""
        if title := scan.heading(text):
            self._close_to(self._below_list(depth))
            self._open("heading", level=title[0])
            self._add(title[1])
            self._close_leaf()
            return True
        if opening := scan.fence(text):
            self._close_to(self._below_list(depth))
            self._open("code", info=opening[1], leaf=Leaf("code", opening[0], at.indent))
            return True
        if after and (level := scan.underline(text)):
            self._events.append(BecameHeading(level))
            self._close_leaf()
            return True
        leaf = self._leaf
        aligns = scan.delimiters(text) if after and scan.marker(text) is None else None
        if leaf is not None and aligns is not None:
            if len(scan.cells(leaf.last)) == len(aligns):
                self._events.append(BecameTable(aligns))
                leaf.kind = "table"
                return True
            return False
        if scan.rule(text):
            self._close_to(self._below_list(depth))
            self._open("rule")
            self._close_leaf()
            return True
        return False

    def _item_begins(self, text: str, depth: int, *, after: bool) -> scan.Marker | None:
        mark = scan.marker(text)
        if mark is None or depth >= MAX_DEPTH:
            return None
        if after and not (text[mark.size :].strip(" \t") and mark.interrupts):
            return None
        return mark

    def _item(self, at: Cursor, mark: scan.Marker, depth: int) -> Cursor:
        """Open a list item, and its list when it is the first; give what follows the marker."""
        indent = at.indent
        inner = at.past_indent().past(mark.size)
        spaces = inner.indent
        if inner.blank:
            inner, padding = Cursor("", inner.column), mark.size + 1
        elif spaces > 4:
            inner, padding = inner.dedent(1), mark.size + 1
        else:
            inner, padding = inner.dedent(spaces), mark.size + spaces
        here = self._stack[depth - 1] if depth else None
        if here is not None and here.kind == "list" and here.bullet == mark.kind:
            self._close_to(depth)
        else:
            self._close_to(self._below_list(depth))
            here = Container(next(self._serial), "list", bullet=mark.kind, number=mark.number)
            self._push(here)
        label = "•" if mark.kind in "-+*" else f"{here.number}{mark.kind}"
        here.number += 1
        self._push(Container(next(self._serial), "item", offset=indent + padding, marker=label))
        return inner

    # -- blocks -----------------------------------------------------------------------------

    def _push(self, inner: Container) -> None:
        for container in self._stack:
            container.filled = True
        self._stack.append(inner)

    def _below_list(self, depth: int) -> int:
        """Step out of a list: only items lie directly in it."""
        return depth - 1 if depth and self._stack[depth - 1].kind == "list" else depth

    def _open(
        self,
        kind: Kind,
        *,
        level: int = 0,
        info: str = "",
        leaf: Leaf | None = None,
        continued: bool = False,
    ) -> Leaf:
        frames = []
        for container in self._stack:
            fresh = container.kind == "item" and not container.shown
            frames.append(Frame(container.serial, container.kind, container.marker, fresh))
            container.shown = container.filled = True
        serials = tuple(frame.serial for frame in frames)
        shared = 0
        for mine, theirs in zip(serials, self._before or (), strict=False):
            if mine != theirs:
                break
            shared += 1
        in_list = any(frame.kind == "list" for frame in frames[:shared])
        gap = self._before is not None and not continued and (self._blank or not in_list)
        self._events.append(Opened(kind, tuple(frames), gap, level, info, continued))
        self._before = serials
        self._blank = False
        self._leaf = leaf or Leaf(kind)
        return self._leaf

    def _add(self, text: str) -> None:
        leaf = self._leaf or self._open("paragraph")
        if leaf.size and leaf.size + len(text) > MAX_LINE:
            self._close_leaf()
            leaf = self._open("paragraph", continued=True)
        leaf.size += len(text) + 1
        leaf.last = text
        self._events.append(Added(text))

    def _close_leaf(self) -> None:
        if self._leaf is not None:
            self._leaf = None
            self._events.append(Closed())

    def _close_to(self, depth: int) -> None:
        """Close the open block, and the containers below `depth`; an empty item is shown first."""
        self._close_leaf()
        if any(c.kind == "item" and not c.shown for c in self._stack[depth:]):
            self._open("paragraph")
            self._close_leaf()
        del self._stack[depth:]
