"""What can be said of a call's arguments before anything runs. No I/O."""

import json
from dataclasses import dataclass
from typing import Final

from workbench.session.json_schema import Fault, faults
from workbench.session.tools.tool import DEEPEST, Tool, is_deeper

_TOO_DEEP: Final = "it is nested too deeply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Where a text stops being JSON; lines and columns count from 1."""

    message: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The arguments, read and judged.

    Attributes:
        value: what they say; ``None`` while they cannot be read.
        unreadable: why not.
        faults: what the tool's schema has against them.
        unknown_tool: nothing of that name was offered.

    """

    value: object = None
    unreadable: Unreadable | None = None
    faults: tuple[Fault, ...] = ()
    unknown_tool: bool = False

    @property
    def valid(self) -> bool:
        """Whether the tool may be run with them."""
        return not (self.unreadable or self.faults or self.unknown_tool)

    @property
    def summary(self) -> str:
        """The worst that there is to say, in a few words."""
        if self.unreadable is not None:
            return f"not JSON: line {self.unreadable.line}, column {self.unreadable.column}"
        if self.unknown_tool:
            return "unknown tool"
        if self.faults:
            first = self.faults[0]
            more = f" (+{len(self.faults) - 1})" if len(self.faults) > 1 else ""
            return f"{first.path} {first.message}{more}"
        return "fits the schema"


def check(arguments: str, tool: Tool | None) -> Check:
    """Read the arguments and judge them by the tool's schema.

    The literal text ``null``, or nothing, stands for no arguments (groq-api 2.4).
    """
    try:
        value = json.loads(arguments or "null", parse_constant=_no_number)
    except json.JSONDecodeError as error:
        unreadable = Unreadable(message=error.msg, line=error.lineno, column=error.colno)
        return Check(unreadable=unreadable, unknown_tool=tool is None)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else _TOO_DEEP
        return Check(unreadable=Unreadable(message=reason), unknown_tool=tool is None)
    if is_deeper(value, DEEPEST):
        return Check(unreadable=Unreadable(message=_TOO_DEEP), unknown_tool=tool is None)
    value = {} if value is None else value
    if not isinstance(value, dict):
        schema: object = {"type": "object"}
    else:
        schema = True if tool is None or tool.parameters is None else tool.parameters
    return Check(value=value, faults=faults(value, schema), unknown_tool=tool is None)


def _no_number(name: str) -> object:
    message = f"{name} is no JSON number"
    raise ValueError(message)
