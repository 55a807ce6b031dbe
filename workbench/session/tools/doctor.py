"""What is wrong with tools before a model ever sees them, where exactly, and what helps. No I/O."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from workbench.neutralise import neutralise
from workbench.session.json_path import Path, written
from workbench.session.tools.schema_findings import Severity, Told, schema_findings
from workbench.session.tools.strict import strict_findings
from workbench.session.tools.tool import MOST_TOOLS, NAME, Tool

_LONG_DESCRIPTION: Final = 1024
_MANY_TOKENS: Final = 800
_MOST_COMPARED: Final = 200
_ORDERS: Final = re.compile(
    r"ignore (?:all |any )?(?:previous|prior|other) (?:instructions|tools)"
    r"|do not (?:tell|mention|inform)|before (?:using|calling) any other tool"
    r"|<(?:important|system)>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know of a tool.

    Attributes:
        at: where in its definition, below ``function``.
        message: what is wrong.
        fix: what to do about it.

    """

    tool: str
    severity: Severity
    at: Path
    message: str
    fix: str

    @property
    def path(self) -> str:
        """Where, as people write it: ``$.parameters.required``."""
        return written(self.at)


def examine(tools: Sequence[Tool]) -> tuple[Finding, ...]:
    """Everything there is to say of tools that are offered together, the worst first."""
    found = [finding for tool in tools for finding in _of_one(tool)]
    found += _of_all(tools)
    order: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.severity]))


def tokens(tools: Sequence[Tool]) -> int:
    """An estimate of what offering them costs in each request."""
    return sum(tool.tokens for tool in tools)


def _of_one(tool: Tool) -> Iterator[Finding]:
    told = [*_name(tool), *_description(tool), *_hidden(tool), *_parameters(tool)]
    for severity, at, message, fix in told:
        yield Finding(tool=tool.name, severity=severity, at=at, message=message, fix=fix)


def _name(tool: Tool) -> Iterator[Told]:
    own = tool.own_name or tool.name
    if not NAME.fullmatch(own):
        fix = "Use up to 64 of A-Z, a-z, 0-9, _ and -."
        if tool.name == own:
            yield "error", ("name",), "is refused by the service", fix
        else:
            yield "warning", ("name",), f"is offered as {tool.name}", fix


def _description(tool: Tool) -> Iterator[Told]:
    if not tool.description.strip():
        fix = "Say in a sentence what it does and when to call it: the model has only this."
        yield "warning", (), "has no description", fix
    elif len(tool.description) > _LONG_DESCRIPTION:
        message = f"is {len(tool.description):,} characters long"
        yield "note", ("description",), message, "Every request pays for it: shorten it."
    if tool.tokens > _MANY_TOKENS:
        fix = "Leave out what the model does not need to choose well."
        yield "note", (), f"costs ~{tool.tokens:,} tokens in each request", fix


def _hidden(tool: Tool) -> Iterator[Told]:
    """What is meant for the model and not for people."""
    for at, text in _texts(tool):
        if neutralise(text) != text.replace("\r\n", "\n"):
            fix = "Look at it with suspicion: what you see is not what the model reads."
            yield "warning", at, "holds characters that cannot be seen", fix
        if _ORDERS.search(text):
            fix = "A description that gives orders is an attack, or a mistake: do not offer it."
            yield "warning", at, "gives the model orders", fix


def _parameters(tool: Tool) -> Iterator[Told]:
    schema = tool.parameters
    if schema is None:
        return
    if schema.get("type", "object") != "object":
        fix = 'Let the parameters be of type "object", with each one in "properties".'
        yield "error", ("parameters", "type"), "arguments are always an object", fix
    for severity, at, message, fix in schema_findings(schema):
        yield severity, ("parameters", *at), message, fix
    for at, message, fix in strict_findings(schema):
        yield "error" if tool.strict else "note", ("parameters", *at), message, fix


def _texts(tool: Tool) -> Iterator[tuple[Path, str]]:
    """Every text that the model reads."""
    yield ("description",), tool.description
    stack: list[tuple[Path, object]] = [(("parameters",), tool.parameters)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, Mapping):
            stack += [((*at, str(name)), part) for name, part in value.items()]
        elif isinstance(value, list):
            stack += [((*at, index), part) for index, part in enumerate(value)]
        elif isinstance(value, str) and at[-1] in ("description", "title"):
            yield at, value


def _of_all(tools: Sequence[Tool]) -> Iterator[Finding]:
    if len(tools) > MOST_TOOLS:
        yield Finding(
            tool=tools[MOST_TOOLS].name,
            severity="error",
            at=(),
            message=f"is number {MOST_TOOLS + 1}: the service takes {MOST_TOOLS} tools",
            fix="Offer fewer.",
        )
    for one, other in combinations(tools[:_MOST_COMPARED], 2):
        if _look_alike(one.name, other.name):
            yield Finding(
                tool=other.name,
                severity="warning",
                at=("name",),
                message=f"looks like {one.name}",
                fix="Give names that cannot be mistaken for each other; models mix these up.",
            )


def _look_alike(one: str, other: str) -> bool:
    """Whether two names differ by no more than case, separators, an ending or a letter."""
    short, long = sorted((_plain(one), _plain(other)), key=len)
    if short == long:
        return True
    if len(short) < 5:
        return False
    if len(long) == len(short):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return len(long) == len(short) + 1 and any(
        long[:at] + long[at + 1 :] == short for at in range(len(long))
    )


def _plain(name: str) -> str:
    return re.sub(r"[_-]", "", name).lower()
