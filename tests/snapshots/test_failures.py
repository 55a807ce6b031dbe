"""What failed generations look like, opened up. Look at each picture before accepting it."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from client.testing import FakeResponse
from tests.failure_stage import CUTTING, MISFITTING, asked, weather
from tests.stage import Actor, Stage
from workbench.screens.wire.send import SendScreen

NARROW, WIDE = (80, 24), (120, 36)
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["80x24", "120x36"])
Play = Callable[[Actor], Awaitable[None]]
Picture = Callable[[Stage, Play, tuple[int, int]], bool]


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


@SIZES
def test_arguments_that_do_not_fit(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(weather(MISFITTING), asked, size)


@SIZES
def test_a_call_in_the_wrong_dress_and_cut_off(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await asked(actor, 2)

    assert picture(weather(MISFITTING, CUTTING), play, size)


@SIZES
def test_the_model_is_told_what_was_wrong(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await asked(actor)
        await actor.press("1")
        await actor.until(lambda: isinstance(actor.stage.app.screen, SendScreen))

    assert picture(weather(MISFITTING), play, size)


def test_in_the_middle_of_a_stream(picture: Picture) -> None:
    stage = weather()
    error = b'event: error\ndata: {"error":{"message":"Tool choice is required, but model did not'
    error += b' call a tool","type":"invalid_request_error","code":"tool_use_failed",'
    error += b'"failed_generation":"","status_code":400}}\n\n'
    start = stage.streamed("I would rather ", "not.", finish=None)
    stage.play(FakeResponse(headers=start.headers, body=(*start.body, error)))
    assert picture(stage, asked, NARROW)


def test_nothing_failed(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await asked(actor, 0)

    assert picture(weather(), play, NARROW)
