"""The inspector shows what models, tools and strangers' schemas bring, and obeys none of it."""

import json
from pathlib import Path

import pytest

from client.testing import FakeResponse
from tests.hostile import ALL, PAYLOADS, assert_harmless, joined, marked, seen
from tests.inspecting import WEATHER, call_chunk
from tests.inspector_stage import Inspecting
from workbench.screens.inspecting.approval import ApprovalScreen
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.session.inspector.timeline import Point, Result
from workbench.session.tools.tool import Tool, ToolSource

TALL = (130, 260)


@pytest.fixture
def inspecting(tmp_path: Path) -> Inspecting:
    return Inspecting(tmp_path)


def written(value: object) -> str:
    """JSON as a hostile model writes it: nothing escaped that need not be."""
    return json.dumps(value, ensure_ascii=False)


async def test_a_reply_and_its_reasoning(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(stage.streamed(joined(), reasoning=(joined(),)))
    async with inspecting.open(size=TALL) as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "answered")
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)


async def test_calls_their_names_and_their_arguments(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    calls = [
        call_chunk(text, written({text: text}), index=index) for index, text in enumerate(marked())
    ]
    stage.play(stage.streamed(*calls, finish="tool_calls"))
    async with inspecting.open(size=(130, 80)) as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.pilot.pause()
        assert_harmless(stage.app)
        for index in range(0, len(calls), 3):
            inspecting.screen.show_branch(Point(round=1, kind="call", call=index))
            await actor.pilot.pause()
            assert_harmless(stage.app)


async def test_arguments_that_are_no_json(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(stage.streamed(call_chunk("get_weather", joined()), finish="tool_calls"))
    async with inspecting.open(size=TALL) as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)


async def test_results_as_text_as_json_and_as_faults(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    faulty = {"city": 4, **{text: text for text in marked()}}
    stage.play(stage.streamed(call_chunk("get_weather", written(faulty)), finish="tool_calls"))
    async with inspecting.open(size=TALL) as actor:
        inspecting.screen.session.toolbox.approve(
            inspecting.screen.session.toolbox.add(WEATHER).tool.name
        )
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        await actor.press("a")
        assert_harmless(stage.app)
        at = Point(round=1, kind="call", call=0)
        result = Result(origin="ran", text=written(marked()), printed=joined(), note="returned")
        inspecting.screen.session.calls.answer(at, result)
        inspecting.screen.show_branch()
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)


async def test_what_is_to_be_approved(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    free = Tool(
        name="free",
        own_name="free",
        source=ToolSource(kind="python", name=marked()[0], location=f"/{marked()[3]}/x.py"),
        parameters={"type": "object"},
        runnable=True,
    )
    arguments = {text: text for text in marked()}
    stage.play(stage.streamed(call_chunk("free", written(arguments)), finish="tool_calls"))
    async with inspecting.open(size=TALL) as actor:
        box = inspecting.screen.session.toolbox
        box.approve(box.add(free).tool.name)
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)


async def test_definitions_of_strangers(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    properties = {text: {"type": "string", "description": text} for text in marked()}
    hostile = Tool(
        name="hostile",
        own_name="hostile",
        source=ToolSource(kind="file", name="x.json", location="/x.json"),
        description=joined(),
        parameters={"type": "object", "properties": properties, "required": marked()},
    )
    async with inspecting.open(size=TALL) as actor:
        inspecting.screen.session.toolbox.add(hostile)
        await inspecting.view("tools")
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        await actor.press("enter")
        await inspecting.seen(ToolApprovalScreen)
        assert_harmless(stage.app)


async def test_what_the_service_refuses(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    error = {
        "message": joined(),
        "type": "invalid_request_error",
        "code": PAYLOADS["osc 52"],
        "failed_generation": joined(),
    }
    stage.play(FakeResponse.json({"error": error}, status=400))
    async with inspecting.open(size=TALL) as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "failed")
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
