"""What a person sees before MCP servers are connected. Look at each picture before accepting it."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.stage import Actor, Stage
from workbench.screens.inspecting.servers import about_servers
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.inspector import InspectorScreen
from workbench.tool_servers import ServerSpec

SPECS = (
    ServerSpec(
        name="weather",
        command=("uvx", "weather-server", "--units", "metric"),
        environment={"WEATHER_REGION": "eu"},
        folder="/home/me/weather",
    ),
    ServerSpec(name="docs", url="https://mcp.example.com/v1", headers={"x-api-key": "secret"}),
)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
def test_servers_to_be_connected(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    stage = Stage()

    async def perform(pilot: Pilot[None]) -> None:
        await pilot.pause()
        actor = Actor(stage, pilot)
        await actor.press("alt+3")
        await actor.until(lambda: isinstance(stage.app.screen, InspectorScreen))
        screen = stage.app.screen
        assert isinstance(screen, InspectorScreen)
        await screen.open_view("tools")
        await stage.app.push_screen(
            ToolApprovalScreen(
                "Connect 2 servers?",
                list(about_servers(SPECS)),
                yes="connect",
                no="start and reach nothing",
            )
        )
        await pilot.pause()

    assert snap_compare(stage.app, run_before=perform, terminal_size=size)
