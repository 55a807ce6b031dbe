"""What the bench looks like. Look at each picture before accepting it."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.repeat_stage import at_the_bench, fill, varied
from tests.stage import Actor, Stage
from workbench.widgets.status_bar import StatusBar

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
            # the limits refill by a clock that stands still now, whenever they were painted
            stage.app.screen.query_one(StatusBar).refresh()
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


@SIZES
def test_nothing_run_yet(picture: Picture, size: tuple[int, int]) -> None:
    assert picture(varied(), at_the_bench, size)


@SIZES
def test_one_model(picture: Picture, size: tuple[int, int]) -> None:
    async def play(actor: Actor) -> None:
        await at_the_bench(actor)
        fill(actor, times="10", at_once="1")
        await actor.press("ctrl+r")
        await actor.until(lambda: "10 of 10" in actor.screen)

    assert picture(varied(failing=True), play, size)


def test_two_models(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_bench(actor)
        fill(actor, models="openai/gpt-oss-20b, openai/gpt-oss-120b", times="8", at_once="1")
        await actor.press("ctrl+r")
        await actor.until(lambda: "16 of 16" in actor.screen)

    assert picture(varied(), play, WIDE)


def test_stopped(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_bench(actor)
        fill(actor, times="10", at_once="1")
        await actor.press("ctrl+r")
        await actor.until(lambda: len(actor.stage.requests) == 5)
        await actor.press("escape")
        await actor.until(lambda: "Stopped after" in actor.screen)

    assert picture(varied(stalled=5), play, NARROW)


def test_a_mistyped_check(picture: Picture) -> None:
    async def play(actor: Actor) -> None:
        await at_the_bench(actor)
        fill(actor, checks="called get_weather\nrhymes")
        await actor.press("ctrl+r")
        await actor.until(lambda: "is no check" in actor.screen)

    assert picture(varied(), play, NARROW)
