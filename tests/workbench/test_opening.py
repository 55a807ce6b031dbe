"""The first paint: one can type at once, and nothing typed is lost when the rest is there."""

import asyncio
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.stage import Stage
from workbench.assembly.covers import make_cover
from workbench.assembly.workspaces import chat_screen, make_workspace
from workbench.config import ConfigError
from workbench.opening import Loaded, OpeningApp
from workbench.screens.chat import ChatScreen
from workbench.widgets.prompt import Prompt


class Loading:
    """Loads when it is told to."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.go = asyncio.Event()
        self.problem: ConfigError | None = None

    async def __call__(self) -> Loaded:
        await self.go.wait()
        if self.problem is not None:
            raise self.problem
        return Loaded(
            begin=partial(chat_screen, self.stage.parts),
            make=partial(make_workspace, parts=self.stage.parts),
            cover=partial(make_cover, parts=self.stage.parts),
            warning="Mind the key.",
        )


@pytest.fixture
def loading() -> Loading:
    stage = Stage()
    stage.play(stage.streamed("An answer."))
    return Loading(stage)


async def until(pilot, holds) -> None:  # noqa: ANN001 - a pilot and a condition
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.005)
    raise AssertionError("it never came to that")


async def test_what_is_typed_before_the_rest_is_loaded_is_the_draft(
    loading: Loading, tmp_path: Path
) -> None:
    app = OpeningApp(loading, log=tmp_path / "log")
    async with app.run_test() as pilot:
        await pilot.press("h", "i")
        assert app.screen.query_one(Prompt).text == "hi"
        loading.go.set()
        await until(pilot, lambda: isinstance(app.screen, ChatScreen) and app.screen.focused)
        await pilot.press("!")
        assert app.screen.query_one(Prompt).text == "hi!"
        assert [note.message for note in app._notifications] == ["Mind the key."]


async def test_what_was_sent_before_is_sent_then(loading: Loading, tmp_path: Path) -> None:
    app = OpeningApp(loading, log=tmp_path / "log")
    async with app.run_test() as pilot:
        await pilot.press("h", "i", "enter")
        loading.go.set()
        await until(pilot, lambda: loading.stage.requests)
        assert loading.stage.body()["messages"] == [{"role": "user", "content": "hi"}]


async def test_keys_that_come_before_there_is_a_focus_are_typed(
    loading: Loading, tmp_path: Path
) -> None:
    app = OpeningApp(loading, log=tmp_path / "log")
    async with app.run_test() as pilot:
        app.screen.set_focus(None)
        await pilot.press("h", "i", "space", "left")
        assert app.screen.query_one(Prompt).text == "hi "


async def test_what_cannot_be_opened_closes_and_says_why(loading: Loading, tmp_path: Path) -> None:
    loading.problem = ConfigError("no such address")
    app = OpeningApp(loading, log=tmp_path / "log")
    async with app.run_test() as pilot:
        loading.go.set()
        await until(pilot, lambda: app.problem is not None)
    assert app.problem is loading.problem


def test_the_first_paint_loads_neither_the_client_nor_anything_for_sound() -> None:
    heavy = (
        "client.groq",
        "client.types",
        "pydantic",
        "httpx",
        "numpy",
        "sounddevice",
        "rich.markdown",
    )
    script = f"import sys, workbench.opening; print([m for m in {heavy} if m in sys.modules])"
    command = [sys.executable, "-c", script]
    loaded = subprocess.run(command, capture_output=True, text=True, check=False)
    assert loaded.stdout == "[]\n", loaded.stderr
