"""What tests of the inspector are made of: tools, runs that are only noted, replies with calls."""

import asyncio
import json
from collections.abc import AsyncIterator

from client import GroqClient
from client.testing import FakeClock, FakeResponse, FakeTransport, chunk, finish_chunk
from workbench.session.inspector.session import InspectorSession
from workbench.session.inspector.settings import InspectorSettings
from workbench.session.inspector.timeline import Branch, Point
from workbench.session.tools.tool import Tool, ToolSource
from workbench.session.tools.toolbox import Toolbox
from workbench.tool_runs import ToolOutcome, ToolRun

PYTHON = ToolSource(kind="python", name="travel.py", location="/home/me/tools/travel.py")
CALL = Point(round=1, kind="call", call=0)
WEATHER = Tool(
    name="get_weather",
    own_name="get_weather",
    source=PYTHON,
    description="The weather in a city.",
    parameters={
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The city's name"},
            "days": {"type": "integer", "minimum": 0, "maximum": 7},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["city", "unit"],
        "additionalProperties": False,
    },
    code="c0de",
    runnable=True,
)
TRAINS = Tool(
    name="find_trains",
    own_name="find_trains",
    source=PYTHON,
    description="Trains from one city to another.",
    parameters={
        "type": "object",
        "properties": {
            "origin": {"type": "string"},
            "destination": {"type": "string"},
            "day": {"type": "string", "format": "date"},
        },
        "required": ["origin", "destination", "day"],
        "additionalProperties": False,
    },
    code="c0de",
    runnable=True,
)


class NotedRuns:
    """A runner that notes what it is to run, and returns what it was told to."""

    def __init__(self, *outcomes: ToolOutcome) -> None:
        self.runs: list[ToolRun] = []
        self.outcomes = list(outcomes)
        self.hold: asyncio.Event | None = None
        self.cancelled = 0

    def folder(self, run: ToolRun) -> str:
        return run.location.rpartition("/")[0]

    async def run(self, run: ToolRun) -> ToolOutcome:
        self.runs.append(run)
        if self.hold is not None:
            try:
                await self.hold.wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if self.outcomes:
            return self.outcomes.pop(0)
        return ToolOutcome(
            ending="returned", text='{"sky": "clear"}', printed="", seconds=0.012, around=0.13
        )


def call_chunk(
    name: str, arguments: str, *, index: int = 0, number: str | None = None
) -> dict[str, object]:
    function = {"name": name, "arguments": arguments}
    call = {
        "id": number or f"call_{index}",
        "type": "function",
        "function": function,
        "index": index,
    }
    return chunk({"tool_calls": [call]})


def calling(*calls: tuple[str, object]) -> FakeResponse:
    """A reply that only calls."""
    chunks = [
        call_chunk(
            name, arguments if isinstance(arguments, str) else json.dumps(arguments), index=i
        )
        for i, (name, arguments) in enumerate(calls)
    ]
    return FakeResponse.stream(*chunks, finish_chunk("tool_calls"))


def toolbox(*tools: Tool, approved: bool = True) -> Toolbox:
    box = Toolbox()
    for tool in tools or (WEATHER, TRAINS):
        held = box.add(tool)
        if approved:
            box.approve(held.tool.name)
    return box


def session_over(
    *answers: FakeResponse | Exception, box: Toolbox | None = None, runs: NotedRuns | None = None
) -> tuple[InspectorSession, FakeTransport, NotedRuns]:
    transport, runs = FakeTransport(*answers), runs or NotedRuns()
    groq = GroqClient(
        transport=transport,
        clock=FakeClock(),
        api_key="gsk_test_0123456789",
        retry=None,
        circuit_breaker=None,
        rate_limit=None,
    )
    session = InspectorSession(
        groq,
        toolbox=box or toolbox(),
        settings=InspectorSettings(model="openai/gpt-oss-20b"),
        runners={"python": runs},
    )
    return session, transport, runs


async def told(updates: AsyncIterator[Branch]) -> list[Branch]:
    return [branch async for branch in updates]


def body(transport: FakeTransport, number: int = -1) -> dict[str, object]:
    return dict(json.loads(transport.requests[number].body or b"{}"))
