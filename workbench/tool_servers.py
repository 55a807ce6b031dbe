"""Servers of tools (Model Context Protocol) and what they offer, as values. No I/O."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSpec:
    """A server to start, or to reach.

    Attributes:
        name: as a person calls it; its tools are called after it.
        command: the program and its arguments; empty for a server that is reached by ``url``.
        environment: what the program is given beside a few harmless variables; no key of ours.
        folder: where the program works, "" for where the workbench was started.
        url: of a server that speaks streamable HTTP.
        headers: sent with each request to it; they may hold a secret.

    """

    name: str
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    folder: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def location(self) -> str:
        """What is started, or where it is: the same for the same server."""
        return self.url or shlex.join(self.command)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTool:
    """A tool of a server; ``code`` is a digest of all that the server says of it."""

    name: str
    description: str
    parameters: Mapping[str, object] = field(repr=False)
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTools:
    """What a server offers; ``problem`` says why it offers nothing, "" when all is well."""

    tools: tuple[ServedTool, ...] = ()
    problem: str = ""
