"""A code block: a darker panel with its language, growing line by line."""

from collections.abc import Callable

from typing_extensions import override

from workbench.markdown.flow import Lines, Path, Repeated, Stack, row_again
from workbench.markdown.highlight import CODE, Colouring, colouring, line_spans
from workbench.markdown.line import Line, Look, Span
from workbench.markdown.wrap import breaks, cut, wrap

CHUNK = 64
"""Source lines laid out together: what a resize or a look at a new place costs at most."""

_EDGE = Look("code-edge")
_LABEL = Look("code-label", panel=True)
_PAD: Span = (" ", Look("space", panel=True))


class CodeBlock(Stack):
    """The layout of a fenced or indented code block; `add` lines, then `close`."""

    __slots__ = ("_chunks", "_colouring", "_joined", "_whole", "_whole_wanted", "language")

    def __init__(self, info: str, label: tuple[Span, ...] = ()) -> None:
        super().__init__()
        words = info.split(maxsplit=1)
        self.language = words[0].strip("{}.") if words else ""
        self._joined = False
        self._chunks: list[_Chunk] = []
        self._whole_wanted = False  # closed, and worth being coloured as a whole
        self._colouring: Colouring | None = None  # as far as it got
        self._whole: list[list[Span]] | None = None
        label = label or ((info, _LABEL),)
        if label[0][0]:
            self.append(_Label(label))
        else:
            self.append(Repeated("▄", _EDGE))

    def add(self, text: str, *, joined: bool = False) -> None:
        """Add a line; `joined` when it continues the one before."""
        self._joined = self._joined or joined
        if not self._chunks or len(self._chunks[-1].texts) >= CHUNK:
            self.preview(None)
            self._begin_chunk()
        self._chunks[-1].add(text, joined=joined)
        self.remeasure(len(self.flows) - 1)

    def preview(self, text: str | None, *, joined: bool = False) -> None:
        """Show an unfinished line at the end; None takes it away again."""
        if not self._chunks:
            if text is None:
                return
            self._begin_chunk()
        self._chunks[-1].preview(text, joined=joined)
        self.remeasure(len(self.flows) - 1)

    def close(self) -> None:
        """Draw the lower edge; where one looks from now on it is coloured as a whole, in slices."""
        self.preview(None)
        self._want_whole(not self._joined)  # a line cut in pieces would be read as several
        self.append(Repeated("▀", _EDGE))

    @override
    def lay(self, width: int, start: int, stop: int) -> None:
        if self._whole_wanted and self._whole is None:
            self._colour_more()
        super().lay(width, start, stop)

    @override
    def line(self, width: int, row: int) -> Line:
        if not self._laid:
            self.lay(width, row, row + 1)
        return super().line(width, row)

    @override
    def release(self, width: int, start: int, stop: int) -> None:
        super().release(width, start, stop)
        if not self._laid and self._whole is not None:
            self._whole = None
            self._want_whole(True)

    def _colour_more(self) -> None:
        if self._colouring is None:
            lines = [text for chunk in self._chunks for text in chunk.texts]
            self._colouring = colouring(self.language, lines)
        if self._colouring is None:
            self._want_whole(False)
            return
        self._colouring.step()
        if self._colouring.over:
            self._whole, self._colouring = self._colouring.lines, None
            self._want_whole(self._whole is not None)

    def _want_whole(self, wanted: bool) -> None:
        self._whole_wanted = wanted
        for chunk in self._chunks:
            chunk.colour_anew(pending=wanted and self._whole is None)

    def _begin_chunk(self) -> None:
        place = len(self._chunks)
        self._chunks.append(_Chunk(lambda texts: self._colour(place, texts)))
        self.append(self._chunks[-1])

    def _colour(self, place: int, texts: list[str]) -> list[list[Span]]:
        """Colour lines of a chunk: in context where that is known, else by themselves."""
        if self._whole is not None:
            return self._whole[place * CHUNK : place * CHUNK + len(texts)]
        return [self._line_spans(text) for text in texts]

    def _line_spans(self, text: str) -> list[Span]:
        spans = line_spans(self.language, text)
        if spans is None:
            self.language = ""  # one try is enough: the rest is shown plain
            return [(text, CODE)]
        return spans


class _Label(Lines):
    """The panel's first line: what kind of code it is."""

    __slots__ = ("_spans",)

    def __init__(self, spans: tuple[Span, ...]) -> None:
        super().__init__()
        self._spans = spans

    @override
    def compose(self, width: int) -> list[Line]:
        lines = wrap(self._spans, max(1, width - 2))
        return [Line((_PAD, *line.spans), "skip", CODE) for line in lines]


class _Chunk:
    """Some source lines; each is coloured once, and laid out once for a width."""

    __slots__ = (
        "_colour",
        "_done",
        "_height",
        "_joined",
        "_laid",
        "_pending",
        "_spans",
        "_tail",
        "_tail_lines",
        "_width",
        "texts",
    )

    def __init__(self, colour: Callable[[list[str]], list[list[Span]]]) -> None:
        self.texts: list[str] = []
        self._colour = colour
        self._joined: list[bool] = []
        self._spans: list[list[Span]] = []  # of the first lines, as far as somebody looked
        self._laid: list[Line] = []
        self._done = 0  # source lines that are in _laid
        self._height = -1  # of the lines that were released
        self._pending = False  # the colours will be others soon
        self._tail: tuple[str, bool] | None = None
        self._tail_lines: list[Line] = []
        self._width = -1

    def add(self, text: str, *, joined: bool) -> None:
        self.preview(None)
        self._height = -1
        self.texts.append(text)
        self._joined.append(joined)

    def preview(self, text: str | None, *, joined: bool = False) -> None:
        if text is not None:
            self._height = -1
        self._tail = None if text is None else (text, joined)
        self._tail_lines = []

    def colour_anew(self, *, pending: bool) -> None:
        """The colours are to be asked for again; `pending`: and once more after that."""
        if self._width > 0:
            self.release(self._width, 0, 0)
        self._spans = []
        self._pending = pending

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget the lines when none of them is among those to keep; never those still to grow."""
        if self._tail is None and self._width == width and self._done == len(self.texts):
            height = self.height(width)
            if start >= stop or stop <= 0 or start >= height:
                self._done, self._laid, self._spans, self._height = 0, [], [], height

    def height(self, width: int) -> int:
        if width == self._width:
            if self._height >= 0:
                return self._height
            self.lay(width, 0, 0)
            return len(self._laid) + len(self._tail_lines)
        room = max(1, width - 2)
        size = sum(-(-len(text) // room) or 1 for text in self.texts)
        return size + (self._tail is not None)

    def lay(self, width: int, start: int, stop: int) -> None:  # noqa: ARG002 - small enough
        if width != self._width:
            self._laid, self._done, self._tail_lines, self._width = [], 0, [], width
        self._height = -1
        if len(self._spans) < len(self.texts):
            self._spans += self._colour(self.texts[len(self._spans) :])
        for index in range(self._done, len(self.texts)):
            lines = _lay(self._spans[index], width, joined=self._joined[index])
            if self._pending:
                lines = [line._replace(pending=True) for line in lines]
            self._laid += lines
        self._done = len(self.texts)
        if self._tail is not None and not self._tail_lines:
            text, joined = self._tail
            self._tail_lines = _lay(self._colour([text])[0], width, joined=joined)

    def line(self, width: int, row: int) -> Line:
        self.lay(width, row, row + 1)
        if row < len(self._laid):
            return self._laid[row]
        row -= len(self._laid)
        return self._tail_lines[row] if row < len(self._tail_lines) else Line()

    def locate(self, width: int, row: int) -> Path:
        return (row, self.height(width), width)

    def row_of(self, width: int, path: Path) -> int:
        return row_again(path, self.height(width), width)


def _lay(spans: list[Span], width: int, *, joined: bool) -> list[Line]:
    text = "".join([part for part, _ in spans])
    room = max(1, width - 2)
    if "\t" in text:
        spans = _without_tabs(spans)
        text = "".join([part for part, _ in spans])
    if len(text) <= room and text.isascii():
        return [Line((_PAD, *spans), "none" if joined else "line", CODE)]
    lines: list[Line] = []
    start = 0
    while start < len(text) or not lines:
        # code is cut anywhere: no word is kept together, and no space may be dropped
        ahead = text[start : start + 2 * room + 8].replace(" ", "\u00a0")
        end = start + max(1, breaks(ahead, room)[0][1])
        piece = tuple(cut(spans, start, end))
        lines.append(Line((_PAD, *piece), "none" if joined or start else "line", CODE))
        start = end
    return lines


def _without_tabs(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    column = 0
    for text, look in spans:
        part = ""
        for char in text:
            part += " " * (4 - (column + len(part)) % 4) if char == "\t" else char
        column += len(part)
        out.append((part, look))
    return out
