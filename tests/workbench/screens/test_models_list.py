"""Where the list of models comes from, and what is said when it does not."""

from client import ConnectionError  # noqa: A004 - the client's
from client.testing import FakeResponse
from tests.model_stage import (
    LISTED,
    go_to_models,
    listed,
    model_list,
    shown,
)
from tests.stage import Stage
from workbench.listing import ModelListing

WIDE = (150, 40)


class OldList:
    """A list of two days ago."""

    def __init__(self, stage: Stage) -> None:
        self.at = stage.clock.wall_time() - 2 * 86_400

    async def load(self) -> ModelListing | None:
        from client import Model

        return ModelListing(models=tuple(map(Model.model_validate, LISTED)), at=self.at)

    async def save(self, listing: ModelListing) -> None:
        raise AssertionError


async def test_without_the_service_the_last_list_is_shown_with_its_age() -> None:
    stage = Stage(models=ConnectionError("no route"))
    stage.parts.models.__init__(  # type: ignore[misc] # the same catalogue, with a store
        stage.groq, store=OldList(stage), wall_time=stage.clock.wall_time
    )
    async with stage.open() as actor:
        await go_to_models(actor)

        assert len(shown(actor)) == len(LISTED)
        assert "2 days old" in actor.screen
        told = "! The service cannot be reached. The last list is kept. r asks again."
        assert told in actor.screen


async def test_without_any_list_the_screen_says_what_to_do() -> None:
    async with Stage(models=ConnectionError("no route")).open() as actor:
        await go_to_models(actor)

        assert shown(actor) == []
        assert "The service cannot be reached" in actor.screen
        assert "There is no list of an earlier day either." in actor.screen


async def test_asking_again_brings_the_new_list_and_takes_the_problem_away() -> None:
    stage = Stage(models=ConnectionError("no route"))
    async with stage.open() as actor:
        await go_to_models(actor)
        stage._models = model_list(listed("new/arrival", "New", 1000, 1000))
        await actor.press("r")
        await actor.until(lambda: "12 models" in actor.screen)

        assert "cannot be reached" not in actor.screen
        assert "new/arrival" in shown(actor)


async def test_a_list_that_cannot_be_renewed_is_kept() -> None:
    stage = Stage(models=model_list())
    async with stage.open() as actor:
        await go_to_models(actor)
        stage._models = FakeResponse.json({"error": {"message": "down"}}, status=503)
        await actor.press("r")
        await actor.until(lambda: "The list from before is kept." in actor.screen)

        assert len(shown(actor)) == len(LISTED)
        assert "The service failed." in actor.screen


async def test_a_chat_model_that_is_not_listed_is_named() -> None:
    stage = Stage(models=model_list())
    stage.chat.model = "gone/for-good"
    async with stage.open() as actor:
        await go_to_models(actor)

        told = "! The service does not list gone/for-good, the chat's model."
        assert told in actor.screen


async def test_the_list_is_asked_for_once_for_chat_and_models() -> None:
    stage = Stage(models=model_list())
    asked: list[str] = []
    stage.parts.observers.join(
        lambda event: asked.append(event.url) if hasattr(event, "url") else None
    )
    async with stage.open() as actor:
        await actor.until(lambda: stage.parts.models.models)
        await go_to_models(actor)

    assert len(asked) == 1
