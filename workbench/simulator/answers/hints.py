"""Values for tools and forms, taken from what a conversation says. No I/O."""

import re
from collections.abc import Iterable, Iterator, Sequence

from workbench.simulator.answers.facts import Facts, words
from workbench.simulator.answers.samples import samples
from workbench.simulator.wire import JSON, JSONObject

_KINDS: tuple[tuple[str, str], ...] = (
    ("email mail", "email"),
    ("url uri link website", "url"),
    ("date day deadline", "date"),
    ("currency symbol ticker airport iata", "code"),
    ("expression formula equation calculation operation", "sum"),
    ("city location place country town region destination origin area address", "place"),
    ("name user person author title customer recipient to", "name"),
    ("query question text prompt input message content topic subject q search", "text"),
    ("summary description body answer response result reply reason", "text"),
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
            elif re.fullmatch(r"-?\d+(?:\.\d+)?", value):
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
        singular = {re.sub("ies$", "y", word).removesuffix("s") for word in spoken}
        for names, kind in _KINDS:
            if set(names.split()) & (singular | set(spoken)):
                return kind
        return ""

    def _of_kind(self, kind: str) -> list[str]:
        facts = self._facts
        match kind:
            case "email":
                return facts.emails
            case "url":
                return facts.urls
            case "date":
                return facts.dates
            case "code":
                return facts.codes
            case "sum":
                return facts.sums
            case "place":
                return [*self._places, *facts.names]
            case "name":
                return [*facts.quoted, *facts.names]
            case "text":
                return [*facts.quoted, facts.text.strip()]
        return facts.quoted
