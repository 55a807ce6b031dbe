"""Which tools there are, which of them are offered, and which definitions a person has approved."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from workbench.session.tools.tool import MOST_TOOLS, NAME, Tool, ToolSource, namespaced

Standing: TypeAlias = Literal["approved", "new", "changed"]
"""Whether the definition, and the code behind it, is the one that a person approved."""


class Approvals(Protocol):
    """What was written down of approved tools, now or in earlier runs."""

    def get(self, identity: str) -> Mapping[str, object] | None:
        """Its ``fingerprint`` and ``definition``, ``None`` when it was never approved."""

    def put(self, identity: str, approved: Mapping[str, object]) -> None:
        """Write it down. Never raises: what cannot be kept is asked for again next time."""


class MemoryApprovals:
    """Approvals of this run alone."""

    def __init__(self) -> None:
        self._approved: dict[str, Mapping[str, object]] = {}

    def get(self, identity: str) -> Mapping[str, object] | None:
        """What was approved of it."""
        return self._approved.get(identity)

    def put(self, identity: str, approved: Mapping[str, object]) -> None:
        """Remember it."""
        self._approved[identity] = approved


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A tool in the toolbox; only an approved one can be offered."""

    tool: Tool
    standing: Standing
    wanted: bool = True
    before: Mapping[str, object] | None = None
    """The definition that was approved before it changed."""

    @property
    def offered(self) -> bool:
        """Whether the next request offers it."""
        return self.wanted and self.standing == "approved"


class Toolbox:
    """Tools by the names they are offered under, in the order in which they came.

    A tool of a name that is taken is called after its source too.
    """

    def __init__(self, approvals: Approvals | None = None) -> None:
        self._approvals = approvals or MemoryApprovals()
        self._held: dict[str, Held] = {}
        self._subscribers: list[Callable[[], None]] = []

    @property
    def held(self) -> tuple[Held, ...]:
        """Everything in it."""
        return tuple(self._held.values())

    @property
    def offered(self) -> tuple[Tool, ...]:
        """What the next request offers, at most 128."""
        return tuple(held.tool for held in self._held.values() if held.offered)[:MOST_TOOLS]

    def get(self, name: str) -> Held | None:
        """The tool that is offered under a name."""
        return self._held.get(name)

    def put(self, source: ToolSource, tools: Iterable[Tool]) -> tuple[Held, ...]:
        """Take in all tools of a source; those it had before and has no more are gone.

        Returns what the source has now. Tools that were approved before, and are just the same,
        are approved; the others wait for ``approve``.
        """
        kept = {held.tool.identity: held for held in self.held if held.tool.source == source}
        for held in kept.values():
            del self._held[held.tool.name]
        new = [self._take_in(tool, kept.get(tool.identity)) for tool in tools]
        self._tell()
        return tuple(new)

    def add(self, tool: Tool) -> Held:
        """Take in one tool beside the others of its source, or in place of its former self."""
        before = next((h for h in self.held if h.tool.identity == tool.identity), None)
        if before is not None:
            del self._held[before.tool.name]
        held = self._take_in(tool, before)
        self._tell()
        return held

    def approve(self, name: str) -> None:
        """A person has seen the definition as it is now, and agrees."""
        held = self._held[name]
        approved = {"fingerprint": held.tool.fingerprint, "definition": held.tool.definition}
        self._approvals.put(held.tool.identity, approved)
        self._held[name] = replace(held, standing="approved", before=None)
        self._tell()

    def want(self, name: str, *, wanted: bool) -> None:
        """Offer it, or keep it back."""
        self._held[name] = replace(self._held[name], wanted=wanted)
        self._tell()

    def doubt(self, name: str) -> None:
        """What would run is not what was approved: do not offer it before it was seen anew."""
        if name in self._held:
            self._held[name] = replace(self._held[name], standing="changed")
            self._tell()

    def remove(self, name: str) -> None:
        """Throw it out."""
        if self._held.pop(name, None) is not None:
            self._tell()

    def subscribe(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have ``tell`` called when anything changed; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def _take_in(self, tool: Tool, former: Held | None) -> Held:
        named = self._named(tool)
        approved = self._approvals.get(named.identity)
        standing: Standing = "new"
        before: object = None
        if approved is not None:
            same = approved.get("fingerprint") == named.fingerprint
            standing = "approved" if same else "changed"
            before = None if same else approved.get("definition")
        held = Held(
            tool=named,
            standing=standing,
            wanted=former.wanted if former else True,
            before=before if isinstance(before, Mapping) else None,
        )
        self._held[named.name] = held
        return held

    def _named(self, tool: Tool) -> Tool:
        """The tool under a name that is free and that the service takes."""
        own = tool.own_name or tool.name
        name = tool.name if NAME.fullmatch(tool.name) else namespaced("", tool.name)
        if name in self._held:
            name = namespaced(tool.source.name.rsplit(".", 1)[0], own)
        number = 2
        while name in self._held:
            name, number = namespaced(f"{tool.source.name}_{number}", own), number + 1
        return replace(tool, name=name, own_name=own)

    def _tell(self) -> None:
        for tell in tuple(self._subscribers):
            tell()
