"""MCP servers in the inspector: nothing is started, offered or called before a yes."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.inspector_stage import Inspecting
from tests.stage import Actor
from workbench.screens.inspecting.approval import ApprovalScreen
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.inspector import InspectorScreen
from workbench.screens.wire.ask_path import AskPathScreen

PROGRAM = Path(__file__).parent / "adapters" / "mcp" / "weather_server.py"


@pytest.fixture
def inspecting(tmp_path: Path) -> Inspecting:
    return Inspecting(tmp_path)


@pytest.fixture
def servers(tmp_path: Path) -> Path:
    path = tmp_path / "servers.json"
    weather = {
        "command": sys.executable,
        "args": [PROGRAM.name],
        "env": {"EXTRA": "1"},
        "cwd": str(PROGRAM.parent),
    }
    path.write_text(json.dumps({"mcpServers": {"weather": weather}}))
    return path


@asynccontextmanager
async def opened(inspecting: Inspecting) -> AsyncIterator[Actor]:
    """The inspector; its servers are ended before the screen goes."""
    async with inspecting.open(size=(110, 36)) as actor:
        try:
            yield actor
        finally:
            await inspecting.stage.parts.closing.aclose()


async def ask_to_connect(inspecting: Inspecting, path: Path) -> None:
    await inspecting.view("tools")
    await inspecting.actor.press("m")
    await inspecting.seen(AskPathScreen)
    inspecting.stage.app.screen.query_one(Input).value = str(path)
    await inspecting.actor.press("enter")
    await inspecting.seen(ToolApprovalScreen)


async def started(inspecting: Inspecting) -> None:
    """A program takes its time to start; it is waited for longer than for our own code."""
    for _ in range(20):
        try:
            await inspecting.seen(ToolApprovalScreen)
        except AssertionError:
            continue
        return
    raise AssertionError(f"the server never came:\n{inspecting.actor.screen}")


async def test_a_call_to_a_real_server_is_approved_run_and_answered(
    inspecting: Inspecting, servers: Path
) -> None:
    stage = inspecting.stage
    stage.play(
        inspecting.calls(("weather__forecast", {"city": "Lisbon", "days": 3})),
        stage.streamed("Three sunny days."),
    )
    async with opened(inspecting) as actor:
        await ask_to_connect(inspecting, servers)
        assert "Connect 1 server?" in actor.screen
        assert PROGRAM.name in actor.screen
        assert "EXTRA" in actor.screen
        await actor.press("y")
        await inspecting.seen(InspectorScreen)
        await started(inspecting)
        assert "Offer 7 tools to the model?" in actor.screen
        await actor.press("y")
        await inspecting.seen(InspectorScreen)
        await inspecting.view("step")
        await inspecting.ask("How will Lisbon be?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        assert "the server weather" in actor.screen
        await actor.press("y")
        await actor.until(lambda: inspecting.phase == "results")
        await actor.press("f5")
        await actor.until(lambda: inspecting.phase == "answered")
    offered = stage.body(0)["tools"]
    assert isinstance(offered, list)
    assert "weather__forecast" in [tool["function"]["name"] for tool in offered]
    messages = stage.body(1)["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["content"] == "Lisbon: sunny for 3 days"


async def test_nothing_is_started_without_a_yes(inspecting: Inspecting, servers: Path) -> None:
    async with opened(inspecting) as actor:
        await ask_to_connect(inspecting, servers)
        await actor.press("escape")
        await inspecting.seen(InspectorScreen)
        assert inspecting.screen.session.toolbox.held == ()


async def test_a_hostile_description_is_shown_as_text(
    inspecting: Inspecting, servers: Path
) -> None:
    async with opened(inspecting) as actor:
        await ask_to_connect(inspecting, servers)
        await actor.press("y")
        await inspecting.seen(InspectorScreen)
        await started(inspecting)
        seen = actor.screen
        for _ in range(12):
            await actor.press("pagedown")
            seen += actor.screen
        assert "IGNORE ALL PREVIOUS" in seen
        assert not {"\x1b", "\x07", "\u202e"} & set(seen)
        await actor.press("escape")
        await inspecting.seen(InspectorScreen)
        assert inspecting.screen.session.toolbox.offered == ()


async def test_what_is_wrong_with_a_file_is_said_where_it_is_typed(
    inspecting: Inspecting, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text('{"mcpServers": {"a": {"url": "http://example.com/mcp"}}}')
    async with opened(inspecting) as actor:
        await inspecting.view("tools")
        await actor.press("m")
        await inspecting.seen(AskPathScreen)
        inspecting.stage.app.screen.query_one(Input).value = str(path)
        await actor.press("enter")
        await actor.until(lambda: "must be https" in actor.screen)


async def test_a_server_that_does_not_start_is_told(inspecting: Inspecting, tmp_path: Path) -> None:
    path = tmp_path / "gone.json"
    path.write_text('{"mcpServers": {"gone": {"command": "no-such-program-here"}}}')
    async with opened(inspecting) as actor:
        await ask_to_connect(inspecting, path)
        await actor.press("y")
        await inspecting.seen(InspectorScreen)
        for _ in range(4):
            try:
                await actor.until(lambda: "There is no program" in actor.screen)
            except AssertionError:
                continue
            break
        assert "There is no program" in actor.screen
