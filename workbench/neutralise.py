"""Makes untrusted text safe to show: nothing in it can command, hide from or reorder a terminal.

Pure and character-wise: no sequence is recognised, so none can slip through cut in two.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

MAX_COMBINING_MARKS = 8
"""Combining marks kept on one character; what follows is one visible mark."""

REPLACEMENT = "\ufffd"
"""Stands for C1 controls and lone surrogates."""
REORDERING = "\u2426"
"""Stands for characters that reorder or annotate: bidirectional controls, tags, excess marks."""
INVISIBLE = "\u2423"
"""Stands for characters that take no room or show nothing."""

_ZWJ = "\u200d"
_ZWNJ = "\u200c"
_JOINING = re.compile("[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u0900-\u0dff]")
"""Letters of scripts that are written with the non-joiner: Persian, Urdu, the Indic ones."""
_CONTROLS = re.compile(r"[^\t\n\x20-\x7e]")

_INVISIBLE_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors and vowel separator
    (0x200B, 0x200B),  # zero-width space; the non-joiner depends on the letter before it
    (0x2060, 0x2064),  # word joiner and invisible operators
    (0x206A, 0x206F),  # deprecated format controls
    (0x2800, 0x2800),  # blank Braille pattern
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0D),  # variation selectors that no emoji uses
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF0, 0xFFFB),  # unassigned ignorables, interlinear annotation
    (0x13430, 0x1345F),  # Egyptian format controls
    (0x1BCA0, 0x1BCA3),  # shorthand format controls
    (0x1D159, 0x1D159),  # musical null notehead
    (0x1D173, 0x1D17A),  # musical format controls
)
_REORDERING_RANGES = (
    (0x0600, 0x0605),  # Arabic number signs
    (0x061C, 0x061C),  # Arabic letter mark
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x08E2, 0x08E2),
    (0x200E, 0x200F),  # left-to-right and right-to-left marks
    (0x202A, 0x202E),  # embeddings and overrides
    (0x2065, 0x2069),  # isolates
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0xE0000, 0xE0FFF),  # tags and the selectors that can carry hidden text
)


_CONTROL_RANGES = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0x2028, 0x2029),  # line and paragraph separators
    (0xD800, 0xDFFF),
)
_HARMFUL_RANGES = (*_CONTROL_RANGES, *_INVISIBLE_RANGES, *_REORDERING_RANGES)


def _class(ranges: Iterable[tuple[int, int]]) -> re.Pattern[str]:
    inside = (f"{re.escape(chr(first))}-{re.escape(chr(last))}" for first, last in ranges)
    return re.compile(f"[{''.join(inside)}]")


_HARMFUL = _class(_HARMFUL_RANGES)
_WRITTEN_OUT = _class([*_HARMFUL_RANGES, (ord(_ZWNJ), ord(_ZWJ))])
# Classes that list ranges beyond the sixteenth bit are several times slower; few lines need them.
_SUSPECT = _class([*(pair for pair in _HARMFUL_RANGES if pair[0] < 1 << 16), (1 << 16, 0x10FFFF)])


def _table() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
    table[0x7F] = "\u2421"
    table |= dict.fromkeys(range(0x80, 0xA0), REPLACEMENT)
    table |= dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)
    table |= {0x2028: "\n", 0x2029: "\n"}
    for ranges, mark in ((_INVISIBLE_RANGES, INVISIBLE), (_REORDERING_RANGES, REORDERING)):
        for first, last in ranges:
            table |= dict.fromkeys(range(first, last + 1), mark)
    return table


_TABLE = _table()


class Neutraliser:
    """Neutralises a text that arrives in pieces; however it is cut, the whole comes out the same.

    It remembers between pieces whether the last character was a carriage return, how many
    combining marks it carries, whether it is an emoji, and whether a non-joiner may follow it.
    """

    __slots__ = ("_after_cr", "_emoji", "_joining", "_marks")

    def __init__(self) -> None:
        self._after_cr = False
        self._marks = 0
        self._emoji = False
        self._joining = False

    def feed(self, text: str) -> str:
        """Give the safe form of the next piece. Linear; plain ASCII costs one scan."""
        if not text:
            return ""
        if self._after_cr and text[0] == "\n":
            text = text[1:]
        self._after_cr = text[-1:] == "\r"
        if not _CONTROLS.search(text):
            if text:
                self._marks = 0
                self._emoji = self._joining = False
            return text
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.isascii():
            text = self._cap_marks(text)
        return text.translate(_TABLE)

    def _cap_marks(self, text: str) -> str:
        return "".join([self._capped(char) for char in text])

    def _capped(self, char: str) -> str:
        """Give the character, or the mark for one too many on its base, or nothing."""
        if char == _ZWNJ:
            kept, self._joining = self._joining, False
            return char if kept else INVISIBLE
        if char < "\u0300" or not (char == _ZWJ or _is_mark(char)):
            self._marks = 0
            self._emoji = char >= "\u0300" and _is_emoji(char)
            self._joining = char >= "\u0300" and _JOINING.match(char) is not None
            return char
        self._marks += 1
        if self._marks > MAX_COMBINING_MARKS:
            return REORDERING if self._marks == MAX_COMBINING_MARKS + 1 else ""
        return INVISIBLE if char == _ZWJ and not self._emoji else char


@lru_cache(maxsize=8192)
def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"} and not 0xE0000 <= ord(char) <= 0xE0FFF


@lru_cache(maxsize=4096)
def _is_emoji(char: str) -> bool:
    code = ord(char)
    return code >= 0x1F000 or (code >= 0x2190 and unicodedata.category(char) == "So")


def neutralise(text: str) -> str:
    """Give the form of `text` that is safe to show anywhere.

    CR and CRLF become LF; other controls become control pictures, C1 controls and lone surrogates
    U+FFFD; bidirectional controls, tags, zero-width characters and fillers become visible marks (a
    joiner inside an emoji stays, and a non-joiner after a letter that is written with it); at most
    eight combining marks stay on a character.
    """
    return Neutraliser().feed(text)


def neutralise_line(text: str) -> str:
    """Give the safe form of a text that must stay on one line: line ends and tabs become spaces."""
    return " ".join(neutralise(text).split())


def write_out(document: str) -> str:
    """Give JSON that says the same without characters that hide or reorder what one reads.

    It is what a person edits and sends on: unlike `neutralise`, nothing of it is lost.
    """
    if neutralise(document) == document:
        return document
    return _WRITTEN_OUT.sub(
        lambda found: found[0] if found[0] in "\t\n" else json.dumps(found[0])[1:-1], document
    )


def is_harmful(line: str) -> bool:
    """Whether a line on the screen holds what none may, a line's end and a tab among it."""
    return _SUSPECT.search(line) is not None and _HARMFUL.search(line) is not None


def replace_harmful(line: str, mark: Callable[[re.Match[str]], str]) -> str:
    """Give the line with what ``mark`` makes of each such character."""
    return _HARMFUL.sub(mark, line)
