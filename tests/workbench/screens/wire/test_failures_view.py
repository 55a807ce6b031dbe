"""Failed generations, driven by keys: what is wrong is shown, and every move asks first."""

import json

from client.testing import FakeResponse
from tests.failure_stage import CUTTING, MISFITTING, asked, failing, weather
from tests.stage import Actor
from workbench.screens.inspector import InspectorScreen
from workbench.screens.wire.choose import ChooseScreen
from workbench.screens.wire.send import SendScreen


class Desk:
    """A clipboard that keeps what was copied."""

    route = "a desk"

    def __init__(self) -> None:
        self.copied: list[str] = []

    async def put(self, text: str) -> bool:
        self.copied.append(text)
        return True


async def until_shown(actor: Actor, kind: type) -> None:
    await actor.until(lambda: isinstance(actor.stage.app.screen, kind))


async def test_a_failure_is_shown_where_it_breaks() -> None:
    stage = weather(MISFITTING)
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor)
        await actor.until(lambda: "do not fit the schema" in actor.screen)
        lines = actor.screen.splitlines()
        at = next(i for i, line in enumerate(lines) if '"day": "three"' in line)
        assert lines[at + 1].index("▲") == lines[at].index('"three"')
        assert "$.day is not in the schema" in lines[at + 1]


async def test_the_newest_failure_is_the_one_opened_up() -> None:
    stage = weather(MISFITTING, CUTTING)
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor, 2)
        await actor.until(lambda: "'city': 'Lisbon'" in actor.screen)
        await actor.press("down")
        assert '"day": "three"' in actor.screen


async def test_the_model_is_told_only_after_a_yes() -> None:
    stage = weather(MISFITTING)
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor)
        await actor.press("1")
        await until_shown(actor, SendScreen)
        await actor.press("escape")
        assert len(stage.requests) == 1
        stage.play(stage.streamed("Better."))
        await actor.press("1")
        await until_shown(actor, SendScreen)
        await actor.press("enter")
        await actor.until(lambda: len(stage.requests) == 2)
        told = stage.body(1)["messages"]
        assert "$.days: is missing" in str(told)
        await actor.until(lambda: "It worked" in actor.screen)


async def test_a_repaired_call_waits_on_the_timeline() -> None:
    stage = weather(CUTTING)
    async with stage.open(size=(110, 36)) as actor:
        await asked(actor)
        await actor.press("1")
        screen = stage.app.screen
        assert isinstance(screen, InspectorScreen)
        await actor.until(lambda: screen.session.phase == "calls")
        await actor.until(lambda: "fits the schema" in actor.screen)
        call = screen.session.branches.current.rounds[-1].calls[0]
        assert json.loads(call.arguments) == {"city": "Lisbon", "days": 3}
        assert call.state == "pending"
        assert len(stage.requests) == 1


async def test_another_model_is_asked() -> None:
    stage = weather(CUTTING)
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor)
        await actor.press("5")
        await until_shown(actor, ChooseScreen)
        stage.play(stage.streamed("Yes."))
        await actor.press("enter")
        await until_shown(actor, SendScreen)
        assert "$.model" in actor.screen
        await actor.press("enter")
        await actor.until(lambda: len(stage.requests) == 2)
        assert stage.body(1)["model"] != stage.body(0)["model"]


async def test_a_repaired_document_is_copied() -> None:
    desk = Desk()
    stage = weather(failing("json_validate_failed", "Failed to generate JSON.", "{'n': 1,}"))
    object.__setattr__(stage.parts, "clipboard", desk)
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor)
        await actor.press("1")
        await actor.until(lambda: desk.copied)
        assert desk.copied == ['{"n": 1}']


async def test_a_failure_in_a_stream_is_shown_with_what_had_arrived() -> None:
    stage = weather()
    error = b'event: error\ndata: {"error":{"message":"no call","code":"tool_use_failed",'
    error += b'"failed_generation":""}}\n\n'
    start = stage.streamed("I would rather ", "not.", finish=None)
    stage.play(FakeResponse(headers=start.headers, body=(*start.body, error)))
    async with stage.open(size=(100, 36)) as actor:
        await asked(actor)
        await actor.until(lambda: "in the middle of the stream" in actor.screen)
        assert "I would rather not." in actor.screen
