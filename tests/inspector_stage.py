"""The inspector on a stage: its screen, its tools, the service's replies."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from textual.widgets import Input, TextArea

from client.testing import FakeResponse
from tests.inspecting import call_chunk
from tests.stage import Actor, Stage
from workbench.config import Paths
from workbench.screens.inspecting.tool_approval import ToolApprovalScreen
from workbench.screens.inspector import InspectorScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.widgets.prompt import Prompt

SAMPLES = Path(__file__).parents[1] / "assets" / "tools"
LISBON = {"city": "Lisbon", "days": 1, "unit": "celsius"}


class Inspecting:
    """The inspector on a stage, with the sample tools on disk."""

    def __init__(self, tmp_path: Path) -> None:
        self.stage = Stage()
        places = Paths(key=tmp_path / "k", history=tmp_path / "h", log=tmp_path / "l")
        self.stage.app._parts = replace(self.stage.parts, paths=places)
        self.actor: Actor

    @asynccontextmanager
    async def open(self, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Actor]:
        async with self.stage.open(size=size) as actor:
            self.actor = actor
            await actor.press("alt+3")
            await actor.until(lambda: isinstance(self.stage.app.screen, InspectorScreen))
            await actor.pilot.pause()
            yield actor

    def calls(self, *calls: tuple[str, object]) -> FakeResponse:
        chunks = [
            call_chunk(name, json.dumps(arguments), index=index)
            for index, (name, arguments) in enumerate(calls)
        ]
        return self.stage.streamed(*chunks, finish="tool_calls")

    @property
    def screen(self) -> InspectorScreen:
        found = next(s for s in self.stage.app.screen_stack if isinstance(s, InspectorScreen))
        assert isinstance(found, InspectorScreen)
        return found

    @property
    def phase(self) -> str:
        return self.screen.session.phase

    async def seen(self, kind: type) -> None:
        await self.actor.until(lambda: isinstance(self.stage.app.screen, kind))
        await self.actor.pilot.pause()

    async def ask(self, question: str) -> None:
        self.screen.query_one(Prompt).focus()
        await self.actor.ask(question)

    async def view(self, name: str) -> None:
        await self.screen.open_view(name)
        for _ in range(3):
            await self.actor.pilot.pause()

    async def open_tools(self, path: Path, *, agree: bool = True) -> None:
        await self.view("tools")
        await self.actor.press("o")
        await self.seen(AskPathScreen)
        self.stage.app.screen.query_one(Input).value = str(path)
        await self.actor.press("enter")
        await self.seen(ToolApprovalScreen)
        if path.suffix == ".py":
            await self.actor.press("y")
            await self.seen(InspectorScreen)
            await self.seen(ToolApprovalScreen)
        await self.actor.press("y" if agree else "escape")
        await self.seen(InspectorScreen)
        await self.view("step")

    @property
    def editor(self) -> TextArea:
        return self.stage.app.screen.query_one(TextArea)
