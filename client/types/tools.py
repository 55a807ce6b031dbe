"""Tools offered to a model and the calls it makes of them. No I/O."""

import json
from typing import Annotated, Literal

from pydantic import BeforeValidator

from client.errors import ValidationError
from client.types.base import WireValue


class Function(WireValue):
    """A function a model may call; ``parameters`` is a JSON Schema object."""

    name: str
    description: str | None = None
    parameters: dict[str, object] | None = None
    strict: bool | None = None


class FunctionTool(WireValue):
    """A tool that runs on the caller's side."""

    type: Literal["function"] = "function"
    function: Function


def _text(value: object) -> object:
    return "" if value is None else value


class FunctionCall(WireValue):
    """The function a model asks for; ``arguments`` is the JSON text exactly as generated."""

    name: Annotated[str, BeforeValidator(_text)] = ""
    arguments: Annotated[str, BeforeValidator(_text)] = ""


class ToolCall(WireValue):
    """One call a model asks for. The shape of ``id`` differs per model family: do not parse it."""

    id: str = ""
    type: str = "function"
    function: FunctionCall = FunctionCall()

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name

    @property
    def arguments(self) -> str:
        """The arguments as raw JSON text, possibly invalid."""
        return self.function.arguments

    def parse_arguments(self) -> dict[str, object]:
        """The arguments as an object; the literal text ``null`` means none.

        Raises:
            ValidationError: the text is not a JSON object, so the call must not be run.

        """
        try:
            value = json.loads(self.function.arguments or "null")
        except (ValueError, RecursionError) as error:
            message = f"The arguments of {self.name!r} are not valid JSON: {error}"
            raise ValidationError(message) from None
        if value is None:
            return {}
        if not isinstance(value, dict):
            message = f"The arguments of {self.name!r} are JSON, but not an object."
            raise ValidationError(message)
        return value


class ExecutedTool(WireValue):
    """A built-in tool that the service ran itself, with what it returned."""

    index: int | None = None
    type: str | None = None
    name: str | None = None
    arguments: str | None = None
    output: str | None = None
