"""What a text says that a tool or a form could use: names, numbers, pairs, places. No I/O."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.simulator.answers.samples import samples
from workbench.simulator.wire import JSON, JSONObject

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
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "call",
        "can",
        "could",
        "do",
        "does",
        "exactly",
        "find",
        "for",
        "from",
        "get",
        "give",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "json",
        "let",
        "me",
        "my",
        "of",
        "on",
        "or",
        "please",
        "return",
        "show",
        "tell",
        "that",
        "the",
        "then",
        "this",
        "to",
        "today",
        "tomorrow",
        "tool",
        "use",
        "using",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "now",
        "right",
        "the",
        "there",
        "here",
    ]
)
_MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ]
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
        return {name.lower(): value.strip("\"'") for name, value in _PAIR.findall(self.text)}

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
    while parts and parts[0].lower() in _COMMON:
        parts.pop(0)
    return " ".join(parts)


_KINDS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"email", "mail"}), "email"),
    (frozenset({"url", "uri", "link", "website"}), "url"),
    (frozenset({"date", "day", "deadline"}), "date"),
    (frozenset({"currency", "symbol", "ticker", "airport", "iata"}), "code"),
    (frozenset({"expression", "formula", "equation", "calculation", "operation"}), "sum"),
    (
        frozenset(
            [
                "city",
                "location",
                "place",
                "country",
                "town",
                "region",
                "destination",
                "origin",
                "area",
                "address",
            ]
        ),
        "place",
    ),
    (
        frozenset(["name", "user", "person", "author", "title", "customer", "recipient", "to"]),
        "name",
    ),
    (
        frozenset(
            [
                "query",
                "question",
                "text",
                "prompt",
                "input",
                "message",
                "content",
                "topic",
                "subject",
                "q",
                "search",
                "summary",
                "description",
                "body",
                "answer",
                "response",
                "result",
                "reply",
                "reason",
            ]
        ),
        "text",
    ),
)


class FactHints:
    """Hints for made-up values out of a conversation; each number and place is used once."""

    def __init__(self, facts: Facts, *, skip_places: int = 0) -> None:
        self._facts = facts
        self._places = facts.places[skip_places:] or facts.places
        self._numbers = list(facts.numbers)
        self._taken: list[str] = []
        self._asked: dict[str, int] = {}

    def mentions(self, path: Sequence[str]) -> bool:
        """Whether the text gives a value for the property, or speaks of it by name."""
        name = path[-1].lower()
        if ".".join(path).lower() in self._facts.pairs or name in self._facts.pairs:
            return True
        return all(word in self._facts.vocabulary for word in words(path[-1]))

    def candidates(self, path: Sequence[str], schema: JSONObject) -> Iterable[JSON]:
        """Values for a property: stated ones first, then those that look like what it is called."""
        yield from self._stated(path)
        choices = schema.get("enum")
        if isinstance(choices, list):
            yield from self._chosen(choices)
            return
        if "default" in schema:
            yield schema["default"]
        kind = schema.get("type")
        if kind in ("integer", "number"):
            yield from self._number(path)
        elif kind != "boolean":
            yield from self._text(path, str(schema.get("description", "")))
        examples = schema.get("examples")
        yield from examples if isinstance(examples, list) else ()
        name = path[-1] if path else ""
        turn = self._asked[name] = self._asked.get(name, -1) + 1
        made_up = samples(words(name), turn)
        yield from made_up
        yield from map(str, made_up) if kind == "string" else ()

    def _stated(self, path: Sequence[str]) -> Iterator[JSON]:
        names = [".".join(path).lower(), *(part.lower() for part in path[-1:])]
        for name in names:
            value = self._facts.pairs.get(name)
            if value is None:
                continue
            if value.lower() in ("true", "false", "null"):
                yield {"true": True, "false": False}.get(value.lower())
            elif _NUMBER.fullmatch(value):
                yield int(float(value)) if float(value).is_integer() else float(value)
            yield value

    def _chosen(self, choices: list[JSON]) -> Iterator[JSON]:
        spoken = self._facts.text.lower()
        for choice in choices:
            if isinstance(choice, str) and choice.lower() in spoken:
                yield choice

    def _number(self, path: Sequence[str]) -> Iterator[JSON]:
        del path
        for number in list(self._numbers):
            self._numbers.remove(number)
            yield int(number) if number.is_integer() else number
            # Only a number that did not fit is asked for the next: it stays for other properties.
            self._numbers.append(number)

    def _text(self, path: Sequence[str], description: str) -> Iterator[JSON]:
        name = path[-1] if path else ""
        kind = self._kind(words(name)) or self._kind(words(description)[:6])
        for found in self._of_kind(kind):
            if found not in self._taken:
                self._taken.append(found)
                yield found
                self._taken.remove(found)
        yield from self._of_kind(kind)

    def _kind(self, spoken: Sequence[str]) -> str:
        for names, kind in _KINDS:
            if names & set(spoken):
                return kind
        return ""

    def _of_kind(self, kind: str) -> list[str]:
        facts = self._facts
        match kind:
            case "email":
                return _EMAIL.findall(facts.text)
            case "url":
                return _URL.findall(facts.text)
            case "date":
                return [*_DATE.findall(facts.text), *_spoken_dates(facts.text)]
            case "code":
                return _CODE.findall(facts.text)
            case "sum":
                return facts.sums
            case "place":
                return [*self._places, *facts.names]
            case "name":
                return [*facts.quoted, *facts.names]
            case "text":
                return [*facts.quoted, facts.text.strip()]
        return facts.quoted


def _spoken_dates(text: str) -> list[str]:
    spoken = text.lower()
    return [word for word in ("today", "tomorrow", "yesterday") if word in spoken]
