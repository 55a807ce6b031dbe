"""Text that matches a regular expression: enough for the patterns people put into schemas."""

import re
from random import Random

_MORE = 3
_CLASSES = {"d": "0123456789", "w": "abcdefghijklmnopqrstuvwxyz", "s": " "}
_NEGATED = {"D": "x", "W": "-", "S": "x"}
_ANY = "abcdefghijklmnopqrstuvwxyz0123456789"
_PRINTABLE = [chr(code) for code in range(33, 127)]


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """The pattern uses what this reader does not know."""


def matching_text(pattern: str, random: Random) -> str | None:
    """A text the pattern matches, or None when the pattern is beyond us."""
    try:
        reader = _Reader(pattern, random)
        text = reader.alternatives()
        if reader.place < len(pattern):
            return None
        return text if re.search(pattern, text) else None
    except (_Unreadable, IndexError, re.error, ValueError):
        return None


class _Reader:
    """Reads a pattern from left to right and writes a match as it goes."""

    def __init__(self, pattern: str, random: Random) -> None:
        self._pattern = pattern
        self._random = random
        self.place = 0

    def alternatives(self) -> str:
        """One of the branches, up to a closing bracket or the end."""
        branches = [self._sequence()]
        while self._peek() == "|":
            self.place += 1
            branches.append(self._sequence())
        return self._random.choice(branches)

    def _sequence(self) -> str:
        text = ""
        while (char := self._peek()) and char not in "|)":
            start = self.place
            unit = self._unit()
            after = self.place
            fewest, most = self._quantity()
            end = self.place
            text += unit if fewest else ""
            for _ in range(1, self._random.randint(fewest, most) if most else 0):
                # Read the unit again for every repetition, so that `\d{4}` varies.
                self.place = start
                text += self._unit()
            self.place = max(end, after)
        return text

    def _peek(self) -> str:
        return self._pattern[self.place : self.place + 1]

    def _take(self) -> str:
        char = self._pattern[self.place]
        self.place += 1
        return char

    def _unit(self) -> str:
        char = self._take()
        match char:
            case "^" | "$":
                return ""
            case ".":
                return self._random.choice(_ANY)
            case "\\":
                return self._escape()
            case "[":
                return self._random.choice(self._char_class())
            case "(":
                return self._group()
        return char

    def _group(self) -> str:
        if self._pattern.startswith("?:", self.place):
            self.place += 2
        elif self._pattern.startswith("?P<", self.place):
            self.place = self._pattern.index(">", self.place) + 1
        elif self._peek() == "?":
            raise _Unreadable
        text = self.alternatives()
        if self._take() != ")":
            raise _Unreadable
        return text

    def _escape(self) -> str:
        char = self._take()
        if char in "bBAZz":
            return ""
        if char in _CLASSES:
            return self._random.choice(_CLASSES[char])
        if char in _NEGATED:
            return _NEGATED[char]
        if char.isalnum():
            raise _Unreadable
        return char

    def _char_class(self) -> list[str]:
        negated = self._peek() == "^"
        self.place += negated
        members: list[str] = []
        while (char := self._take()) != "]" or not members:
            if char == "\\":
                char = self._take()
                members += _CLASSES.get(char, char)
            elif self._peek() == "-" and self._pattern[self.place + 1] != "]":
                self.place += 1
                members += map(chr, range(ord(char), ord(self._take()) + 1))
            else:
                members.append(char)
        return [char for char in _PRINTABLE if char not in members] if negated else members

    def _quantity(self) -> tuple[int, int]:
        char = self._peek()
        if char not in ("*", "+", "?", "{"):
            return 1, 1
        self.place += 1
        bounds = {"*": (0, _MORE), "+": (1, _MORE), "?": (0, 1)}.get(char)
        if bounds is None:
            inside = self._pattern[self.place : self._pattern.index("}", self.place)]
            self.place += len(inside) + 1
            low, comma, high = inside.partition(",")
            fewest = int(low or 0)
            bounds = (fewest, int(high) if high else fewest + _MORE * bool(comma))
        if self._peek() == "?":
            self.place += 1
        return bounds
