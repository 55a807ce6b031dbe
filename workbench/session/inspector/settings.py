"""How the next request of the inspector is made. No I/O."""

from dataclasses import dataclass, field

from client import ChatOptions
from workbench.session.chat import ChatParameters
from workbench.session.tools.tool import Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectorSettings:
    """What goes along with the messages; ``None`` leaves it to the service.

    Attributes:
        parameters: those of any chat; their tools are not used here, the toolbox has its own.
        tool_choice: auto, required, none, or the name of the one tool that must be called.
        check_calls: whether the service is to check the calls before it hands them over.

    """

    model: str
    parameters: ChatParameters = field(default_factory=ChatParameters)
    tool_choice: str = "auto"
    parallel_tool_calls: bool | None = None
    check_calls: bool = True

    def options(self, tools: tuple[Tool, ...]) -> ChatOptions:
        """The settings as the client takes them; those about tools only where some are offered."""
        options = self.parameters.options()
        options.pop("tools", None)
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
        if not self.check_calls:
            options["disable_tool_validation"] = True
        return options
