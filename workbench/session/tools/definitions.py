"""Tools written as JSON, in the API's form or the forms of its relatives. No I/O."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workbench.session.json_path import Path, written
from workbench.session.tools.tool import EDITOR, Tool, ToolSource

TEMPLATE: Final = """\
{
  "type": "function",
  "function": {
    "name": "get_time",
    "description": "The time of day in a city.",
    "parameters": {
      "type": "object",
      "properties": {
        "city": {"type": "string", "description": "The city's name, such as Lisbon"}
      },
      "required": ["city"],
      "additionalProperties": false
    }
  }
}
"""
"""What the editor begins with."""


class DefinitionError(Exception):
    """A text is no definition of tools; the message says where and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    value: Mapping[str, object]
    at: Path


def parse_tools(text: str, source: ToolSource = EDITOR) -> tuple[Tool, ...]:
    """The tools of a JSON text: one definition, a list of them, or an object with ``tools``.

    The API's form is ``{"type": "function", "function": {...}}``; the bare function, MCP's
    ``inputSchema`` and Anthropic's ``input_schema`` are understood too.

    Raises:
        DefinitionError: it is not JSON, or something in it is no function.

    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise DefinitionError(f"Not JSON, at {where}: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise DefinitionError("Not JSON that can be read: it is nested too deeply.") from None
    tools = tuple(_tool(entry, source) for entry in _entries(value))
    if not tools:
        raise DefinitionError("There is no tool in it.")
    names = [tool.name for tool in tools]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DefinitionError(f"Two tools are called {twice!r}: give each a name of its own.")
    return tools


def _entries(value: object) -> Iterator[_Entry]:
    at: Path = ()
    if isinstance(value, dict) and isinstance(value.get("tools"), list):
        value, at = value["tools"], ("tools",)
    if not isinstance(value, list):
        yield _Entry(value=_object(value, at), at=at)
        return
    for index, item in enumerate(value):
        yield _Entry(value=_object(item, (*at, index)), at=(*at, index))


def _tool(entry: _Entry, source: ToolSource) -> Tool:
    outer, at = entry.value, entry.at
    kind = outer.get("type", "function")
    if kind != "function":
        raise DefinitionError(f"{written(at)}: a {kind!r} tool runs at the service, not here.")
    if "function" in outer:
        at = (*at, "function")
        function = _object(outer["function"], at)
    else:
        function = outer
    name = function.get("name")
    if not isinstance(name, str) or not name:
        raise DefinitionError(f"{written((*at, 'name'))}: a function needs a name.")
    description = function.get("description")
    if description is not None and not isinstance(description, str):
        raise DefinitionError(f"{written((*at, 'description'))}: must be a text.")
    strict = function.get("strict")
    if strict is not None and not isinstance(strict, bool):
        raise DefinitionError(f"{written((*at, 'strict'))}: must be true or false.")
    try:
        return Tool(
            name=name,
            own_name=name,
            source=source,
            description=description or "",
            parameters=_parameters(function, at),
            strict=strict,
        )
    except ValueError as error:
        raise DefinitionError(f"{written(at)}: {error}.") from None


def _parameters(function: Mapping[str, object], at: Path) -> Mapping[str, object] | None:
    for member in ("parameters", "inputSchema", "input_schema"):
        if function.get(member) is not None:
            return _object(function[member], (*at, member))
    return None


def _object(value: object, at: Path) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise DefinitionError(f"{written(at)}: an object is wanted here.")
    return value
