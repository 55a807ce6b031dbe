"""What the block parser says as it reads: a block opens, gains a line, changes its kind, closes."""

from typing import Literal, NamedTuple

Kind = Literal["paragraph", "heading", "code", "table", "rule"]
Align = Literal["left", "center", "right"]


class Frame(NamedTuple):
    """A container round a block: a quote, or a list item with its marker."""

    serial: int
    kind: Literal["quote", "list", "item"]
    marker: str = ""
    fresh: bool = False
    """The block is the first of its item: the marker is drawn before it."""


class Opened(NamedTuple):
    """A block begins. `gap` sets it off from the one before by an empty line."""

    kind: Kind
    frames: tuple[Frame, ...]
    gap: bool
    level: int = 0
    info: str = ""
    continued: bool = False


class Added(NamedTuple):
    """A line of the open block; `joined` when it goes on in the same source line."""

    text: str
    joined: bool = False


class BecameHeading(NamedTuple):
    """The open paragraph was underlined."""

    level: int


class BecameTable(NamedTuple):
    """The last line of the open paragraph was the head of a table."""

    aligns: tuple[Align, ...]


class Closed(NamedTuple):
    """The open block is complete and never changes again."""


Event = Opened | Added | BecameHeading | BecameTable | Closed
