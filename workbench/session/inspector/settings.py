"""How the next request of the inspector is made. No I/O."""

from dataclasses import dataclass

from client import ChatOptions
from workbench.session.tools.tool import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorSettings:
    """What goes along with the messages; ``None`` leaves it to the service.

    ``tool_choice`` is auto, required, none, or the name of the one tool that must be called.
    """

    model: str
    system_prompt: str = ""
    tool_choice: str = "auto"
    parallel_tool_calls: bool | None = None
    disable_tool_validation: bool = False
    temperature: float | None = None
    seed: int | None = None
    max_completion_tokens: int | None = None

    def options(self, tools: tuple[Tool, ...]) -> ChatOptions:
        """The settings as the client takes them; those about tools only where some are offered."""
        options: ChatOptions = {}
        if self.temperature is not None:
            options["temperature"] = self.temperature
        if self.seed is not None:
            options["seed"] = self.seed
        if self.max_completion_tokens is not None:
            options["max_completion_tokens"] = self.max_completion_tokens
        if not tools:
            return options
        options["tools"] = tuple(tool.definition for tool in tools)
        match self.tool_choice:
            case "auto":
                pass
            case "required" | "none" as word:
                options["tool_choice"] = word
            case name:
                options["tool_choice"] = {"type": "function", "function": {"name": name}}
        if self.parallel_tool_calls is not None:
            options["parallel_tool_calls"] = self.parallel_tool_calls
        if self.disable_tool_validation:
            options["disable_tool_validation"] = True
        return options
