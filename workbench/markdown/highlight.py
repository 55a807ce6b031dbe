"""Colours code: line by line while it arrives, as a whole once it is complete. Pygments inside."""

from functools import lru_cache
from time import thread_time
from typing import TYPE_CHECKING

from workbench.markdown.line import Look, Role, Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

WHOLE_LIMIT = 24_000
"""Characters up to which a finished block is read as a whole; a larger one stays line-wise."""

LINE_SECONDS = 0.02
WHOLE_SECONDS = 0.15
"""What colouring may cost: about three times what ordinary code takes at these sizes."""

_UNKNOWN = frozenset({"text", "plain", "txt", "plaintext"})
_STALLING = frozenset(
    {"aconf", "apache", "apacheconf", "autoit", "bro", "devicetree", "dts", "easytrieve"}
    | {"fan", "zeek"}
)
"""Lexers with expressions that can take a second for one token; no clock stops that."""
_PLAIN = _UNKNOWN | _STALLING

CODE = Look("code-block", panel=True)

_ROLES: dict[str, Role] = {
    "Keyword": "syntax-keyword",
    "Keyword.Constant": "syntax-number",
    "Keyword.Type": "syntax-type",
    "Name.Function": "syntax-function",
    "Name.Class": "syntax-type",
    "Name.Decorator": "syntax-function",
    "Name.Builtin": "syntax-type",
    "Name.Exception": "syntax-type",
    "Name.Tag": "syntax-keyword",
    "Name.Attribute": "syntax-name",
    "Name.Variable": "syntax-name",
    "Literal.String": "syntax-string",
    "Literal.Number": "syntax-number",
    "Literal.Date": "syntax-number",
    "Comment": "syntax-comment",
    "Operator": "syntax-operator",
    "Operator.Word": "syntax-keyword",
    "Generic.Inserted": "syntax-inserted",
    "Generic.Deleted": "syntax-deleted",
    "Generic.Heading": "syntax-keyword",
    "Generic.Subheading": "syntax-keyword",
    "Generic.Prompt": "syntax-comment",
}


@lru_cache(maxsize=64)
def lexer(language: str) -> "Lexer | None":
    """Find the lexer for the first word of an info string; None: plain text."""
    if not language or language.lower() in _PLAIN:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower())
    except ClassNotFound:
        return None


@lru_cache(maxsize=1024)
def _look(name: str) -> Look:
    while name:
        if role := _ROLES.get(name):
            comment = role == "syntax-comment"
            return CODE._replace(role=role, italic=comment)
        name = name.rpartition(".")[0]
    return CODE


def line_spans(language: str, text: str) -> list[Span] | None:
    """Colour one line by itself; None when its lexer cannot, or not in time."""
    if not text:
        return []
    found = lexer(language)
    if found is None:
        return [(text, CODE)]
    spans = _spans(found, text + "\n", LINE_SECONDS)
    return None if spans is None else spans[0]


def whole_spans(language: str, lines: list[str]) -> list[list[Span]] | None:
    """Colour a complete block; None when it is too large, or when its lexer cannot in time."""
    found = lexer(language)
    if found is None or sum(map(len, lines)) > WHOLE_LIMIT:
        return None
    spans = _spans(found, "\n".join(lines) + "\n", WHOLE_SECONDS)
    return None if spans is None else spans[: len(lines)]


def _spans(lexer: "Lexer", text: str, seconds: float) -> list[list[Span]] | None:
    """Run a lexer over text that somebody may have written to make it slow, or to break it."""
    lines: list[list[Span]] = [[]]
    size = 0
    # a clock of this thread's work alone: how busy the machine is decides nothing
    end = thread_time() + seconds
    try:
        for _, kind, value in lexer.get_tokens_unprocessed(text):
            look = _look(str(kind).removeprefix("Token."))
            first, *rest = value.split("\n")
            if first:
                _join(lines[-1], first, look)
            lines.extend([(part, look)] if part else [] for part in rest)
            size += len(value)
            if thread_time() > end:
                return None
    except Exception:  # noqa: BLE001 - whatever a lexer does wrong, the code is shown plain
        return None
    return lines if size == len(text) else None


def _join(line: list[Span], text: str, look: Look) -> None:
    if line and line[-1][1] is look:
        line[-1] = (line[-1][0] + text, look)
    else:
        line.append((text, look))
