"""Colours code: line by line while it arrives, as a whole once it is complete. Pygments inside."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from workbench.markdown.line import Look, Role, Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

WHOLE_LIMIT = 24_000
"""Characters up to which a finished block is read as a whole; a larger one stays line-wise."""

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
    if not language or language in ("text", "plain", "txt", "plaintext"):
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


def _tokens(lexer: "Lexer", text: str) -> Iterator[tuple[str, Look]]:
    for _, kind, value in lexer.get_tokens_unprocessed(text):
        yield value, _look(str(kind).removeprefix("Token."))


def line_spans(language: str, text: str) -> list[Span]:
    """Colour one line by itself."""
    found = lexer(language)
    if found is None or not text:
        return [(text, CODE)] if text else []
    return _lines(_tokens(found, text + "\n"))[0]


def whole_spans(language: str, lines: list[str]) -> list[list[Span]] | None:
    """Colour a complete block; None when it is too large or has no lexer."""
    found = lexer(language)
    if found is None or sum(map(len, lines)) > WHOLE_LIMIT:
        return None
    spans = _lines(_tokens(found, "\n".join(lines) + "\n"))
    return spans[: len(lines)]


def _lines(tokens: Iterator[tuple[str, Look]]) -> list[list[Span]]:
    lines: list[list[Span]] = [[]]
    for value, look in tokens:
        first, *rest = value.split("\n")
        if first:
            _join(lines[-1], first, look)
        lines.extend([(part, look)] if part else [] for part in rest)
    return lines


def _join(line: list[Span], text: str, look: Look) -> None:
    if line and line[-1][1] is look:
        line[-1] = (line[-1][0] + text, look)
    else:
        line.append((text, look))
