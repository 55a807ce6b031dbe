"""A tool as it is offered to a model, and where it comes from. No I/O."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

SourceKind: TypeAlias = Literal["file", "python", "editor", "mcp", "recording"]
"""Definitions in a JSON file, functions in a Python file, written here, served, as recorded."""

MOST_TOOLS: Final = 128
"""How many a request may offer (groq-api 2.4)."""
LONGEST_NAME: Final = 64
DEEPEST: Final = 64
"""Levels that a schema may have here; the service takes fewer."""
NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a function may be called (groq-api 2.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSource:
    """Where a tool comes from.

    Attributes:
        kind: of what sort.
        name: as a person knows it, such as the file's name.
        location: the path of a file, the address or command of a server; "" for the editor.

    """

    kind: SourceKind
    name: str
    location: str = ""


EDITOR: Final = ToolSource(kind="editor", name="written here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function to offer, with everything that the model is told of it.

    Attributes:
        name: as it is offered; within one toolbox no two are the same.
        own_name: as its source calls it.
        parameters: the JSON Schema of the arguments, ``None`` when it takes none.
        strict: as the definition says, ``None`` when it says nothing.
        code: a digest of what would run, "" when nothing of it runs here.
        runnable: whether its source can run it; a definition alone cannot.

    Raises:
        ValueError: the parameters are nested too deeply to be shown and compared.

    """

    name: str
    source: ToolSource
    description: str = ""
    parameters: Mapping[str, object] | None = field(default=None, repr=False)
    strict: bool | None = None
    own_name: str = ""
    code: str = ""
    runnable: bool = False

    def __post_init__(self) -> None:
        if is_deeper(self.parameters, DEEPEST):
            message = f"the parameters of {self.name!r} are nested more than {DEEPEST} deep"
            raise ValueError(message)

    @property
    def definition(self) -> dict[str, object]:
        """The tool in the API's form (groq-api 2.4)."""
        function: dict[str, object] = {"name": self.name}
        if self.description:
            function["description"] = self.description
        if self.parameters is not None:
            function["parameters"] = dict(self.parameters)
        if self.strict is not None:
            function["strict"] = self.strict
        return {"type": "function", "function": function}

    @property
    def fingerprint(self) -> str:
        """A digest of all that a person approves: the definition, its source and what runs."""
        approved = [self.definition, self.source.kind, self.source.location, self.code]
        text = json.dumps(approved, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def identity(self) -> str:
        """What stays the same while the tool changes: whose it is, and its name there."""
        return f"{self.source.kind}:{self.source.location}:{self.own_name or self.name}"

    @property
    def tokens(self) -> int:
        """An estimate of what offering it costs in each request: a token for four characters."""
        return -(-len(json.dumps(self.definition, ensure_ascii=False)) // 4)


def is_deeper(value: object, limit: int) -> bool:
    """Whether a JSON value is nested deeper than so many levels."""
    level: list[object] = [value]
    for _ in range(limit):
        inner: list[object] = []
        for each in level:
            if isinstance(each, Mapping):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return False
        level = inner
    return any(isinstance(each, Mapping | list) for each in level)


def namespaced(space: str, name: str) -> str:
    """A name as ``space__name``, in the characters and the length that the service takes."""
    parts = [re.sub(r"[^A-Za-z0-9_-]+", "_", part).strip("_") for part in (space, name)]
    whole = "__".join(filter(None, parts))
    if len(whole) <= LONGEST_NAME and NAME.fullmatch(whole):
        return whole
    digest = hashlib.sha256(f"{space}\0{name}".encode()).hexdigest()[:6]
    return f"{whole[: LONGEST_NAME - 7]}_{digest}"
