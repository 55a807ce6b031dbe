"""A Markdown document that grows: feed it text, ask it for lines. Finished blocks never change."""

from collections.abc import Iterable

from workbench.markdown import scan
from workbench.markdown.blocks import TextBlock, heading_look, margins, rule_block, task
from workbench.markdown.code import CodeBlock
from workbench.markdown.events import (
    Added,
    BecameHeading,
    BecameTable,
    Closed,
    Event,
    Frame,
    Opened,
)
from workbench.markdown.flow import Flow, Framed, Lines, OneLine, Stack
from workbench.markdown.line import Line
from workbench.markdown.parser import MAX_LINE, BlockParser
from workbench.markdown.table import TableBlock

Block = TextBlock | CodeBlock | TableBlock | Lines


class Document(Stack):
    """The layout of a text that arrives in pieces.

    `feed` costs what the piece costs. What is not a whole line yet is shown by `settle`, which is
    worth calling once per frame. However the text was cut, and whenever `settle` was called, after
    `close` the lines are the same. The text must be safe to show: see `workbench.neutralise`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._parser = BlockParser()
        self._tail = ""
        self._more = False  # the tail goes on in a line whose beginning was read already
        self._frames: tuple[Frame, ...] = ()  # of the block opened last
        self._open: Block | None = None
        self._kept = 0  # flows that are there for good; the others are a preview
        self._settled = True
        self._closed = False

    def feed(self, text: str) -> None:
        """Add text."""
        if not text:
            return
        self._unpreview()
        first, *rest = text.split("\n")
        self._tail += first
        self._cut()
        for line in rest:
            self._end_line()
            self._tail = line
            self._cut()

    def close(self) -> None:
        """End the document."""
        if self._closed:
            return
        self._closed = True
        self._unpreview()
        if self._tail:
            self._end_line()
        self._apply(self._parser.finish())
        self._kept = len(self.flows)

    def settle(self) -> None:
        """Show the unfinished line as well as it can be known; later text may show it otherwise."""
        if self._settled:
            return
        self._settled = True
        self._kept = len(self.flows)
        in_code = self._parser.in_code
        tail = self._tail
        if not tail and self._more:
            return
        parser = self._parser.copy()
        if tail and (self._more or not scan.undecided(tail, in_code=in_code)):
            self._preview(parser.more(tail) if self._more else parser.line(tail))
        self._preview(parser.show_empty())

    # -- text to events ---------------------------------------------------------------------

    def _cut(self) -> None:
        """Read the beginning of a line that has become too long."""
        text, start = self._tail, 0
        while len(text) - start > MAX_LINE:
            space = text.rfind(" ", start + MAX_LINE // 2, start + MAX_LINE)
            end = start + MAX_LINE if space < 0 else space + 1
            piece = text[start:end]
            self._apply(self._parser.more(piece) if self._more else self._parser.line(piece))
            self._more = True
            start = end
        if start:
            self._tail = text[start:]

    def _end_line(self) -> None:
        if self._more:
            if self._tail:
                self._apply(self._parser.more(self._tail))
        else:
            self._apply(self._parser.line(self._tail))
        self._tail = ""
        self._more = False

    # -- events to blocks -------------------------------------------------------------------

    def _apply(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case Opened():
                    self._open = self._append(event)
                case Added():
                    self._add(event)
                case BecameHeading():
                    if isinstance(self._open, TextBlock):
                        self._open.become(heading_look(event.level))
                case BecameTable():
                    self._become_table(event)
                case Closed():
                    if isinstance(self._open, TextBlock | CodeBlock | TableBlock):
                        self._open.close()
                    self._update()
                    self._open = None
        self._update()

    def _update(self) -> None:
        if self._open is not None:
            self.remeasure(len(self.flows) - 1)

    def _append(self, event: Opened) -> Block:
        if event.gap:
            shared = _shared(self._frames, event.frames)
            self.append(_gap(shared))
        self._frames = event.frames
        block: Block
        match event.kind:
            case "heading":
                block = TextBlock(heading_look(event.level))
            case "code":
                block = CodeBlock(event.info)
            case "rule":
                block = rule_block()
            case _:
                block = TextBlock(join="none" if event.continued else "line")
        self.append(_framed(block, event.frames))
        return block

    def _add(self, event: Added, *, preview: bool = False) -> None:
        block = self._open
        text = event.text
        if isinstance(block, CodeBlock):
            if preview:
                block.preview(text, joined=event.joined)
            else:
                block.add(text, joined=event.joined)
        elif isinstance(block, TextBlock):
            if not block.texts:
                text = self._task(block, text)
            if preview:
                block.preview(text)
            else:
                block.add(text)
        elif isinstance(block, TableBlock):
            if preview:
                block.preview(text)
            else:
                block.add(text)

    def _task(self, block: TextBlock, text: str) -> str:
        sign, rest = task(text, self._frames)
        if sign:
            self.truncate(len(self.flows) - 1)
            self.append(_framed(block, self._frames, sign))
        return rest

    def _become_table(self, event: BecameTable) -> None:
        block = self._open
        if not isinstance(block, TextBlock):
            return
        head = block.pop()
        frames = self._frames
        if block.texts:
            self._update()
            frames = tuple(frame._replace(fresh=False) for frame in frames)
            self.append(_gap(frames))
        else:
            self.truncate(len(self.flows) - 1)
        self._open = TableBlock(head, event.aligns)
        self.append(_framed(self._open, frames))

    # -- the unfinished line ----------------------------------------------------------------

    def _preview(self, events: Iterable[Event]) -> None:
        """Show what the events would do, in a way that `_unpreview` takes back."""
        kept_open, kept_frames = self._open, self._frames
        temporary = False
        for event in events:
            if isinstance(event, Opened):
                self._open = self._append(event)
                temporary = True
            elif isinstance(event, Added):
                self._add(event, preview=True)
                if not temporary:
                    self._update()
        if temporary:
            self._update()
        self._open, self._frames = kept_open, kept_frames

    def _unpreview(self) -> None:
        if not self._settled:
            return
        self._settled = False
        if len(self.flows) > self._kept:
            self.truncate(self._kept)
        if isinstance(self._open, TextBlock | CodeBlock | TableBlock):
            self._open.preview(None)
            self._update()


def _shared(before: tuple[Frame, ...], after: tuple[Frame, ...]) -> tuple[Frame, ...]:
    count = 0
    for mine, theirs in zip(before, after, strict=False):
        if mine.serial != theirs.serial:
            break
        count += 1
    return tuple(frame._replace(fresh=False) for frame in after[:count])


def _gap(frames: tuple[Frame, ...]) -> Lines:
    return OneLine(Line(margins(frames)[1]))


def _framed(block: Flow, frames: tuple[Frame, ...], sign: str = "") -> Flow:
    if not frames:
        return block
    first, rest = margins(frames, sign)
    return Framed(block, rest, first)
