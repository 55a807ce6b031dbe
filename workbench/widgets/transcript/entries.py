"""What a conversation is made of, as the transcript shows it: entries that lay themselves out."""

from collections.abc import Callable
from typing import Literal

from workbench.markdown.flow import Framed, OneLine, Painted, Stack, Wrapped, plain
from workbench.markdown.line import BLANK, Look, Role, Span
from workbench.neutralise import neutralise, neutralise_line

Severity = Literal["error", "warning", "information"]
Touched = Callable[["Entry"], None]

_SPACER = OneLine(BLANK)
_NAME_USER = Look("name-user", bold=True)


class Entry(Stack):
    """One entry of the conversation: a column of flows. Give it text; it tells whom it belongs to.

    Texts are untrusted: entries keep them as they came and show only what `neutralise` makes of
    them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.index = -1
        """Its place in the transcript; -1 outside one."""
        self.touched: Touched | None = None
        """Called when the entry has changed and should be drawn again."""

    def settle(self) -> None:
        """Bring the layout up to date with the text. Called once per frame while it changes."""

    @property
    def code_blocks(self) -> tuple[str, ...]:
        """The code blocks in it, as they came."""
        return ()

    def code_rows(self, width: int) -> list[tuple[int, int]]:
        """Say where each code block begins and ends."""
        del width
        return []

    def raw(self) -> str:
        """Give the text as it came."""
        raise NotImplementedError

    def _touch(self) -> None:
        if self.touched is not None:
            self.touched(self)


class UserEntry(Entry):
    """What the person said."""

    def __init__(self, text: str, name: str = "You") -> None:
        super().__init__()
        self._text = text
        safe = neutralise(text).expandtabs(4).strip("\n")
        look = Look("user")
        head = Wrapped([[(neutralise_line(name), _NAME_USER)]])
        bar: Span = ("▌ ", Look("gutter-user"))
        for flow in (head, plain(safe, look)):
            self.append(Framed(Painted(flow, lambda line: line._replace(fill=look)), (bar,)))
        self.append(_SPACER)

    @property
    def text(self) -> str:
        """What was said, as it came."""
        return self._text

    def raw(self) -> str:
        """Give the text as it came."""
        return self._text


class NoticeEntry(Entry):
    """Something a person should know: what happened, what was kept, what to do next."""

    def __init__(self, severity: Severity = "information", title: str = "", body: str = "") -> None:
        super().__init__()
        self._severity = severity
        self._title = title
        self._body = body
        self._draw()

    def update(self, title: str, body: str) -> None:
        """Say it anew, for a countdown."""
        self._title, self._body = title, body
        self.truncate(0)
        self._draw()
        self._touch()

    def raw(self) -> str:
        """Give the text as it came."""
        return "\n".join(part for part in (self._title, self._body) if part)

    def _draw(self) -> None:
        title: Role = f"title-{self._severity}"  # type: ignore[assignment]
        gutter: Role = f"gutter-{self._severity}"  # type: ignore[assignment]
        sign = {"error": "✗", "warning": "!", "information": "i"}[self._severity]
        head: list[Span] = [(f"{sign} ", Look(title, bold=True))]
        head.append((neutralise_line(self._title), Look(title, bold=True)))
        gutter_spans = margin(gutter, "▌ ")
        self.append(Framed(Wrapped([head]), gutter_spans))
        if self._body.strip():
            safe = neutralise(self._body).expandtabs(4).strip("\n")
            self.append(Framed(plain(safe, Look()), gutter_spans))
        self.append(_SPACER)


def spacer() -> OneLine:
    """Give the empty line below an entry."""
    return _SPACER


def margin(role: Role, text: str) -> tuple[Span, ...]:
    """Make a gutter."""
    return ((text, Look(role)),)
