"""Pictures of the model browser. Look at each before accepting it."""

import time
from collections.abc import Awaitable, Callable, Iterator

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from client import ConnectionError as ConnectionLost
from client import Model
from tests.model_stage import LISTED, REAL, go_to_models, measure, model_list
from tests.stage import Actor, Stage
from workbench.listing import ModelListing
from workbench.session.models import ModelCatalogue

Compare = Callable[..., bool]
Play = Callable[[Actor], Awaitable[None]]

NARROW, WIDE, LARGE = (80, 24), (120, 36), (160, 50)


@pytest.fixture(autouse=True)
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the same clock on every machine."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def picture(snap_compare: Compare) -> Callable[[Stage, Play, tuple[int, int]], bool]:
    """Whether the models look as they did when their picture was accepted."""

    def compare(stage: Stage, play: Play, size: tuple[int, int]) -> bool:
        async def perform(pilot: Pilot[None]) -> None:
            await pilot.pause()
            actor = Actor(stage, pilot)
            await go_to_models(actor)
            await play(actor)
            hold_still(stage.app)
            await pilot.pause()

        return snap_compare(stage.app, run_before=perform, terminal_size=size)

    return compare


def hold_still(app: App[None]) -> None:
    """Stop every cursor from blinking."""
    for screen in app.screen_stack:
        for box in screen.query(Input):
            box.cursor_blink = False


def measured(**how: object) -> Stage:
    stage = Stage(models=model_list(), service=REAL, **how)  # type: ignore[arg-type]
    measure(stage)
    return stage


async def nothing(actor: Actor) -> None:
    await actor.pilot.pause()


@pytest.mark.parametrize("size", [NARROW, WIDE, LARGE], ids=["80x24", "120x36", "160x50"])
def test_models(picture, size) -> None:  # noqa: ANN001
    assert picture(measured(), nothing, size)


def test_models_with_details(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("f2")

    assert picture(measured(), play, NARROW)


def test_models_in_the_light(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("f8")

    assert picture(measured(), play, WIDE)


def test_models_filtered_and_marked(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("1", "up", "space", "down", "space", "slash")
        await actor.type("oss")

    assert picture(measured(), play, NARROW)


def test_models_by_measured_speed(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        while "▾tok/s" not in actor.screen:
            await actor.press("left")

    assert picture(measured(), play, WIDE)


def test_no_model_is_like_that(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("slash")
        await actor.type("nothing like it")

    assert picture(measured(), play, NARROW)


def test_models_offline_from_the_last_list(picture) -> None:  # noqa: ANN001
    stage = measured()
    stage._models = ConnectionLost("No connection to api.groq.com: no route to host.")

    class OldList:
        async def load(self) -> ModelListing:
            listed = tuple(map(Model.model_validate, LISTED))
            return ModelListing(models=listed, at=stage.clock.wall_time() - 2 * 86_400)

        async def save(self, listing: ModelListing) -> None: ...

    ModelCatalogue.__init__(
        stage.parts.models, stage.groq, store=OldList(), wall_time=stage.clock.wall_time
    )
    assert picture(stage, nothing, NARROW)


def test_models_offline_without_a_list(picture) -> None:  # noqa: ANN001
    stage = Stage(models=ConnectionLost("No connection to api.groq.com: no route to host."))
    assert picture(stage, nothing, NARROW)


def test_models_simulated_after_an_answer(picture) -> None:  # noqa: ANN001
    stage = Stage(models=model_list())
    stage.play(stage.streamed(*["word "] * 40))

    async def play(actor: Actor) -> None:
        await actor.press("alt+1")
        await actor.ask("Write a rate limiter")
        await actor.answered()
        await actor.press("alt+2")
        await actor.pilot.pause()

    assert picture(stage, play, WIDE)


def test_help_among_the_models(picture) -> None:  # noqa: ANN001
    async def play(actor: Actor) -> None:
        await actor.press("f1")

    assert picture(measured(), play, LARGE)
