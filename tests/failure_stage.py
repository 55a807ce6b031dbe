"""A service that refuses what a model generated, and the way to where that is opened up."""

from client.testing import FakeResponse
from tests.stage import Actor, Stage
from workbench.screens.inspector import InspectorScreen

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}
MISFIT = '{"name": "get_weather", "arguments": {\n  "city": "Lisbon",\n  "day": "three"\n}}'
CUT = "<function=get_weather>{'city': 'Lisbon', 'days': 3"


def failing(code: str, message: str, generated: str) -> FakeResponse:
    error = {
        "message": message,
        "type": "invalid_request_error",
        "code": code,
        "failed_generation": generated,
    }
    return FakeResponse.json({"error": error}, status=400)


def weather(*answers: FakeResponse) -> Stage:
    stage = Stage()
    parameters = stage.chat.parameters
    stage.chat.parameters = type(parameters)(tools=(TOOL,))
    stage.play(*answers)
    return stage


async def asked(actor: Actor, questions: int = 1) -> None:
    for _ in range(questions):
        await actor.ask("Weather?")
        await actor.answered()
    await actor.press("alt+3")
    await actor.until(lambda: isinstance(actor.stage.app.screen, InspectorScreen))
    assert isinstance(actor.stage.app.screen, InspectorScreen)
    await actor.stage.app.screen.open_view("failures")
    await actor.pilot.pause(0.1)


MISFITTING = failing(
    "tool_use_failed",
    "Tool call validation failed: parameters for tool get_weather did not match schema: errors: "
    "[missing properties: 'days', additionalProperties 'day' not allowed]",
    MISFIT,
)
CUTTING = failing(
    "tool_use_failed",
    "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more "
    "details.",
    CUT,
)
