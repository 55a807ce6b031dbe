"""MCP servers: what they offer, and running a call there, only as it was approved."""

import asyncio
import builtins
import hashlib
import json
import time
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from workbench.adapters.mcp.connection import PATIENCE, Connection, ServerGoneError
from workbench.tool_runs import OUTPUT_LIMIT, TIME_LIMIT, Ending, ToolOutcome, ToolRun
from workbench.tool_servers import ServedTool, ServedTools, ServerSpec

if TYPE_CHECKING:
    from mcp import Client

_MISSING: Final = "MCP servers need an extra: pip install 'groq-workbench[mcp]'."
_CLOSED: Final = -32000
"""The SDK's code for a connection that ended under a request."""
_MOST_TOOLS: Final = 256
_MOST_PAGES: Final = 32
_LONGEST: Final = 64 * 1024
"""Characters of all that a server may say of one tool."""


class McpServers:
    """Servers by their location. Each is started at most once, and ended by ``aclose``.

    Args:
        seconds: the time limit of a call.
        output_limit: bytes of a call's result.

    """

    def __init__(self, *, seconds: float = TIME_LIMIT, output_limit: int = OUTPUT_LIMIT) -> None:
        self._seconds = seconds
        self._output_limit = output_limit
        self._connections: dict[str, Connection] = {}
        self._specs: dict[str, ServerSpec] = {}
        self._codes: dict[tuple[str, str], str] = {}
        self._subscribers: list[Callable[[ServerSpec], None]] = []

    def subscribe(self, tell: Callable[[ServerSpec], None]) -> Callable[[], None]:
        """Have ``tell`` called when a server says that its tools changed; call to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    async def connect(self, spec: ServerSpec) -> ServedTools:
        """What a server offers now; connects first where that is needed. Never raises."""
        if find_spec("mcp") is None:
            return ServedTools(problem=_MISSING)
        try:
            tools = await self._tools_of(spec)
        except builtins.TimeoutError:
            return ServedTools(problem=f"It did not name its tools within {PATIENCE:g} s.")
        except ServerGoneError as error:
            return ServedTools(problem=str(error))
        except Exception as error:  # noqa: BLE001 - a server may send anything
            return ServedTools(problem=f"It cannot be understood: {_said(error)}")
        for key in [key for key in self._codes if key[0] == spec.location]:
            del self._codes[key]
        self._codes |= {(spec.location, tool.name): tool.code for tool in tools}
        problem = "" if tools else "It offers no tools."
        return ServedTools(tools=tuple(tools), problem=problem)

    def folder(self, run: ToolRun) -> str:
        """Where it will run: the server."""
        spec = self._specs.get(run.location)
        return f"the server {spec.name}: {run.location}" if spec else run.location

    async def run(self, run: ToolRun) -> ToolOutcome:
        """Have the server do it, and wait. Cancelling ends the waiting. Never raises."""
        began = time.perf_counter()

        def outcome(ending: Ending, text: str) -> ToolOutcome:
            return ToolOutcome(ending=ending, text=text, seconds=time.perf_counter() - began)

        if self._codes.get((run.location, run.name)) != run.code:
            return outcome("changed", "The server says something else of this tool now.")
        connection = self._connections.get(run.location)
        if connection is None or not connection.alive:
            return outcome("died", "The server has ended: connect it again in the tools (u).")
        try:
            arguments = json.loads(run.arguments or "{}")
            async with asyncio.timeout(self._seconds):
                result = await connection.client.call_tool(run.name, arguments)
        except builtins.TimeoutError:
            return outcome("timeout", f"The server gave no result within {self._seconds:g} s.")
        except ServerGoneError as error:
            return outcome("died", str(error))
        except Exception as error:  # noqa: BLE001 - a server may send anything
            if not _is_end(error):
                return outcome("raised", _said(error))
            await self._drop(run.location)
            return outcome("died", "The server ended during the call.")
        text, whole = _text_of(result, self._output_limit)
        if not whole:
            limit = f"{self._output_limit // 1024} KiB"
            return outcome("too much", f"{text}\n… the rest was cut: more than {limit}")
        return outcome("raised" if result.is_error else "returned", text)

    async def aclose(self) -> None:
        """End every server."""
        connections, self._connections = list(self._connections.values()), {}
        await asyncio.gather(*(connection.close() for connection in connections))

    async def _tools_of(self, spec: ServerSpec) -> list[ServedTool]:
        """What it offers; one that ended in the meantime is started again."""
        for attempt in range(2):
            connection = await self._opened(spec)
            try:
                async with asyncio.timeout(PATIENCE):
                    return await _listed(connection.client)
            except Exception as error:
                if attempt or not _is_end(error):
                    raise
                await self._drop(spec.location)
        return []

    async def _drop(self, location: str) -> None:
        """Forget a connection that has ended."""
        connection = self._connections.pop(location, None)
        if connection is not None:
            await connection.close()

    async def _opened(self, spec: ServerSpec) -> Connection:
        connection = self._connections.get(spec.location)
        if connection is not None and connection.alive:
            return connection

        def changed() -> None:
            for tell in tuple(self._subscribers):
                tell(spec)

        connection = Connection(spec, changed=changed)
        await connection.open()
        self._connections[spec.location] = connection
        self._specs[spec.location] = spec
        return connection


async def _listed(client: "Client") -> list[ServedTool]:
    tools: list[ServedTool] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools += _served(page.tools)
        cursor = page.next_cursor
        if not cursor or len(tools) >= _MOST_TOOLS:
            break
    return tools[:_MOST_TOOLS]


def _served(tools: Iterable[Any]) -> list[ServedTool]:  # the SDK's Tool; only its fields are used
    served = []
    for tool in tools:
        schema = dict(tool.input_schema)
        told = json.dumps([tool.name, tool.description, schema], sort_keys=True)
        if len(told) > _LONGEST:
            continue  # a schema of that size is no schema
        served.append(
            ServedTool(
                name=tool.name,
                description=tool.description or "",
                parameters=schema,
                code=hashlib.sha256(told.encode()).hexdigest(),
            )
        )
    return served


def _text_of(result: Any, limit: int) -> tuple[str, bool]:  # noqa: ANN401 - the SDK's result
    """The result as text for a model, and whether that is all of it."""
    parts = [_part(part) for part in result.content or ()]
    if not parts and result.structured_content is not None:
        parts = [json.dumps(result.structured_content, ensure_ascii=False)]
    text = "\n".join(parts)
    data = text.encode("utf-8", "replace")
    return data[:limit].decode("utf-8", "ignore"), len(data) <= limit


def _part(part: Any) -> str:  # noqa: ANN401 - the SDK's union of parts
    text = getattr(part, "text", None)
    if isinstance(text, str):
        return text
    resource = getattr(part, "resource", None)
    inner = getattr(resource, "text", None)
    if isinstance(inner, str):
        return inner
    kind = str(getattr(part, "mime_type", None) or "")
    data = getattr(part, "data", None) or getattr(resource, "blob", None) or ""
    size = f", {len(data) * 3 // 4:,} bytes" if data else ""
    return f"[{part.type}{f' {kind}' if kind else ''}{size}; not handed on]"


def _is_end(error: BaseException) -> bool:
    """Whether it says that the connection is no more."""
    return getattr(error, "code", None) == _CLOSED or isinstance(error, ServerGoneError)


def _said(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error).strip()[:500] or type(error).__name__
