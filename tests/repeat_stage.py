"""A service whose model calls the weather tool in several ways, and the way to the bench."""

import json

from textual.widgets import Input, TextArea

from client import Request
from client.testing import FakeResponse, Stall
from tests.stage import Actor, Stage, refusal, tool_call
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
ARGUMENTS = (
    {"city": "Lisbon", "days": 3},
    {"city": "Lisbon", "days": 3},
    {"city": "Lisboa", "days": 3},
    {"city": "Lisbon", "days": "3"},
)


def calling(stage: Stage, arguments: object) -> FakeResponse:
    return stage.streamed(
        tool_call("get_weather", json.dumps(arguments)),
        reasoning=("Call the tool.",),
        finish="tool_calls",
    )


def varied(*, failing: bool = False, stalled: int = 0) -> Stage:
    """Answers of several kinds in turn; the ``stalled``-th never ends."""
    stage = Stage()
    stage.chat.parameters = type(stage.chat.parameters)(tools=(TOOL,))
    number = 0

    def answer(request: Request) -> FakeResponse:
        nonlocal number
        if request.url.endswith("/models"):
            return listed(request)  # type: ignore[return-value]
        stage.requests.append(request)
        number += 1
        if stalled and number >= stalled:
            return FakeResponse.stream(Stall(), done=False)
        if failing and number % 5 == 0:
            return refusal(500, "Internal Server Error")
        return calling(stage, ARGUMENTS[number % len(ARGUMENTS)])

    listed = stage._answer
    transport = stage.groq._wire.transport
    while not hasattr(transport, "_answers"):
        transport = transport._transport  # type: ignore[attr-defined]
    transport._answers = (answer,)
    return stage


async def at_the_bench(actor: Actor, *, chosen: bool = True) -> None:
    if chosen:
        await actor.ask("Weather in Lisbon for three days?")
        await actor.answered()
    await actor.press("alt+3")
    await actor.until(lambda: isinstance(actor.stage.app.screen, InspectorScreen))
    workspace = actor.stage.app.screen
    assert isinstance(workspace, InspectorScreen)
    if chosen:
        await workspace.open_view("wire")
        await actor.until(lambda: "POST" in actor.screen)
        await actor.press("b")
        await actor.until(lambda: "on the wire" in actor.screen)
    else:
        await workspace.open_view("repeat")
    await actor.until(lambda: "Checks" in actor.screen)


def fill(actor: Actor, **values: str) -> None:
    screen = actor.stage.app.screen
    for name, value in values.items():
        if name == "checks":
            screen.query_one("#repeat-checks", TextArea).load_text(value)
        else:
            screen.query_one(f"#repeat-{name.replace('_', '-')}", Input).value = value
