"""One run of a local tool: what is asked for and what came of it, as values. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

TIME_LIMIT: Final = 30.0
"""Seconds that a tool may take."""
OUTPUT_LIMIT: Final = 256 * 1024
"""Bytes that a tool may write in all: its result, and what it prints."""

Ending: TypeAlias = Literal["returned", "raised", "timeout", "too much", "died", "changed"]
"""How a run ended; ``changed``: the code is no longer what was approved, and nothing ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRun:
    """A call to be made.

    Attributes:
        location: where the tool is: the path of a file, the address or command of a server.
        name: the function, as its source calls it.
        arguments: a JSON object, as text.
        code: the digest of the code that was approved; other code is not run.

    """

    location: str
    name: str
    arguments: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolOutcome:
    """What came of a run.

    Attributes:
        text: what it returned, as text; otherwise what went wrong, in a sentence.
        printed: what it wrote beside that, which the model is not told.
        seconds: how long the function took, as measured where it ran.
        around: how much longer it took in all: to start its process, or to reach its server.

    """

    ending: Ending
    text: str
    printed: str = ""
    seconds: float = 0.0
    around: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFunction:
    """A function that a Python file offers; ``parameters`` is the schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFunctions:
    """What a Python file offers; ``problem`` says what is wrong with it, "" when nothing is."""

    functions: tuple[FoundFunction, ...] = ()
    code: str = ""
    problem: str = ""
