"""What an answer has to be like: checks as a person writes them, one in each line. Pure."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from workbench.session.json_schema import faults, same
from workbench.session.repeat.answer import Answer
from workbench.session.repeat.looking_up import steps_of, values_at

_PATTERN: Final = re.compile(r"/(.*)/([imsx]*)", re.DOTALL)
_OPERATOR: Final = re.compile(r"\s(=|!=|~)\s")
_LONGEST: Final = 10_000
"""Characters of an answer that an expression is tried on."""
_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
HELP: Final = (
    "called NAME            the model calls that tool first",
    'called NAME {"a": 1}   and with these arguments, among others',
    "no call                it answers without calling a tool",
    "path $.a.b = VALUE     in the arguments or the JSON; also !=, ~ /regex/",
    "match /regex/i         the text; no match /regex/ for its absence",
    "schema                 the schema that was sent; schema {...} for another",
)

Judge: TypeAlias = Callable[[Answer], str]
"""Gives "" for an answer that passes, or else why it does not."""


class CheckError(ValueError):
    """A line is no check; the message says which and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: as it was written, and how it judges."""

    text: str
    judge: Judge


def parse_checks(text: str) -> tuple[Check, ...]:
    """The checks of a text; blank lines and those that begin with ``#`` are none.

    Raises:
        CheckError: a line is no check.

    """
    checks = []
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        try:
            checks.append(Check(text=written, judge=_judge(written)))
        except ValueError as error:
            raise CheckError(f"Line {number}: {error}.") from None
    return tuple(checks)


def _judge(line: str) -> Judge:
    word, _, rest = line.partition(" ")
    rest = rest.strip()
    match word, rest:
        case "called", _ if rest:
            return _called(rest)
        case "no", "call":
            return lambda answer: f"calls {answer.calls[0].name}" if answer.calls else ""
        case "path", _ if rest:
            return _path(rest)
        case "match", _ if rest:
            return _match(rest, wanted=True)
        case "no", _ if rest.startswith("match "):
            return _match(rest.removeprefix("match ").strip(), wanted=False)
        case "schema", _:
            return _schema(rest)
    raise ValueError(f"{line[:30]!r} is no check: called, no call, path, match, schema are")


def _called(rest: str) -> Judge:
    name, _, given = rest.partition(" ")
    wanted: object = _json(given) if given.strip() else {}
    if not isinstance(wanted, dict):
        raise ValueError('the arguments wanted are an object, such as {"city": "Lisbon"}')

    def judge(answer: Answer) -> str:
        if not answer.calls:
            return "calls nothing"
        call = next((call for call in answer.calls if call.name == name), None)
        if call is None:
            return f"calls {', '.join(call.name for call in answer.calls)}"
        if not isinstance(call.arguments, dict):
            return "the arguments are no object"
        for member, value in wanted.items():
            if member not in call.arguments:
                return f"{member} is missing"
            if not same(call.arguments[member], value):
                return f"{member} is {_shown(call.arguments[member])}"
        return ""

    return judge


def _path(rest: str) -> Judge:
    operator = _OPERATOR.search(f"{rest} ")
    if operator is None:
        steps = steps_of(rest)
        return lambda answer: "" if values_at(answer.value, steps) else "there is nothing there"
    steps = steps_of(rest[: operator.start()])
    sign, given = operator[1], rest[operator.end() :].strip()
    if sign == "~":
        pattern = _compiled(given)
        return lambda answer: _one(
            values_at(answer.value, steps), lambda value: pattern.search(_text(value)) is not None
        )
    wanted = _json(given)
    if sign == "!=":
        return lambda answer: (
            f"is {_shown(wanted)}"
            if any(same(value, wanted) for value in values_at(answer.value, steps))
            else ""
        )
    return lambda answer: _one(values_at(answer.value, steps), lambda value: same(value, wanted))


def _one(values: list[object], fits: Callable[[object], bool]) -> str:
    if not values:
        return "there is nothing there"
    return "" if any(map(fits, values)) else f"is {_shown(values[0])}"


def _match(rest: str, *, wanted: bool) -> Judge:
    pattern = _compiled(rest)

    def judge(answer: Answer) -> str:
        found = pattern.search(answer.text[:_LONGEST])
        if (found is not None) == wanted:
            return ""
        return "does not occur" if wanted else f"{_shown(found[0]) if found else ''} occurs"

    return judge


def _schema(rest: str) -> Judge:
    given = _json(rest) if rest else None
    if rest and not isinstance(given, dict | bool):
        raise ValueError("a schema is an object")

    def judge(answer: Answer) -> str:
        schema = given if rest else answer.schema
        if schema is None:
            return "" if answer.value is not None else "no schema was sent, and it is no JSON"
        if answer.value is None:
            return "it is no JSON"
        found = faults(answer.value, schema)
        return f"{found[0].path} {found[0].message}" if found else ""

    return judge


def _compiled(text: str) -> re.Pattern[str]:
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError("an expression stands between slashes, such as /sunny|clear/i")
    flags = re.NOFLAG
    for letter in found[2]:
        flags |= _FLAGS[letter]
    try:
        return re.compile(found[1], flags)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{text[:30]!r} is no JSON: texts stand in double quotes") from None
    return value


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_LONGEST]


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"
