"""Tools of MCP servers: which servers a file names, and taking in what they offer."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from workbench.session.tools.tool import Tool, ToolSource, namespaced
from workbench.session.tools.toolbox import Held, Toolbox
from workbench.tool_servers import ServedTools, ServerSpec

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_OURS: Final = "GROQ_"
"""Variables of these names are never handed to a server: the key is among them."""


class ServerError(Exception):
    """A file names no servers, or one gives no tools; the message says why."""


class ServerConnector(Protocol):
    """Starts servers and reaches them."""

    async def connect(self, spec: ServerSpec) -> ServedTools:
        """What a server offers now; connects first where that is needed. Never raises."""

    def subscribe(self, tell: Callable[[ServerSpec], None]) -> Callable[[], None]:
        """Have ``tell`` called when a server says that its tools changed; call to end that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A server that was connected: its tools in the toolbox, and what is wrong with the rest."""

    spec: ServerSpec
    held: tuple[Held, ...] = ()
    problem: str = ""


class ToolServers:
    """Connects servers that a person agreed to, and keeps their tools in the toolbox.

    A tool that changed is not offered before it was seen anew: the toolbox sees to that.

    Args:
        read: gives a file's text; blocks. Raises OSError.
        environ: what ``${NAME}`` in a file stands for.

    """

    def __init__(
        self,
        toolbox: Toolbox,
        connector: ServerConnector,
        *,
        read: Callable[[Path], str],
        environ: Mapping[str, str],
    ) -> None:
        self._toolbox = toolbox
        self._connector = connector
        self._read = read
        self._environ = environ
        self._agreed: dict[str, ServerSpec] = {}

    async def look_at(self, path: Path) -> tuple[ServerSpec, ...]:
        """The servers that a file names; none is started. Raises ServerError."""
        try:
            text = await asyncio.to_thread(lambda: self._read(path.expanduser()))
        except OSError as error:
            raise ServerError(f"{path} cannot be read: {error.strerror or error}.") from None
        return parse_servers(text, self._environ)

    async def connect(self, spec: ServerSpec) -> Connected:
        """Connect a server that a person agreed to, and take in its tools."""
        self._agreed[spec.location] = spec
        served = await self._connector.connect(spec)
        if served.problem:
            return Connected(spec=spec, problem=served.problem)
        return Connected(spec=spec, held=self._take(spec, served))

    async def again(self, location: str) -> Connected | None:
        """Connect a server once more; ``None`` for one that nobody agreed to in this run."""
        spec = self._agreed.get(location)
        return None if spec is None else await self.connect(spec)

    def subscribe(self, tell: Callable[[ServerSpec], None]) -> Callable[[], None]:
        """Have ``tell`` called when a server says that its tools changed; call to end that."""
        return self._connector.subscribe(tell)

    def _take(self, spec: ServerSpec, served: ServedTools) -> tuple[Held, ...]:
        source = ToolSource(kind="mcp", name=spec.name, location=spec.location)
        tools = [
            Tool(
                name=namespaced(spec.name, tool.name),
                own_name=tool.name,
                source=source,
                description=tool.description,
                parameters=tool.parameters,
                code=tool.code,
                runnable=True,
            )
            for tool in served.tools
        ]
        return self._toolbox.put(source, tools)


def parse_servers(text: str, environ: Mapping[str, str]) -> tuple[ServerSpec, ...]:
    """The servers of a JSON file in the form that most programs share.

    ``{"mcpServers": {"name": {"command": "...", "args": [...], "env": {...}, "cwd": "..."}}}``, or
    ``{"url": "https://...", "headers": {...}}`` in place of the command.

    Raises:
        ServerError: it is of another form; the message says where.

    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ServerError(f"Not JSON: {error}.") from None
    listed = value.get("mcpServers", value.get("servers")) if isinstance(value, dict) else None
    if not isinstance(listed, dict) or not listed:
        raise ServerError('An object with "mcpServers" is wanted: {"mcpServers": {"name": {...}}}.')
    return tuple(_spec(str(name), entry, environ) for name, entry in listed.items())


def _spec(name: str, entry: object, environ: Mapping[str, str]) -> ServerSpec:
    if not isinstance(entry, dict):
        raise ServerError(f"{name}: an object with a command or a url is wanted.")
    url, command = entry.get("url"), entry.get("command")
    if isinstance(url, str) and url:
        _check_url(name, url)
        headers = _texts(name, "headers", entry.get("headers"), environ)
        return ServerSpec(name=name, url=url, headers=headers)
    if not isinstance(command, str) or not command:
        raise ServerError(f"{name}: it has neither a command nor a url.")
    arguments = entry.get("args", [])
    if not isinstance(arguments, list) or not all(isinstance(each, str) for each in arguments):
        raise ServerError(f"{name}: args must be a list of texts.")
    return ServerSpec(
        name=name,
        command=(command, *(_filled(name, each, environ) for each in arguments)),
        environment=_texts(name, "env", entry.get("env"), environ),
        folder=str(entry.get("cwd") or ""),
    )


def _check_url(name: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise ServerError(f"{name}: the url is no address.") from None
    if parts.scheme == "https" and host:
        return
    if parts.scheme == "http" and (host == "localhost" or _is_loopback(host)):
        return
    raise ServerError(f"{name}: the url must be https, or http on this machine alone.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _texts(name: str, what: str, value: object, environ: Mapping[str, str]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ServerError(f"{name}: {what} must map names to texts.")
    return {str(key): _filled(name, each, environ) for key, each in value.items()}


def _filled(name: str, text: str, environ: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        variable = found[1]
        if variable.upper().startswith(_OURS):
            raise ServerError(f"{name}: {variable} is not handed to servers.")
        if variable not in environ:
            raise ServerError(f"{name}: the variable {variable} is not set.")
        return environ[variable]

    return _VARIABLE.sub(value, text)
