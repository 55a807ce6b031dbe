"""Breaks spans into lines of a width: at spaces, and between wide characters by CJK rules."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len

from workbench.markdown.line import Join, Line, Span

_SINGLE = re.compile(r"[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2500-\u25fc]*")
_EMOJI_JOINER = "\u200d"
# closing marks and small kana never begin a line, opening brackets never end one
_NOT_FIRST = frozenset(
    "\u3001\u3002\uff0c\uff0e\u30fb\uff1a\uff1b\uff1f\uff01\uff09\uff3d\uff5d\u300d\u300f\u3011\u3009\u300b"
    "\u3015\u2026\u30fc\u3005\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30a1\u30a3\u30a5\u30a7"
    "\u30a9\u30c3\u30e3\u30e5\u30e7%\u2030"
)
_NOT_LAST = frozenset("\uff08\uff3b\uff5b\u300c\u300e\u3010\u3008\u300a\u3014")

Break = tuple[int, int, int, Join]
"""A line's first character, its end, where the next one begins, and how the next one joins."""


def breaks(text: str, width: int, first: int | None = None) -> list[Break]:
    """Say where `text`, which has no line ends, is cut to fit `width` cells.

    `first` is the width of the first line, where that differs. A line always takes at least one
    character, so a width of one cell still shows every one.
    """
    width = max(1, width)
    limit = width if first is None else max(1, first)
    if _SINGLE.fullmatch(text):
        return _narrow(text, width, limit)
    return _wide(text, width, limit)


def _narrow(text: str, width: int, limit: int) -> list[Break]:
    out: list[Break] = []
    start, size = 0, len(text)
    while size - start > limit:
        end = text.rfind(" ", start, start + limit + 1)
        # a line that would begin the paragraph with nothing but spaces is cut by force instead
        if end > start and text[start:end].strip(" "):
            after = end
            while after < size and text[after] == " ":
                after += 1
            if after == size:
                break
            out.append((start, end, after, "space"))
            start = after
        else:
            out.append((start, start + limit, start + limit, "none"))
            start += limit
        limit = width
    end = max(start, min(size, start + limit))
    out.append((start, end, size, "line"))
    return out


@lru_cache(maxsize=8192)
def _cells(cluster: str) -> int:
    return cell_len(cluster)


def clusters(text: str) -> Iterator[str]:
    """Cut text into what a terminal draws as one: a character with its marks, a joined emoji."""
    at, size = 0, len(text)
    while at < size:
        end = at + 1
        while end < size and (
            text[end - 1] == _EMOJI_JOINER
            or text[end] == _EMOJI_JOINER
            or text[end] == "\ufe0f"
            or "\U0001f3fb" <= text[end] <= "\U0001f3ff"
            or (text[end] >= "\u0300" and _cells(text[end]) == 0)
        ):
            end += 1
        yield text[at:end]
        at = end


def _wide(text: str, width: int, limit: int) -> list[Break]:
    out: list[Break] = []
    start = at = used = 0
    chance: tuple[int, int, Join] | None = None  # where the line may end, and the next begin
    before = ""
    for cluster in clusters(text):
        cells = _cells(cluster)
        if cluster == " ":
            if before not in ("", " "):
                chance = (at, at + 1, "space")
            elif chance is not None and chance[1] == at:
                chance = (chance[0], at + 1, "space")
        elif (
            before not in ("", " ")
            and (cells == 2 or _cells(before) == 2)
            and cluster not in _NOT_FIRST
            and before not in _NOT_LAST
        ):
            chance = (at, at, "none")
        while used + cells > limit and at > start and cluster != " ":
            end, after, join = chance or (at, at, "none")
            out.append((start, end, after, join))
            start, chance, limit = after, None, width
            used = cell_len(text[start:at]) if start < at else 0
        used += cells
        at += len(cluster)
        before = cluster
    end = len(text)
    while end > start and text[end - 1] == " " and cell_len(text[start:end]) > limit:
        end -= 1
    out.append((start, end, len(text), "line"))
    return out


def cut(spans: Sequence[Span], start: int, stop: int) -> list[Span]:
    """Take the characters `start` to `stop` out of spans."""
    out: list[Span] = []
    at = 0
    for text, look in spans:
        end = at + len(text)
        if end > start:
            if at >= stop:
                break
            part = text[max(0, start - at) : stop - at]
            if part:
                out.append((part, look))
        at = end
    return out


def wrap(spans: Sequence[Span], width: int, join: Join = "line") -> list[Line]:
    """Lay spans without line ends out in lines of `width` cells; the first one joins as told."""
    text = "".join([part for part, _ in spans])
    places = breaks(text, width)
    if len(places) == 1 and places[0][1] == len(text):
        return [Line(tuple(spans), join)]
    lines: list[Line] = []
    at = offset = 0  # the span reached, and the text position where it begins
    for start, end, _, following in places:
        taken: list[Span] = []
        while at < len(spans):
            part, look = spans[at]
            piece = part[max(0, start - offset) : max(0, end - offset)]
            if piece:
                taken.append((piece, look))
            if offset + len(part) > end:
                break
            offset += len(part)
            at += 1
        lines.append(Line(tuple(taken), join))
        join = following
    return lines
