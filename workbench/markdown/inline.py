"""Reads what stands inside a block: emphasis, code, links, images. A line end stays a line end."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workbench.markdown.line import Look, Span

_BARE_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}]+", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_URL_TAIL = ".,;:!?*_~"
_EMPHASIS: dict[str, Callable[[Look], Look]] = {
    "strong_open": lambda look: look._replace(bold=True),
    "em_open": lambda look: look._replace(italic=True),
    "s_open": lambda look: look._replace(strike=True),
}
_reader: list[MarkdownIt] = []


def inline(text: str, look: Look) -> list[list[Span]]:
    """Give the spans of each line of `text`, with `look` as the ground they stand on."""
    if not _reader:
        _reader.append(MarkdownIt("commonmark", {"html": False}).enable("strikethrough"))
    lines: list[list[Span]] = [[]]
    tokens = _reader[0].parseInline(text, {})
    if tokens:
        _Walk(look, lines).tokens(tokens[0].children or [])
    return lines


def mended(text: str) -> str:
    """Close what an unfinished text has opened, so that it does not show its marks meanwhile."""
    bare = _CODE_SPAN.sub("", text)
    if "`" in bare:
        run = bare[: bare.rindex("`") + 1]
        return text if run == bare else text + "`" * (len(run) - len(run.rstrip("`")))
    for mark in ("**", "~~"):
        begun = bare.rpartition(mark)[2]
        if bare.count(mark) % 2 and begun and not begun[0].isspace():
            words = text.rstrip()
            text = words + mark + text[len(words) :]
    return text


def safe_url(url: str) -> bool:
    """Say whether a link may be followed: only the web, and only with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class _Walk:
    def __init__(self, look: Look, lines: list[list[Span]]) -> None:
        self._looks = [look]
        self._lines = lines
        self._links: list[tuple[str, list[str]]] = []

    def tokens(self, tokens: list[Token]) -> None:
        for token in tokens:
            self._token(token)

    def _token(self, token: Token) -> None:
        look = self._looks[-1]
        match token.type:
            case "text":
                self._words(token.content, look)
            case "softbreak" | "hardbreak":
                self._lines.append([])
            case "code_inline":
                self._put(token.content, look._replace(role="code"))
            case "strong_open" | "em_open" | "s_open":
                self._looks.append(_EMPHASIS[token.type](look))
            case "strong_close" | "em_close" | "s_close":
                self._looks.pop()
            case "link_open":
                self._link_opens(str(token.attrs.get("href", "")), look)
            case "link_close":
                self._link_closes()
            case "image":
                self._image(token, look)
            case _:
                self._put(token.content, look)

    def _put(self, text: str, look: Look) -> None:
        first, *rest = text.split("\n")
        for _, said in self._links:
            said.append(text)
        if first:
            self._lines[-1].append((first, look))
        self._lines.extend([(part, look)] if part else [] for part in rest)

    def _words(self, text: str, look: Look) -> None:
        if self._links or "://" not in text:
            self._put(text, look)
            return
        at = 0
        for match in _BARE_URL.finditer(text):
            url = match[0].rstrip(_URL_TAIL)
            if url.endswith(")") and url.count("(") < url.count(")"):
                url = url.rstrip(")")
            if not safe_url(url):
                continue
            self._put(text[at : match.start()], look)
            self._put(url, look._replace(role="link", underline=True, url=url))
            at = match.start() + len(url)
        self._put(text[at:], look)

    def _link_opens(self, url: str, look: Look) -> None:
        if safe_url(url):
            look = look._replace(role="link", underline=True, url=url)
        self._looks.append(look)
        self._links.append((url, []))

    def _link_closes(self) -> None:
        look = self._looks.pop()
        url, said = self._links.pop()
        words = "".join(said)
        if url and words != url and f"mailto:{words}" != url:
            target = look if look.role == "link" else look._replace(role="muted")
            self._put(f" ({url})", target._replace(role="url", underline=False))

    def _image(self, token: Token, look: Look) -> None:
        url = str(token.attrs.get("src", ""))
        self._put("▨ ", look._replace(role="image"))
        outer, self._looks = self._looks, [look._replace(role="image", italic=True)]
        if token.children:
            self.tokens(token.children)
        else:
            self._put(token.content, self._looks[-1])
        self._looks = outer
        shown = look._replace(role="url", url=url if safe_url(url) else None)
        self._put(f" ({url})", shown)
