"""Colours code: line by line while it arrives, as a whole once it is complete. Pygments inside."""

from functools import lru_cache
from itertools import chain, islice
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

SLICE = 1_500
"""Tokens of a finished block that are coloured in one frame: some milliseconds."""

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


def colouring(language: str, lines: list[str]) -> "Colouring | None":
    """Begin to colour a complete block; None when it is too large, or has no lexer."""
    found = lexer(language)
    if found is None or sum(map(len, lines)) > WHOLE_LIMIT:
        return None
    return Colouring(found, "\n".join(lines) + "\n", WHOLE_SECONDS)


class Colouring:
    """Runs a lexer, a slice at a time, over text that may have been written to stall or break it.

    `lines` are its spans once it is `over`; None: the lexer could not, or not in time.
    """

    def __init__(self, lexer: "Lexer", text: str, seconds: float) -> None:
        self.lines: list[list[Span]] | None = [[]]
        self.over = False
        self._tokens = iter(lexer.get_tokens_unprocessed(text))
        self._left = len(text)
        self._seconds = seconds

    def step(self, tokens: int | None = SLICE) -> None:
        """Go on by so many tokens, or to the end. Slices do not depend on the clock."""
        lines = self.lines
        if self.over or lines is None:
            return
        # a clock of this thread's work alone: how busy the machine is decides nothing
        began = thread_time()
        try:
            for _, kind, value in islice(self._tokens, tokens):
                look = _look(str(kind).removeprefix("Token."))
                first, *rest = value.split("\n")
                if first:
                    _join(lines[-1], first, look)
                lines.extend([(part, look)] if part else [] for part in rest)
                self._left -= len(value)
                if thread_time() - began > self._seconds:
                    self._left = -1
                    break
        except Exception:  # noqa: BLE001 - whatever a lexer does wrong, the code is shown plain
            self._left = -1
        self._seconds -= thread_time() - began
        if self._left < 0 or tokens is None or not self._left:
            self.over = True
            if self._left:
                self.lines = None
        elif (following := next(self._tokens, None)) is None:
            self.over, self.lines = True, None
        else:
            self._tokens = chain((following,), self._tokens)


def _spans(lexer: "Lexer", text: str, seconds: float) -> list[list[Span]] | None:
    whole = Colouring(lexer, text, seconds)
    whole.step(None)
    return whole.lines


def _join(line: list[Span], text: str, look: Look) -> None:
    if line and line[-1][1] is look:
        line[-1] = (line[-1][0] + text, look)
    else:
        line.append((text, look))
