"""The parts of an answer: reasoning that folds, text that streams, calls of tools."""

import json

from workbench.markdown.code import CodeBlock
from workbench.markdown.document import Document
from workbench.markdown.flow import Framed, OneLine, Painted, Path, Stack
from workbench.markdown.highlight import CODE
from workbench.markdown.line import Line, Look
from workbench.neutralise import Neutraliser, neutralise, neutralise_line

_REASONING = Look("reasoning", italic=True)
_HEAD = Look("reasoning-head")


class StreamedText:
    """Markdown that arrives: read when it is looked at, or frame by frame while it streams."""

    __slots__ = ("_neutraliser", "_over", "_pending", "_size", "document", "raw")

    def __init__(self) -> None:
        self.document = Document()
        self.raw: list[str] = []
        self._pending: list[str] = []
        self._size = 0
        self._over = False
        self._neutraliser = Neutraliser()

    def add(self, delta: str) -> None:
        """Take a delta; nothing is read yet."""
        self.raw.append(delta)
        self._pending.append(delta)
        self._size += len(delta)

    @property
    def seen(self) -> bool:
        """Somebody has looked at it, or it was shown while it arrived."""
        return bool(self.document.flows)

    def end(self) -> None:
        """No more will come."""
        self._over = True

    def text(self) -> str:
        """Give the text as it came."""
        if len(self.raw) > 1:
            self.raw = ["".join(self.raw)]
        return self.raw[0] if self.raw else ""

    def settle(self) -> None:
        """Read what has arrived."""
        if self._pending:
            arrived = "".join(self._pending)
            self._pending.clear()
            self.document.feed(self._neutraliser.feed(arrived))
        if self._over:
            self.document.close()
        else:
            self.document.settle()

    def height(self, width: int) -> int:
        """Give the number of lines; before the text was read, a guess from its size."""
        if self._pending and not self.document.flows:
            return 1 + self._size // max(1, width * 2 // 3)
        return self.document.height(width)

    def lay(self, width: int, start: int, stop: int) -> None:
        """Read and lay out."""
        self.settle()
        self.document.lay(width, start, stop)

    def line(self, width: int, row: int) -> Line:
        """Give one line."""
        return self.document.line(width, row)

    def locate(self, width: int, row: int) -> Path:
        """Name a line."""
        return self.document.locate(width, row)

    def row_of(self, width: int, path: Path) -> int:
        """Find a named line again."""
        return self.document.row_of(width, path)

    def release(self, width: int, start: int, stop: int) -> None:
        """Forget what lies outside."""
        self.document.release(width, start, stop)


class Reasoning(Stack):
    """What the model thought: open while it streams, one line once it is folded."""

    def __init__(self) -> None:
        super().__init__()
        self.body = StreamedText()
        self.folded = False
        self._summary = ""
        self.append(OneLine(self._headline()))
        self._shown = Framed(Painted(self.body, _thought), (("┊ ", Look("gutter-reasoning")),))
        self.append(self._shown)

    @property
    def seen(self) -> bool:
        """Somebody has looked at it, or it was shown while it arrived."""
        return self.body.seen

    def fold(self, summary: str = "") -> None:
        """Show one line only: the summary."""
        self.body.end()
        if summary:
            self._summary = neutralise_line(summary)
        self.show(folded=True)

    def show(self, *, folded: bool) -> None:
        """Fold or open."""
        self.folded = folded
        self.truncate(0)
        self.append(OneLine(self._headline()))
        if not folded:
            self.append(self._shown)

    def settle(self) -> None:
        """Read what has arrived."""
        self.body.settle()
        if not self.folded:
            self.remeasure(1)

    def _headline(self) -> Line:
        sign = "▸ " if self.folded else "▾ "
        words = self._summary
        if not words:
            words = "Thought" if self.folded else "Thinking…"
        return Line(((sign, _HEAD), (words, _HEAD)), "skip")


def _thought(line: Line) -> Line:
    spans = tuple(
        (text, look._replace(role="reasoning", italic=True) if look.role == "text" else look)
        for text, look in line.spans
    )
    return line._replace(spans=spans)


def tool_call(name: str, arguments: str, call_id: str) -> Stack:
    """Lay out a tool call: its name, and its arguments as JSON, or raw where they are not."""
    head = (
        ("⚙ ", Look("tool-name", panel=True)),
        (neutralise_line(name), Look("tool-name", bold=True, panel=True)),
        ("  " + neutralise_line(call_id), CODE._replace(role="code-label")),
    )
    pretty = _pretty(arguments)
    block = CodeBlock("json" if pretty is not None else "", head)
    for line in neutralise(arguments if pretty is None else pretty).split("\n"):
        at = 0
        while at < len(line) or at == 0:
            block.add(line[at : at + 2048], joined=at > 0)
            at += 2048
    block.close()
    return block


def _pretty(arguments: str) -> str | None:
    try:
        value = json.loads(arguments, object_pairs_hook=_each_once)
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # the reader must see both values, so the text is shown as it is
        raise ValueError("a key occurs twice")
    return found
