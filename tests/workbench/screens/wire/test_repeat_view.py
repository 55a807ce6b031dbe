"""The bench, driven by keys."""

from tests.repeat_stage import at_the_bench, fill, varied
from workbench.screens.confirm import ConfirmScreen


async def test_a_request_of_the_wire_is_repeated_and_counted() -> None:
    stage = varied()
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        assert "1 message · 1 tool" in actor.screen
        assert "called get_weather" in actor.screen
        fill(actor, times="8", at_once="1")
        await actor.press("ctrl+r")
        await actor.until(lambda: "8 of 8" in actor.screen)
        assert len(stage.requests) == 9
        assert "6/8" in actor.screen
        assert "2 x $.days is a string, not an integer" in actor.screen
        assert "$.calls[0].arguments.city" in actor.screen
        assert stage.body(5) == stage.body(0)


async def test_models_and_seeds_are_each_asked() -> None:
    stage = varied()
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        fill(actor, models="a, b", times="2", seeds="1-2", at_once="2")
        await actor.press("ctrl+r")
        await actor.until(lambda: "8 of 8" in actor.screen)
        asked = {(stage.body(i)["model"], stage.body(i)["seed"]) for i in range(1, 9)}
        assert asked == {("a", 1), ("a", 2), ("b", 1), ("b", 2)}
        assert "do not tell the models apart" in actor.screen


async def test_failures_are_counted_apart() -> None:
    stage = varied(failing=True)
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        fill(actor, times="10", at_once="1", checks="called get_weather")
        await actor.press("ctrl+r")
        await actor.until(lambda: "10 of 10" in actor.screen)
        assert "2 without an answer, counted apart" in actor.screen
        assert "8/8" in actor.screen


async def test_escape_stops_and_keeps_what_has_come() -> None:
    stage = varied(stalled=5)
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        fill(actor, times="10", at_once="1")
        await actor.press("ctrl+r")
        await actor.until(lambda: len(stage.requests) == 5)
        await actor.press("escape")
        await actor.until(lambda: "Stopped after 3 of 10" in actor.screen)
        assert "3 answers" in actor.screen


async def test_many_requests_are_asked_for_first() -> None:
    stage = varied()
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        fill(actor, times="30")
        await actor.press("ctrl+r")
        await actor.until(lambda: isinstance(stage.app.screen, ConfirmScreen))
        assert "Send 30 requests?" in actor.screen
        await actor.press("escape")
        assert len(stage.requests) == 1


async def test_what_is_mistyped_is_said_and_nothing_is_sent() -> None:
    stage = varied()
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor)
        for values, said in (
            ({"times": "x"}, "Times: a whole number"),
            ({"times": "5", "seeds": "one"}, "is no seed"),
            ({"seeds": "", "models": " "}, "at least one model"),
            ({"models": "m", "checks": "rhymes"}, "Line 1: 'rhymes' is no check"),
        ):
            fill(actor, **values)
            await actor.press("ctrl+r")
            await actor.until(lambda said=said: said in actor.screen)  # type: ignore[misc]
        assert len(stage.requests) == 1


async def test_without_a_request_it_says_where_to_find_one() -> None:
    stage = varied()
    async with stage.open(size=(110, 40)) as actor:
        await at_the_bench(actor, chosen=False)
        assert "Nothing to repeat yet" in actor.screen
        await actor.press("ctrl+r")
        await actor.until(lambda: "press b at an exchange" in actor.screen)
