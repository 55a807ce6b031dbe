"""The models, a race between them and its waterfall show any text, and obey none of it."""

from pathlib import Path

import pytest
from textual.widgets import Input

from client.testing import FakeResponse
from tests.hostile import ALL, assert_harmless, assert_literal, in_groups, joined, marked, seen
from tests.model_stage import go_to_models, listed, table_of
from tests.race_stage import RaceActor, RaceStage
from tests.stage import Stage, refusal
from workbench.screens.race_export import ExportScreen


def only(*models: dict[str, object]) -> FakeResponse:
    return FakeResponse.json({"object": "list", "data": list(models)})


def hostile(text: str, **more: object) -> dict[str, object]:
    """A model of which every word is the text."""
    model = listed(text, text, 1, 1, features=[text], given=text, taken=text, name=text)
    said = {"input_modalities": [text], "output_modalities": [text], "anything": {text: [text]}}
    return {**model, **said, "object": text, "description": text, **more}


async def test_a_list_of_models_is_only_text_whatever_is_in_it() -> None:
    stage = Stage(models=only(*(hostile(text, pricing=None) for text in marked())))
    stage.chat.model = marked()[0]
    async with stage.open(size=(170, 110)) as actor:
        await go_to_models(actor)
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        assert_literal(actor.screen)
        await actor.press("slash")
        stage.app.screen.query_one(Input).value = joined(" ")
        await actor.pilot.pause()
        assert_harmless(stage.app)
        await actor.press("escape", "y", "t", "enter")
        assert_harmless(stage.app)


async def test_every_field_of_a_model_is_only_text() -> None:
    models = [hostile(" ".join(few), pricing=None) for few in in_groups(3, longest=12)]
    stage = Stage(models=only(*models))
    async with stage.open(size=(190, 36)) as actor:
        await go_to_models(actor)
        await actor.press("home")
        for number in sorted(ALL)[::3]:
            assert actor.screen.count(f"Q{number:02}q") > 3
            assert_harmless(stage.app)
            await actor.press("down")


async def test_fields_of_another_kind_than_told_are_no_crash() -> None:
    odd = {"id": "odd", "pricing": marked(), "supported_features": marked(), "owned_by": marked()}
    stage = Stage(models=only(odd, hostile("other", created=joined(), context_window=joined())))
    async with stage.open(size=(170, 40)) as actor:
        await go_to_models(actor)
        await actor.press("d")
        assert_harmless(stage.app)


async def test_a_list_that_is_refused_says_so_harmlessly() -> None:
    stage = Stage(models=refusal(403, joined(" "), code=marked()[0]))
    async with stage.open(size=(170, 40)) as actor:
        await go_to_models(actor)
        assert table_of(actor).matches == ()
        assert_harmless(stage.app)


@pytest.fixture
def race(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RaceStage:
    """A race of five models whose names are payloads and whose answers are, and one that fails."""
    monkeypatch.chdir(tmp_path)
    names = ["/".join(few) for few in in_groups(10)]
    stage = RaceStage(models=only(*({"id": name} for name in names)))
    stage.chat.model = names[0]
    stage.lanes = {
        name: stage.lane(speed=1000 - 100 * place, text=joined(), tokens=None)
        for place, name in enumerate(names)
    }
    stage.lanes[names[-1]] = lambda _: refusal(400, joined(" "))
    return stage


async def test_a_race_shows_names_answers_and_failures_as_text(race: RaceStage) -> None:
    async with race.open(size=(240, 80)) as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.open_race(1, 2, 3, 4, 5)
        assert_harmless(race.app)
        assert len(actor.race._setup.models) == 6
        actor.race.query_one("#race-rounds", Input).value = "1"
        await actor.pilot.pause()
        await actor.press("ctrl+r")
        await actor.finished()
        assert len(race.requests) == 6
        assert seen(race.app) == ALL
        assert_harmless(race.app)
        for key in ("m", "m", "right"):
            await actor.press(key)
            assert_harmless(race.app)
        await actor.press("enter")
        await actor.until(lambda: "closes" in actor.screen)
        assert_harmless(race.app)
        assert_literal(actor.screen, but=lambda text: text.replace("\\[", "["))
        await actor.press("escape", "e")
        assert isinstance(race.app.screen, ExportScreen)
        race.app.screen.query_one("#race-export-name", Input).value = joined(" ")
        await actor.press("enter")
        await actor.pilot.pause()
        assert_harmless(race.app)
        await actor.press("escape")
        await actor.open_waterfall("w")
        assert_harmless(race.app)


async def test_a_waterfall_names_any_model_and_any_problem_as_text() -> None:
    stage = RaceStage()
    stage.lanes = {"": stage.lane(speed=500, text="a", tokens=1)}
    async with stage.open(size=(700, 24)) as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.ask("a")
        await actor.answered()
        times = stage.stopwatch.latest_chat
        assert times is not None
        for few in in_groups(19):
            times.model = times.path = " ".join(few)
            await actor.open_waterfall("ctrl+t")
            assert len(seen(stage.app)) == len(few)
            assert_harmless(stage.app)
            await actor.press("escape")
