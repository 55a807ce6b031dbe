"""Columns of lines whose height is known roughly at once and exactly once they have been seen."""

from collections.abc import Callable, Sequence
from typing import Protocol

from typing_extensions import override

from workbench.markdown.heights import Heights
from workbench.markdown.line import BLANK, Join, Line, Look, Span
from workbench.markdown.wrap import wrap

Path = tuple[int, ...]
"""The way to a line: the flow in a stack, the flow in that, ..., then line, height and width."""


MANY = 256
"""Flows in a stack from which on another width only scales their heights."""


class Flow(Protocol):
    """A column of lines, laid out for a width only where somebody looks."""

    def height(self, width: int) -> int:
        """Give the number of lines: exact where laid out at this width, else an estimate."""
        ...

    def lay(self, width: int, start: int, stop: int) -> None:
        """Lay out the lines `start` to `stop`; the height may change by it."""
        ...

    def line(self, width: int, row: int) -> Line:
        """Give one line, laying it out when needed."""
        ...

    def locate(self, width: int, row: int) -> Path:
        """Name a line in a way that survives changes of height above it."""
        ...

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again, or the nearest one that is left."""
        ...

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget the layout outside the lines `start` to `stop`, but not its height."""
        ...


def row_again(path: Path, height: int, width: int) -> int:
    """Find a line again that was named as a row, of so many, at some width."""
    if len(path) != 3:
        return 0
    row, height_then, width_then = path
    if width != width_then:
        row = row * height // max(1, height_then)
    return max(0, min(row, height - 1))


class Lines:
    """A flow that is laid out as a whole the first time somebody looks: by `compose`, once a width.

    Subclasses say how; none of them keeps a function, because there may be tens of thousands.
    """

    __slots__ = ("_height", "_lines", "_width")

    def __init__(self) -> None:
        self._width = -1
        self._height = 0
        self._lines: Sequence[Line] | None = None

    def compose(self, width: int) -> Sequence[Line]:
        """Lay out."""
        raise NotImplementedError

    def estimate(self, width: int) -> int:  # noqa: ARG002 - one line at any width
        """Guess the number of lines, cheaply."""
        return 1

    def changed(self) -> None:
        """Forget the layout, height and all: what would be composed has changed."""
        self._width = -1
        self._lines = None

    def height(self, width: int) -> int:
        """Give the number of lines."""
        return self._height if width == self._width else self.estimate(width)

    def lay(self, width: int, start: int, stop: int) -> None:  # noqa: ARG002 - laid out whole
        """Lay everything out."""
        self._composed(width)

    def line(self, width: int, row: int) -> Line:
        """Give one line; below the last one, an empty line."""
        lines = self._composed(width)
        return lines[row] if 0 <= row < len(lines) else BLANK

    def _composed(self, width: int) -> Sequence[Line]:
        if self._lines is None or width != self._width:
            self._lines = self.compose(width)
            self._width, self._height = width, len(self._lines)
        return self._lines

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget the lines when none of them is among those to keep."""
        if start >= stop or stop <= 0 or start >= self.height(width):
            self._lines = None

    def locate(self, width: int, row: int) -> Path:
        """Name a line."""
        return (row, self.height(width), width)

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again; at another width, the one as far down in proportion."""
        return row_again(path, self.height(width), width)


class OneLine(Lines):
    """A line that is there already, whatever the width."""

    __slots__ = ("_line",)

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    @override
    def compose(self, width: int) -> Sequence[Line]:
        return (self._line,)


class Repeated(Lines):
    """A line made of one character."""

    __slots__ = ("_char", "_look")

    def __init__(self, char: str, look: Look) -> None:
        super().__init__()
        self._char = char
        self._look = look

    @override
    def compose(self, width: int) -> Sequence[Line]:
        return (Line(((self._char * width, self._look),), "skip"),)


class Wrapped(Lines):
    """Paragraphs that are simply wrapped."""

    __slots__ = ("_join", "_paragraphs")

    def __init__(self, paragraphs: Sequence[Sequence[Span]], join: Join = "line") -> None:
        super().__init__()
        self._paragraphs = paragraphs
        self._join = join

    @override
    def compose(self, width: int) -> Sequence[Line]:
        return [line for spans in self._paragraphs for line in wrap(spans, width, self._join)]

    @override
    def estimate(self, width: int) -> int:
        sizes = (sum(len(text) for text, _ in spans) for spans in self._paragraphs)
        return sum(max(1, -(-size // width)) for size in sizes)


def plain(text: str, look: Look) -> "Stack":
    """Make a flow of a text without markup, in parts small enough to be laid out one by one."""
    stack = Stack()
    lines = text.split("\n")
    for first in range(0, len(lines), 64):
        parts: list[list[Span]] = []
        for line in lines[first : first + 64]:
            pieces = [line[at : at + 2048] for at in range(0, len(line), 2048)]
            parts += [[(piece, look)] for piece in pieces] or [[]]
        stack.append(Wrapped(parts))
    return stack


class Stack:
    """Flows one below the other. It only ever grows or is cut at its end."""

    __slots__ = ("_heights", "_laid", "_width", "flows")

    def __init__(self) -> None:
        self.flows: list[Flow] = []
        self._laid: set[int] = set()  # the flows of which something is laid out
        self._heights = Heights()
        self._width = -1

    def append(self, flow: Flow) -> None:
        """Put one more flow at the end."""
        self.flows.append(flow)
        if self._width > 0:
            self._heights.append(flow.height(self._width))

    def truncate(self, count: int) -> None:
        """Keep only the first `count` flows."""
        self._laid -= set(range(count, len(self.flows)))
        del self.flows[count:]
        if self._width > 0:
            self._heights.truncate(count)

    def remeasure(self, index: int) -> None:
        """Take up a height that may have changed by itself."""
        if self._width > 0:
            self._heights[index] = self.flows[index].height(self._width)

    def height(self, width: int) -> int:
        """Give the number of lines of all flows together."""
        self._measure(width)
        return self._heights.total

    def lay(self, width: int, start: int, stop: int) -> None:
        """Lay out the flows that the lines `start` to `stop` run through."""
        self._measure(width)
        index, row = self._heights.find(max(0, start))
        at = start - row
        while at < stop and index < len(self.flows):
            flow = self.flows[index]
            flow.lay(width, row, stop - at)
            self._laid.add(index)
            height = flow.height(width)
            self._heights[index] = height
            at += height
            row = 0
            index += 1

    def line(self, width: int, row: int) -> Line:
        """Give one line."""
        self._measure(width)
        index, inner = self._heights.find(row)
        return self.flows[index].line(width, inner) if index < len(self.flows) else BLANK

    def locate(self, width: int, row: int) -> Path:
        """Name a line."""
        self._measure(width)
        index, inner = self._heights.find(max(0, row))
        if index >= len(self.flows):
            return (index,)
        return (index, *self.flows[index].locate(width, inner))

    def place(self, width: int, row: int) -> tuple[int, int]:
        """Say which flow a line belongs to, and which line of that it is."""
        self._measure(width)
        return self._heights.find(max(0, row))

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again."""
        self._measure(width)
        if not path or path[0] >= len(self.flows):
            return self._heights.total
        row = self.flows[path[0]].row_of(width, path[1:])
        return self._heights.above(path[0]) + row

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget the layout of the flows outside the lines `start` to `stop`."""
        self._measure(width)
        for index in tuple(self._laid):
            top = self._heights.above(index)
            away = top >= stop or top + self._heights[index] <= start
            if away or start >= stop:
                self._laid.discard(index)
                self.flows[index].release(width, 0, 0)
            else:
                self.flows[index].release(width, start - top, stop - top)

    def above(self, width: int, index: int) -> int:
        """Give the number of lines above a flow."""
        self._measure(width)
        return self._heights.above(index)

    def _measure(self, width: int) -> None:
        if width == self._width:
            return
        if len(self.flows) > MANY and self._width > 0:
            # asking all of them would take long; whoever looks at one measures it
            scaled = self._heights.scaled(self._width, width)
            self._heights = Heights(scaled)
        else:
            self._heights = Heights(flow.height(width) for flow in self.flows)
        self._width = width


class Framed:
    """A flow with a margin before every line: a gutter, a bar, an indent."""

    __slots__ = ("first", "flow", "rest", "size")

    def __init__(
        self, flow: Flow, rest: tuple[Span, ...], first: tuple[Span, ...] | None = None
    ) -> None:
        self.flow = flow
        self.rest = rest
        self.first = rest if first is None else first
        self.size = sum(len(text) for text, _ in rest)

    def height(self, width: int) -> int:
        """Give the number of lines."""
        return self.flow.height(max(1, width - self.size))

    def lay(self, width: int, start: int, stop: int) -> None:
        """Lay out the inner flow in what the margin leaves."""
        self.flow.lay(max(1, width - self.size), start, stop)

    def line(self, width: int, row: int) -> Line:
        """Give one line with its margin."""
        line = self.flow.line(max(1, width - self.size), row)
        margin = self.rest if row else self.first
        return Line(margin + line.spans, line.join, line.fill, line.pending)

    def locate(self, width: int, row: int) -> Path:
        """Name a line of the inner flow."""
        return self.flow.locate(max(1, width - self.size), row)

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again."""
        return self.flow.row_of(max(1, width - self.size), path)

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget what lies outside."""
        self.flow.release(max(1, width - self.size), start, stop)


class Painted:
    """A flow whose lines are changed on their way out, one by one."""

    __slots__ = ("_flow", "_paint")

    def __init__(self, flow: Flow, paint: Callable[[Line], Line]) -> None:
        self._flow = flow
        self._paint = paint

    def height(self, width: int) -> int:
        """Give the number of lines."""
        return self._flow.height(width)

    def lay(self, width: int, start: int, stop: int) -> None:
        """Lay out the inner flow."""
        self._flow.lay(width, start, stop)

    def line(self, width: int, row: int) -> Line:
        """Give one line, changed."""
        return self._paint(self._flow.line(width, row))

    def locate(self, width: int, row: int) -> Path:
        """Name a line of the inner flow."""
        return self._flow.locate(width, row)

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again."""
        return self._flow.row_of(width, path)

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget what lies outside."""
        self._flow.release(width, start, stop)
