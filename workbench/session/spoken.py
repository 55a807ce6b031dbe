"""An answer as it is read aloud: without its markup, in parts that the service speaks at a time.

Pure. A part ends at a sentence where it can, else at a comma, else between two words.
"""

import re
from typing import Final

_FENCE: Final = re.compile(r"^[ \t]*(```+|~~~+).*?(^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
# Lengths are bounded: a text of nothing but markup would take seconds.
_IMAGE_OR_LINK: Final = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\((?:[^()\n]|\([^()\n]{0,200}\)){0,2000}\)"
)
_LINE_START: Final = re.compile(r"^[ \t]*(?:#{1,6}|>+|[-*+]|\d+[.)])[ \t]+", re.MULTILINE)
_RULE: Final = re.compile(
    r"^[ \t]*(?:[-*_][ \t]*){3,}$"
    r"|^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$",
    re.MULTILINE,
)
_EMPHASIS: Final = re.compile(r"(\*\*\*|\*\*|\*|__|~~|`+)(?=\S)(.{1,120}?)(?<=\S)\1")
_CELL: Final = re.compile(r"[ \t]*\|[ \t]*")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?\u2026\u061f])[\"'\u201d\u2019)\]]*\s+|(?<=[\u3002\uff01\uff1f])|\n+"
)
_PAUSE: Final = re.compile(r"(?<=[,;:\u060c])\s+|(?<=\u3001)|\s+[-\u2013\u2014]\s+")


def plain(markdown: str) -> str:
    """The words of an answer: code blocks are named and left out, markup goes."""
    text = _FENCE.sub("\nA block of code.\n", markdown)
    text = _RULE.sub("", text)
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _LINE_START.sub("", text)
    for _ in range(2):  # bold around code, and the like
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(
        r"^[ \t]*\|(.*)\|[ \t]*$",
        lambda row: _CELL.sub(", ", row[1].strip()),
        text,
        flags=re.MULTILINE,
    )
    return re.sub(r"[ \t]+", " ", re.sub(r"\s*\n\s*", "\n", text)).strip()


def parts(text: str, limit: int) -> tuple[str, ...]:
    """Plain text in parts of at most ``limit`` characters, none of them blank."""
    pieces = [
        piece
        for sentence in _SENTENCE_END.split(text)
        if sentence.strip()
        for piece in _fitting(sentence.strip(), limit)
    ]
    joined: list[str] = []
    for piece in pieces:
        if joined and len(joined[-1]) + 1 + len(piece) <= limit:
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return tuple(piece for piece in joined if any(character.isalnum() for character in piece))


def _fitting(sentence: str, limit: int) -> list[str]:
    """A sentence, cut where one pauses, else between words, else anywhere."""
    pieces: list[str] = []
    while len(sentence) > limit:
        head = sentence[: limit + 1]
        pauses = [match.start() for match in _PAUSE.finditer(head) if match.start() > limit // 3]
        at = pauses[-1] if pauses else head.rfind(" ")
        at = at if at > 0 else limit
        pieces.append(sentence[:at].rstrip())
        sentence = sentence[at:].lstrip(" \u2013\u2014-")
    return [*pieces, sentence] if sentence else pieces
