"""Tools that come from files, and how what changed in them is noticed."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.ports import FunctionFinder
from workbench.session.tools.definitions import DefinitionError, parse_tools
from workbench.session.tools.tool import Tool, ToolSource
from workbench.session.tools.toolbox import Held, Toolbox
from workbench.tool_runs import FoundFunctions


class ToolFileError(Exception):
    """A file gives no tools; the message says why and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFile:
    """A Python file that was looked at and not run yet."""

    path: Path
    code: str


class ToolFiles:
    """Opens files of tools; nothing of a Python file runs before a person agreed.

    Args:
        finder: runs Python files apart from the application.
        read: gives a file's text; blocks. Raises OSError.

    """

    def __init__(
        self, toolbox: Toolbox, finder: FunctionFinder, read: Callable[[Path], str]
    ) -> None:
        self._toolbox = toolbox
        self._finder = finder
        self._read = read

    async def look_at(self, path: Path) -> PythonFile | None:
        """A Python file that would have to be run; ``None`` for one that is only read.

        Raises:
            ToolFileError: it cannot be read.

        """
        if path.suffix != ".py":
            return None
        try:
            return PythonFile(path=path, code=await self._finder.digest(path))
        except OSError as error:
            raise ToolFileError(_cannot_read(path, error)) from None

    async def open_definitions(self, path: Path) -> tuple[Held, ...]:
        """Take in the tools of a JSON file. Raises ToolFileError."""
        source = ToolSource(kind="file", name=path.name, location=str(path))
        try:
            text = await asyncio.to_thread(self._read, path)
            return self._toolbox.put(source, parse_tools(text, source))
        except OSError as error:
            raise ToolFileError(_cannot_read(path, error)) from None
        except DefinitionError as error:
            raise ToolFileError(f"{path.name}: {error}") from None

    async def open_python(self, file: PythonFile) -> tuple[tuple[Held, ...], str]:
        """Run a Python file that a person agreed to, and take in its functions.

        Gives what was taken in, and what is wrong with the rest, "" when nothing is.

        Raises:
            ToolFileError: it gives no function at all.

        """
        found = await self._finder.find(file.path, code=file.code)
        if not found.functions:
            raise ToolFileError(f"{file.path.name}: {found.problem or 'it has no function.'}")
        source = ToolSource(kind="python", name=file.path.name, location=str(file.path))
        try:
            tools = _functions(found, source)
        except ValueError as error:
            raise ToolFileError(f"{file.path.name}: {error}.") from None
        return self._toolbox.put(source, tools), found.problem


def _functions(found: FoundFunctions, source: ToolSource) -> tuple[Tool, ...]:
    return tuple(
        Tool(
            name=function.name,
            own_name=function.name,
            source=source,
            description=function.description,
            parameters=function.parameters,
            code=found.code,
            runnable=True,
        )
        for function in found.functions
    )


def _cannot_read(path: Path, error: OSError) -> str:
    return f"{path} cannot be read: {error.strerror or error}."
