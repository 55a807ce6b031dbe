"""The values a layout is made of: looks, spans of text with a look, lines of spans. No colours."""

from typing import Literal, NamedTuple

Role = Literal[
    "text",
    "heading-1",
    "heading-2",
    "heading-3",
    "code",
    "code-block",
    "code-label",
    "code-edge",
    "link",
    "url",
    "image",
    "quote",
    "quote-bar",
    "marker",
    "checkbox",
    "rule",
    "table-line",
    "table-head",
    "space",
    "muted",
    "name-user",
    "name-answer",
    "gutter-user",
    "gutter-answer",
    "gutter-reasoning",
    "gutter-tool",
    "gutter-error",
    "gutter-warning",
    "gutter-information",
    "gutter-cursor",
    "title-error",
    "title-warning",
    "title-information",
    "stopped",
    "found",
    "found-current",
    "user",
    "reasoning",
    "reasoning-head",
    "tool-name",
    "syntax-keyword",
    "syntax-name",
    "syntax-function",
    "syntax-type",
    "syntax-string",
    "syntax-number",
    "syntax-comment",
    "syntax-operator",
    "syntax-inserted",
    "syntax-deleted",
]
"""What a span is; a theme gives each role its colours."""

DECORATION: frozenset[Role] = frozenset(
    {
        "space",
        "quote-bar",
        "rule",
        "gutter-user",
        "gutter-answer",
        "gutter-reasoning",
        "gutter-tool",
        "gutter-error",
        "gutter-warning",
        "gutter-information",
        "gutter-cursor",
    }
)
"""Roles that are drawn and never copied."""


class Look(NamedTuple):
    """How a span looks, said without colours. `panel` puts it on the darker ground of code."""

    role: Role = "text"
    bold: bool = False
    italic: bool = False
    strike: bool = False
    underline: bool = False
    panel: bool = False
    url: str | None = None


Span = tuple[str, Look]
"""A run of text and its look."""

Join = Literal["line", "space", "none", "skip"]
"""How a line continues the one above when copied: new line, space, nothing; skip: not copied."""

TEXT = Look()
SPACE = Look("space")
MUTED = Look("muted")


class Line(NamedTuple):
    """One laid-out line. `fill` is the look of the cells from its end to the right edge."""

    spans: tuple[Span, ...] = ()
    join: Join = "line"
    fill: Look | None = None
    pending: bool = False
    """It will look better when it is laid out once more, in a later frame."""

    @property
    def text(self) -> str:
        """What a person sees on the line."""
        return "".join([text for text, _ in self.spans])


BLANK = Line()


def copied(line: Line, start: int = 0, stop: int | None = None) -> str:
    """Give the logical text of the characters `start` to `stop` of a line, without decoration."""
    out: list[str] = []
    at = 0
    for text, look in line.spans:
        first, last = max(0, start - at), len(text) if stop is None else min(len(text), stop - at)
        at += len(text)
        if last <= first or look.role in DECORATION:
            continue
        part = text[first:last]
        if look.role == "table-line":
            part = "\t" if out and part.strip() == "│" else ""
            if part:
                out = ["".join(out).rstrip(" ")]
        elif look.role == "marker":
            part = part.replace("•", "-").replace("◦", "-").replace("▪", "-")
        elif look.role == "checkbox":
            part = part.replace("☐", "[ ]").replace("☑", "[x]")
        out.append(part)
    if out and out[-1] == "\t":
        out.pop()  # the table's right border
    return "".join(out)
