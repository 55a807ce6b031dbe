"""Reads what was meant as JSON: a value all the same, and every slip with its exact place. No I/O.

Models write single quotes, Python's True, comments, trailing commas; they forget braces and run
out of tokens. Nothing is guessed silently: each repair is one slip.
"""

import json
import re
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias

from workbench.session.json_path import Path, written

SlipKind: TypeAlias = Literal[
    "single quotes", "quotes", "name", "colon", "comma", "trailing comma", "brace", "bracket",
    "string", "word", "number", "comment", "escape", "control", "value", "nothing", "more", "depth",
]  # fmt: skip

_DEEPEST: Final = 64
_MOST_SLIPS: Final = 200
_SPACE: Final = re.compile(r"[\s\ufeff]*")
_COMMENT: Final = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|#[^\n]*", re.DOTALL)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])")
_LOOSE_NUMBER: Final = re.compile(r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"']+")
_LITERALS: Final = {"true": True, "false": False, "null": None}
_WORDS: Final = {
    "True": True, "False": False, "None": None, "undefined": None, "NaN": None, "Infinity": None,
}  # fmt: skip
_CURLY: Final = "\u201c\u201d\u201e"
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One way in which the text is no JSON.

    Attributes:
        at: offset in the text.
        within: the value that it is in.
        message: what is wrong, and what would be right.

    """

    at: int
    kind: SlipKind
    within: Path
    message: str

    @property
    def path(self) -> str:
        """Where in the value, as people write it."""
        return written(self.within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What was meant.

    Attributes:
        value: the repaired value.
        slips: what had to be repaired, in the order of the text; none when it is JSON.
        places: where each value begins.
        end: the offset behind it.

    """

    value: object
    slips: tuple[Slip, ...]
    places: dict[Path, int]
    end: int

    @property
    def text(self) -> str:
        """The repaired value as JSON."""
        return json.dumps(self.value, ensure_ascii=False)


def meant(text: str, start: int = 0) -> Meant:
    """The value that begins at ``start`` or after blanks; it never raises."""
    reader = _Reader(text, start)
    try:
        value = reader.value((), 0)
    except _TooDeepError:
        value = None
    return Meant(
        value=value, slips=tuple(reader.slips), places=reader.places, end=min(reader.at, len(text))
    )


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


class _TooDeepError(Exception):
    """It is nested deeper than anybody means."""


class _Reader:
    """One pass over the text."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.slips: list[Slip] = []
        self.places: dict[Path, int] = {}

    def value(self, path: Path, depth: int) -> object:
        """A value of any kind; ``None`` where there is none, with a slip."""
        self._blank(path)
        if depth > _DEEPEST:
            self._stop(path)
        self.places[path] = self.at
        char = self._peek()
        if char == "{":
            return self._object(path, depth)
        if char == "[":
            return self._array(path, depth)
        if char == '"' or char == "'" or (char and char in _CURLY):
            return self._string(path)
        if char in ("", ",", "}", "]", ":"):
            kind: SlipKind = "nothing" if not char else "value"
            self._slip(kind, path, "the text ends where a value is wanted" if not char
                       else f"a value is wanted before {char!r}")  # fmt: skip
            return None
        return self._bare(path)

    # -- containers -------------------------------------------------------------------------

    def _object(self, path: Path, depth: int) -> dict[str, object]:
        opened = self.at
        self.at += 1
        members: dict[str, object] = {}
        while True:
            self._blank(path)
            char = self._peek()
            if char == "}":
                self.at += 1
                return members
            if char in ("", "]"):
                self._unclosed("brace", "{", opened, path)
                return members
            if char == ",":
                self._slip("comma", path, "a comma too many")
                self.at += 1
                continue
            name = self._name(path)
            self._blank(path)
            if self._peek() in (":", "="):
                if self._peek() == "=":
                    self._slip("colon", (*path, name), "a colon is wanted here, not '='")
                self.at += 1
            else:
                self._slip("colon", (*path, name), f"a colon is wanted behind the name {name!r}")
            members[name] = self.value((*path, name), depth + 1)
            self._separate(path, "}")

    def _array(self, path: Path, depth: int) -> list[object]:
        opened = self.at
        self.at += 1
        items: list[object] = []
        while True:
            self._blank(path)
            char = self._peek()
            if char == "]":
                self.at += 1
                return items
            if char in ("", "}"):
                self._unclosed("bracket", "[", opened, path)
                return items
            if char == ",":
                self._slip("comma", path, "a comma too many")
                self.at += 1
                continue
            before = self.at
            items.append(self.value((*path, len(items)), depth + 1))
            if self.at == before:  # a stray character: step over it
                self.at += 1
            self._separate(path, "]")

    def _separate(self, path: Path, close: str) -> None:
        """Go over the comma between two members."""
        self._blank(path)
        char = self._peek()
        if char == ",":
            comma = self.at
            self.at += 1
            self._blank(path)
            if self._peek() == close:
                self._slip("trailing comma", path, f"no comma may stand before {close!r}", comma)
        elif char not in (close, "", "}", "]"):
            self._slip("comma", path, "a comma is wanted here")

    def _unclosed(self, kind: SlipKind, char: str, opened: int, path: Path) -> None:
        line, column = position(self.text, opened)
        close = "}" if char == "{" else "]"
        place = f"line {line}, column {column}"
        self._slip(kind, path, f"{close!r} is missing: the {char!r} of {place} is open")

    # -- names and scalars ------------------------------------------------------------------

    def _name(self, path: Path) -> str:
        char = self._peek()
        if char == '"' or char == "'" or (char and char in _CURLY):
            return self._string(path)
        word = _WORD.match(self.text, self.at)
        if word is None:
            self._slip("name", path, f"a name is wanted here, not {char!r}")
            self.at += 1
            return ""
        self._slip("name", path, f"the name {word[0][:40]} needs double quotes")
        self.at = word.end()
        return word[0]

    def _string(self, path: Path) -> str:
        opened, quote = self.at, self.text[self.at]
        if quote == "'":
            self._slip("single quotes", path, "single quotes: JSON wants double ones")
        elif quote != '"':
            self._slip("quotes", path, "typographic quotes: JSON wants straight ones")
        closing = '"' if quote == '"' else quote if quote == "'" else _CURLY + '"'
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in closing:
                self.at += 1
                return _joined(parts)
            if char == "\\":
                parts.append(self._escape(path))
                continue
            if char < " ":
                shown = {"\n": "a line end", "\t": "a tab"}.get(char, "a control character")
                self._slip("control", path, f"{shown} in a text has to be escaped")
            parts.append(char)
            self.at += 1
        line, column = position(self.text, opened)
        self._slip("string", path, f"the text of line {line}, column {column} is never closed")
        return _joined(parts)

    def _escape(self, path: Path) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        code = self.text[self.at + 2 : self.at + 6]
        if char == "u" and len(code) == 4 and re.fullmatch(r"[0-9a-fA-F]{4}", code):
            self.at += 6
            return chr(int(code, 16))
        if char in ('"', "\\", "/"):
            self.at += 2
            return char
        if char in _ESCAPED:
            self.at += 2
            return _ESCAPED[char]
        self._slip("escape", path, f"\\{char} is no escape of JSON")
        self.at += 1 + len(char)
        return char

    def _bare(self, path: Path) -> object:
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            return _number(number[0])
        loose = _LOOSE_NUMBER.match(self.text, self.at)
        if loose is not None:
            self._slip("number", path, f"{loose[0]} is no number of JSON's form")
            self.at = loose.end()
            return _number(loose[0].replace("_", "").lstrip("+"))
        word = _WORD.match(self.text, self.at)
        text = word[0] if word else self.text[self.at]
        self.at += len(text)
        if text in _LITERALS:
            return _LITERALS[text]
        start = self.at - len(text)
        if text in _WORDS:
            right = json.dumps(_WORDS[text])
            self._slip("word", path, f"{text} is not JSON's: {right} is", start)
            return _WORDS[text]
        self._slip("word", path, f"{text[:40]} needs double quotes", start)
        return text

    # -- the text ---------------------------------------------------------------------------

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _blank(self, path: Path) -> None:
        """Go over blanks and comments."""
        while True:
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            comment = _COMMENT.match(self.text, self.at)
            if comment is None:
                return
            self._slip("comment", path, "JSON has no comments")
            self.at = comment.end()

    def _slip(self, kind: SlipKind, path: Path, message: str, at: int | None = None) -> None:
        if len(self.slips) >= _MOST_SLIPS:
            return
        place = self.at if at is None else at
        self.slips.append(Slip(at=place, kind=kind, within=path, message=message))

    def _stop(self, path: Path) -> NoReturn:
        self._slip("depth", path, f"it is nested more than {_DEEPEST} deep")
        raise _TooDeepError


def _number(text: str) -> object:
    try:
        value = float(text) if any(char in text for char in ".eE") else int(text)
    except ValueError:  # more digits than anybody means
        return text
    return value if value == value and abs(value) != float("inf") else text


def _joined(parts: list[str]) -> str:
    """The characters as a text; halves of a pair that escapes have named belong together."""
    text = "".join(parts)
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
