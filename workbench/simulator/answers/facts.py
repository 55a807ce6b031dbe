"""What a text says that a tool or a form could use: names, numbers, pairs, places. No I/O."""

import re
from dataclasses import dataclass
from functools import cached_property

_PAIR = re.compile(
    r"([A-Za-z_][\w.]*)\s*(?:=|:(?!//))\s*(\"[^\"]*\"|'[^']*'|[-+]?\d+(?:\.\d+)?\b|[\w@./-]+)"
)
_QUOTED = re.compile(
    r"\"([^\"\n]+)\"|\u201c([^\u201d\n]+)\u201d|`([^`\n]+)`|(?<!\w)'([^'\n]+)'(?!\w)"
)
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w])")
_PROPER = re.compile(r"\b[A-Z][\w'\u2019-]+(?: (?:de|la|of|[A-Z][\w'\u2019-]+))*\b")
_NAME = r"[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+)*"
_LISTED = rf"({_NAME}(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+){_NAME})*)"
_PLACES = tuple(
    re.compile(rf"\b(?:{words})\s+{_LISTED}") for words in ("in|at|near|from|to|between", "for|of")
)
_LOWER_PLACE = re.compile(r"\b(?:in|at|near)\s+([a-z]{3,})\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
_URL = re.compile(r"https?://[^\s)>\"']+")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_CODE = re.compile(r"\b[A-Z]{2,5}\b")
_SUM = re.compile(
    r"[-+(]?\d[\d\s.+\-*/\xd7\xf7^()%]*[+\-*/\xd7\xf7^%][\d\s.+\-*/\xd7\xf7^()%]*\d\)?"
)
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
_COMMON = frozenset(
    """
    a an and are as at be by call can could do does exactly find for from get give has have how i if
    in is it json let me my of on or please return show tell that the then this to today tomorrow
    tool use using was what when where which who why will with would you your now right the there
    here
    """.split()  # noqa: SIM905 - a list of words reads better than a column of literals
)
_IMPERATIVES = frozenset(
    """
    extract write create generate make list explain describe summarize summarise translate answer
    compute calculate check reply produce output classify compare convert add delete update send
    book order plan solve search look suppose imagine consider hello hi hey dear
    """.split()  # noqa: SIM905 - a list of words reads better than a column of literals
)
_MONTHS = frozenset(
    """
    January February March April May June July August September October November December Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()  # noqa: SIM905 - a list of words reads better than a column of literals
)


def words(text: str) -> list[str]:
    """The words of a name or sentence, lower case: `getWeather_now` is get, weather, now."""
    return [word.lower() for word in _WORD.findall(text)]


@dataclass(frozen=True)
class Facts:
    """A text, looked at from several sides."""

    text: str

    @cached_property
    def pairs(self) -> dict[str, str]:
        """`lane=canary` and `name: "Ada"`, by name."""
        return {
            name.lower(): value.rstrip(".").strip("\"'") for name, value in _PAIR.findall(self.text)
        }

    @cached_property
    def quoted(self) -> list[str]:
        """What stands between quotation marks."""
        return ["".join(groups) for groups in _QUOTED.findall(self.text)]

    @cached_property
    def numbers(self) -> list[float]:
        """Every number, in order."""
        return [float(number) for number in _NUMBER.findall(self.text)]

    @cached_property
    def names(self) -> list[str]:
        """Capitalised words that no sentence begins with, or that are no everyday words."""
        found = [_without_common(match.group()) for match in _PROPER.finditer(self.text)]
        return [name for name in dict.fromkeys(found) if name and name not in _MONTHS]

    @cached_property
    def places(self) -> list[str]:
        """What follows `in`, `from`, `to`: most often a place."""
        found: list[str] = []
        for pattern in _PLACES:
            if not found:
                listed = [place for group in pattern.findall(self.text) for place in _split(group)]
                found = [place for place in listed if place not in _MONTHS]
                found = [place for place in found if place.lower() not in _COMMON]
        if not found:
            found = [
                place.title() for place in _LOWER_PLACE.findall(self.text) if place not in _COMMON
            ]
        return list(dict.fromkeys(found))

    @cached_property
    def sums(self) -> list[str]:
        """Arithmetic, as it is written."""
        return [match.strip() for match in _SUM.findall(self.text)]

    @cached_property
    def emails(self) -> list[str]:
        """Addresses of people."""
        return _EMAIL.findall(self.text)

    @cached_property
    def urls(self) -> list[str]:
        """Addresses of pages."""
        return _URL.findall(self.text)

    @cached_property
    def dates(self) -> list[str]:
        """Days, written as numbers or spoken of as today and tomorrow."""
        spoken = self.text.lower()
        relative = [word for word in ("today", "tomorrow", "yesterday") if word in spoken]
        return [*_DATE.findall(self.text), *relative]

    @cached_property
    def codes(self) -> list[str]:
        """Two to five capitals: currencies, airports, shares."""
        return _CODE.findall(self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Its words without the commonest ones, each also without a plural s."""
        found = {word for word in words(self.text) if word not in _COMMON and len(word) > 2}
        return frozenset(found | {word.removesuffix("s") for word in found})


def _split(listed: str) -> list[str]:
    """`Paris, Rome and Oslo` is three places; `Paris, France` is one."""
    if re.fullmatch(rf"{_NAME}\s*,\s*{_NAME}", listed):
        return [listed]
    return re.findall(_NAME, listed)


def _without_common(name: str) -> str:
    """A name without the everyday words it begins with: `Return JSON` is none."""
    parts = name.split()
    while parts and parts[0].lower() in _COMMON | _IMPERATIVES:
        parts.pop(0)
    return " ".join(parts)
