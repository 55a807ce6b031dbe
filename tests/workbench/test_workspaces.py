"""Going from one workspace to another: nothing stops, nothing is lost."""

import asyncio
from collections.abc import Callable

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

from client.testing import Stall
from tests.stage import Stage
from workbench.places import PLACES, next_place
from workbench.screens.workspace import Workspace
from workbench.session.ongoing import Ongoing, Sign
from workbench.visits import DraftOffered, WorkspaceWanted
from workbench.widgets.title_bar import TitleBar


class Plain(Workspace):
    """A workspace with nothing but a word."""

    PLACE = "models"

    def compose_body(self) -> ComposeResult:
        yield Static("plain")

    recorded = 0

    def action_note(self) -> None:
        self.recorded += 1


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    async def make(place: str, parts: object) -> Workspace:
        return Plain(stage.parts.surroundings)

    monkeypatch.setattr("workbench.app.make_workspace", make)
    stage = Stage()
    stage.play(stage.streamed("An answer."))
    return stage


def shown(stage: Stage) -> Callable[[], bool]:
    return lambda: isinstance(stage.app.screen, Plain)


@pytest.mark.parametrize("key", ["alt+2", "f6"])
async def test_a_key_goes_to_the_next_workspace_and_back(stage: Stage, key: str) -> None:
    async with stage.open() as actor:
        await actor.press(key)
        await actor.until(shown(stage))
        await actor.press("shift+f6")
        await actor.until(lambda: stage.app.screen is stage.app.chat_screen)
        await actor.type("still here")
        assert actor.prompt.text == "still here"


async def test_an_answer_goes_on_while_another_workspace_is_shown(stage: Stage) -> None:
    go_on = asyncio.Event()
    stage.play(stage.streamed("First. ", Stall(go_on), "Second."))
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.until(lambda: "First." in actor.conversation)
        await actor.press("f6")
        await actor.until(shown(stage))
        go_on.set()
        await actor.until(lambda: actor.pane.ready)
        lag = actor.pane.lag
        await actor.press("shift+f6")
        await actor.until(lambda: "Second." in actor.conversation)
        assert actor.pane.lag == lag, "what nobody could see is no delay of ours"


async def test_a_workspace_is_made_once(stage: Stage) -> None:
    async with stage.open() as actor:
        await actor.press("f6")
        await actor.until(shown(stage))
        first = stage.app.screen
        await actor.press("shift+f6")
        await actor.press("f6")
        await actor.until(shown(stage))
        assert stage.app.screen is first


async def test_an_action_is_done_in_the_workspace_that_is_wanted(stage: Stage) -> None:
    async with stage.open() as actor:
        stage.app.post_message(WorkspaceWanted("models", then="note"))
        await actor.until(shown(stage))
        await actor.until(lambda: stage.app.screen.recorded == 1)


async def test_a_draft_goes_to_the_prompt_and_is_not_sent(stage: Stage) -> None:
    async with stage.open() as actor:
        await actor.type("Say: ")
        await actor.press("f6")
        await actor.until(shown(stage))
        stage.app.screen.post_message(DraftOffered("what was said"))
        await actor.until(lambda: stage.app.screen is stage.app.chat_screen)
        await actor.until(lambda: actor.prompt.text == "Say: what was said")
        assert not stage.requests


async def test_a_dialog_is_not_taken_away(stage: Stage) -> None:
    async with stage.open() as actor:
        await actor.press("f1")
        dialog = stage.app.screen
        stage.app.post_message(WorkspaceWanted("models"))
        await actor.pilot.pause()
        assert stage.app.screen is dialog


async def test_the_title_shows_what_goes_on_elsewhere(stage: Stage) -> None:
    async with stage.open(size=(120, 24)) as actor:
        stage.parts.ongoing.show("recording", Sign(text="● REC 00:12", urgency="alert"))
        await actor.until(lambda: "● REC 00:12" in actor.title)
        stage.parts.ongoing.show("recording", None)
        await actor.until(lambda: "REC" not in actor.title)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_the_service_and_the_place_are_seen_at_any_width(stage: Stage, width: int) -> None:
    async with stage.open(size=(width, 24)) as actor:
        assert "SIMULATED" in actor.title
        assert "Chat" in actor.title


async def test_a_click_on_a_tab_goes_there(stage: Stage) -> None:
    async with stage.open(size=(120, 24)) as actor:
        x = actor.title.index("Models") + 2
        await actor.pilot.click(TitleBar, offset=(x, 0))
        await actor.until(shown(stage))


def test_the_places_go_round() -> None:
    names = [place.name for place in PLACES]
    assert [next_place(name, 1) for name in names] == [*names[1:], names[0]]
    assert next_place(names[0], -1) == names[-1]


def test_a_sign_is_told_when_it_changes_and_only_then() -> None:
    ongoing, told = Ongoing(), []
    leave = ongoing.subscribe(lambda: told.append(ongoing.signs))
    ongoing.show("a", Sign(text="one"))
    ongoing.show("a", Sign(text="one"))
    ongoing.show("a", None)
    ongoing.show("b", None)
    assert told == [(Sign(text="one"),), ()]
    leave()
    ongoing.show("a", Sign(text="two"))
    assert len(told) == 2
