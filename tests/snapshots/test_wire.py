"""What the wire looks like in every state that a person would recognise."""

import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from textual.pilot import Pilot

from client import RecordedExchange, RetryPolicy
from tests.stage import Actor, Stage, refusal, tool_call
from workbench.screens.inspector import InspectorScreen
from workbench.screens.wire.choose import ChooseScreen
from workbench.screens.wire.edit import EditScreen
from workbench.screens.wire.send import SendScreen

NARROW, WIDE = (80, 24), (120, 36)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
Play = Callable[[Actor], Awaitable[None]]
Picture = Callable[[Stage, Play, tuple[int, int]], bool]
ARGUMENTS = '{"city": "Lisbon", "days": 3, "units": "metric"}'


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def picture(snap_compare: Callable[..., bool]) -> Picture:
    def compare(stage: Stage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            actor = Actor(stage, pilot)
            await play(actor)
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def broken(number: int) -> RecordedExchange:
    body = (
        b'{"error":{"message":"Failed to call a function.","type":"invalid_request_error",'
        b'"code":"tool_use_failed","failed_generation":"<function=get_weather>"}}\n'
    )
    return RecordedExchange(
        method="POST",
        url="https://api.groq.com/openai/v1/chat/completions",
        started_at=1_699_990_000.0 + number,
        request_headers={"content-type": "application/json"},
        request_body=b'{"model":"llama-3.3-70b-versatile","messages":[]}',
        status=400,
        headers={"content-type": "application/json"},
        body=body,
        chunks=((0.412, len(body)),),
        headers_at=0.411,
        ended_at=0.412,
    )


def weather() -> Stage:
    stage = Stage(retry=RetryPolicy(jitter=lambda: 0.5))
    stage.wire.load([broken(1)], origin="yesterday.har")
    stage.play(
        refusal(503, "openai/gpt-oss-20b is currently over capacity."),
        stage.streamed(
            tool_call("get_weather", ARGUMENTS),
            reasoning=("The user asks ", "for the weather: ", "call the tool."),
            finish="tool_calls",
        ),
        stage.streamed("It is sunny ", "in Lisbon, ", "23 degrees."),
    )
    return stage


async def at_the_wire(actor: Actor) -> None:
    stage = actor.stage
    await actor.ask("Weather in Lisbon?")
    await actor.until(lambda: stage.clock.waiting)
    await stage.clock.advance(20)
    await actor.answered()
    await actor.ask("And?")
    await actor.answered()
    await actor.press("alt+3")
    await actor.until(lambda: isinstance(stage.app.screen, InspectorScreen))
    assert isinstance(stage.app.screen, InspectorScreen)
    await stage.app.screen.open_view("wire")
    await actor.until(lambda: "the reply is whole" in actor.screen)


@SIZES
def test_overview(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(weather(), at_the_wire, size)


@SIZES
def test_attempts(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("down")
        await actor.until(lambda: "attempt 2 of 2" in actor.screen)

    assert picture(weather(), play, size)


@SIZES
def test_request(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("2")

    assert picture(weather(), play, size)


@SIZES
def test_events_with_one_opened(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("down", "4", "enter", "down", "down", "down", "enter")

    assert picture(weather(), play, size)


def test_found_words(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("2", "slash")
        await actor.type("role")
        await actor.until(lambda: "1 of " in actor.screen)

    assert picture(weather(), play, NARROW)


def test_filtered(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("f")
        await actor.type("yesterday")
        await actor.until(lambda: "GET models" not in actor.screen)

    assert picture(weather(), play, NARROW)


def test_copy_as(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("c")
        await actor.until(lambda: isinstance(actor.stage.app.screen, ChooseScreen))

    assert picture(weather(), play, NARROW)


@SIZES
def test_differences_before_sending(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("e")
        await actor.until(lambda: isinstance(actor.stage.app.screen, EditScreen))
        area = actor.stage.app.screen.query_one("#edited")
        text = area.text.replace('"And?"', '"And tomorrow?"')  # type: ignore[attr-defined]
        area.load_text(text.replace('"stream"', '"temperature": 0.2, "stream"'))  # type: ignore[attr-defined]
        await actor.until(lambda: "2 differences" in actor.screen)
        await actor.press("f2")
        await actor.until(lambda: isinstance(actor.stage.app.screen, SendScreen))

    assert picture(weather(), play, size)


def test_edited_text_with_a_mistake(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_wire(actor)
        await actor.press("e")
        await actor.until(lambda: isinstance(actor.stage.app.screen, EditScreen))
        area = actor.stage.app.screen.query_one("#edited")
        area.load_text(area.text.replace('"stream": true', '"stream": True'))  # type: ignore[attr-defined]
        await actor.until(lambda: "Line " in actor.screen)

    assert picture(weather(), play, NARROW)


def test_nothing_yet(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        actor.stage.wire.forget()
        await actor.press("alt+3")
        await actor.until(lambda: isinstance(actor.stage.app.screen, InspectorScreen))
        assert isinstance(actor.stage.app.screen, InspectorScreen)
        await actor.stage.app.screen.open_view("wire")
        await actor.until(lambda: "Overview" in actor.screen)
        actor.stage.wire.forget()
        await actor.stage.app.screen.open_view("wire")
        await actor.pilot.pause(0.2)

    assert picture(Stage(), play, NARROW)
