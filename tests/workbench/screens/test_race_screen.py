"""A race by its keys, as a person sees it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from client import Request
from client.testing import FakeResponse
from tests.race_stage import RaceActor, RaceStage
from tests.stage import LIMITS, refusal
from workbench.screens.race import RaceScreen
from workbench.screens.race_export import ExportScreen
from workbench.widgets.race.tracks import Tracks

# in the order of the list: the roomiest first, then by id
LLAMA, GPT_120B, GPT_20B, SAFEGUARD, QWEN = range(5)
# the chat's model, GPT_20B, is marked from the beginning


@asynccontextmanager
async def at_the_race(
    stage: RaceStage, *marks: int, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[RaceActor]:
    async with stage.open(size=size) as actor:
        racer = RaceActor(actor.stage, actor.pilot)
        await racer.open_race(*marks)
        yield racer


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RaceStage:
    monkeypatch.chdir(tmp_path)
    stage = RaceStage()
    stage.lanes = {
        "openai/gpt-oss-20b": stage.lane(speed=1000, first=0.06),
        "openai/gpt-oss-120b": stage.lane(speed=500, first=0.09),
    }
    return stage


async def test_a_race_is_set_up_run_and_judged(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()

        screen = actor.screen
        assert "5 rounds · sent within 0.0 ms" in screen
        assert "gpt-oss-20b is 2.0x faster than gpt-oss-120b" in screen
        assert "1,000 against 500 tok/s (n=5, no overlap)" in screen.replace("\n ", " ")
        assert len(stage.requests) == 10
        assert stage.body()["messages"] == [
            {"role": "user", "content": "Write a merge sort in Python and explain it"}
        ]
        assert stage.body()["max_completion_tokens"] == 1024


async def test_fewer_than_two_models_cannot_race(stage: RaceStage) -> None:
    async with at_the_race(stage) as actor:
        assert "Mark at least two models." in actor.screen
        await actor.press("ctrl+r")
        assert not actor.race._track.display
        await actor.press("space")
        assert "Mark at least two models." not in actor.screen
        assert "Each model gets 5 requests, up to 5,195 tokens in all." in actor.screen


async def test_a_seventh_model_is_refused_in_words(stage: RaceStage) -> None:
    stage._models = FakeResponse.json(
        {"object": "list", "data": [{"id": f"m{number}"} for number in range(8)]}
    )
    async with at_the_race(stage, *range(6)) as actor:
        assert "At most 6 models can race: take a mark away first." in actor.screen
        assert actor.race._setup.models == (
            "openai/gpt-oss-20b",
            *(f"m{number}" for number in range(5)),
        )


async def test_letters_belong_to_the_prompt_while_it_is_written(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("tab")
        await actor.type(" we")
        assert actor.race._setup.prompt == "Write a merge sort in Python and explain it we"


async def test_the_prompt_begins_with_the_chat_s_last_question(stage: RaceStage) -> None:
    async with stage.open() as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.ask("Why so fast?")
        await actor.answered()
        await actor.open_race()
        assert actor.race._setup.prompt == "Why so fast?"


async def test_what_is_wrong_in_a_field_is_said_and_not_taken(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        actor.race.query_one("#race-rounds").focus()
        await actor.press("9", "9")
        assert "only 1 to 50" in actor.screen
        assert "Rounds cannot be as it is typed." in actor.screen
        await actor.press("ctrl+r")
        assert not actor.race._track.display
        actor.race.query_one("#race-rounds").focus()
        await actor.press("end", "backspace")
        assert "only 1 to 50" not in actor.screen


async def test_a_race_beyond_the_limits_says_so_before(stage: RaceStage) -> None:
    async with stage.open() as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.ask("Why?")
        await actor.answered()
        await actor.open_race(GPT_120B)
        actor.race.query_one("#race-rounds").focus()
        await actor.press("9")

        assert "gpt-oss-20b: The rounds take up to 9,261 tokens, and 6,1" in actor.screen
        actor.race.query_one("#race-max-completion-tokens").focus()
        await actor.press(*"9000")
        assert "✗ gpt-oss-20b: One request takes 9,005 tokens at admission" in actor.screen


async def test_one_lane_s_failure_is_told_in_its_column(stage: RaceStage) -> None:
    stage.lanes["openai/gpt-oss-120b"] = lambda _: refusal(401, "Invalid API Key")
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()

        screen = actor.screen
        assert "✗ The API key was not" in screen
        assert "failed" in screen
        assert "asked.*" not in screen
        assert "Only gpt-oss-20b has a figure" in screen


async def test_a_race_in_which_nobody_is_left_says_so(stage: RaceStage) -> None:
    stage.lanes = {"openai/gpt-oss-20b": lambda _: refusal(401, "Invalid API Key")}
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        assert "1 of 5 rounds, then nobody was left" in actor.screen
        assert "No lane has a figure" not in actor.screen
        assert len(stage.requests) == 2


async def test_escape_stops_all_lanes_and_keeps_what_came(stage: RaceStage) -> None:
    stage.lanes = {
        "openai/gpt-oss-20b": stage.lane(speed=1000, stall_at=60),
        "openai/gpt-oss-120b": stage.lane(speed=500, stall_at=40),
    }
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.until(lambda: "merge_sort" in actor.screen)
        assert "Esc Stop" in actor.screen
        await actor.press("escape")
        await actor.finished()

        assert "Stopped in round 1 of 5" in actor.screen
        assert "■ Stopped" in actor.screen
        assert "Esc Back" in actor.screen
        assert not stage.groq._wire.open
        assert len(stage.requests) == 2


async def test_escape_leads_back_to_the_setup_and_then_to_where_one_came_from(
    stage: RaceStage,
) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        await actor.press("escape")
        assert "Longest answer" in actor.screen
        assert actor.race._setup.models == ("openai/gpt-oss-20b", "openai/gpt-oss-120b")
        await actor.press("escape")
        assert stage.app.screen is stage.app.chat_screen


async def test_it_can_be_decided_by_the_first_token_and_by_the_whole_answer(
    stage: RaceStage,
) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        assert "by speed" in actor.screen
        await actor.press("m")
        assert "by first tok" in actor.screen
        assert "gpt-oss-20b begins 1.5x sooner than gpt-oss-120b: 60 against 90 ms" in actor.screen
        await actor.press("m")
        assert "gpt-oss-20b is done 1.8x sooner than gpt-oss-120b" in actor.screen


async def test_a_lane_s_whole_answer_can_be_read(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        await actor.press("right", "enter")
        await actor.until(lambda: "A merge sort splits the list" in actor.screen)
        assert "▍openai/gpt-oss-120b" in actor.screen
        await actor.press("escape")
        assert "by speed" in actor.screen


async def test_a_lane_s_waterfall_opens_and_closes(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        await actor.press("right")
        await actor.open_waterfall("w")
        assert "Latency waterfall  openai/gpt-oss-120b" in actor.screen
        assert "first token after 90 ms" in actor.screen
        await actor.press("escape")
        assert "by speed" in actor.screen


async def test_a_race_is_exported_and_no_file_is_written_over(
    stage: RaceStage, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text("mine")
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        await actor.press("e")
        await actor.until(lambda: isinstance(stage.app.screen, ExportScreen))
        assert "race-2-models-" in actor.screen
        await actor.press("shift+tab", "right")
        assert ".json" in actor.screen
        await actor.press("tab", "ctrl+a", "ctrl+k")
        await actor.type("mine.json")
        await actor.press("enter")
        await actor.until(lambda: "There is such a file" in actor.screen)
        await actor.press("ctrl+a", "ctrl+k")
        await actor.type("race.json")
        await actor.press("enter")
        await actor.until(lambda: not isinstance(stage.app.screen, ExportScreen))

        assert (tmp_path / "mine.json").read_text() == "mine"
        document = json.loads((tmp_path / "race.json").read_text())
        assert document["service"] == "SIMULATED"
        assert len(document["results"]) == 10
        assert document["verdicts"][0]["comparisons"][0]["interval"] is not None


async def test_a_pause_for_the_limits_counts_down_and_can_be_stopped(stage: RaceStage) -> None:
    low = {**LIMITS, "x-ratelimit-remaining-tokens": "100", "x-ratelimit-reset-tokens": "59.25s"}
    stage.lanes["openai/gpt-oss-120b"] = stage.lane(speed=500, headers=low)
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.until(
            lambda: "Round 2 of 5 waits for the limits of gpt-oss-120b" in actor.screen
        )
        await actor.press("escape")
        await actor.finished()
        assert "Stopped in round 2 of 5" in actor.screen
        assert len(stage.requests) == 4 - 2


async def test_text_of_a_model_is_neutralised_in_its_column(stage: RaceStage) -> None:
    evil = "\x1b[31mred [bold]x[/bold] \u202eright"
    stage.lanes["openai/gpt-oss-120b"] = stage.lane(speed=500, tokens=8, text=evil)
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        screen = actor.screen
        assert "\x1b" not in screen
        assert "\u202e" not in screen
        assert "[bold]x[/bold]" in screen.replace("\n", "") or "[bold]x" in screen


async def test_nothing_wakes_up_after_a_race(stage: RaceStage) -> None:
    async with at_the_race(stage, GPT_120B) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        assert actor.race._watch._timer is None
        assert not actor.race.query_one(Tracks)._asked


async def test_without_the_list_of_models_those_marked_can_still_race(stage: RaceStage) -> None:
    stage._models = refusal(503, "busy")
    async with stage.open() as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.press("f7")
        await actor.until(lambda: "The list of models did not come" in actor.screen)
        await actor.press("tab", "x")
        await actor.until(lambda: actor.race._setup.prompt.endswith("x"))
        await actor.pilot.pause()
        assert "The list of models did not come" in actor.screen, "typing does not answer that"
        assert "Mark at least two" in actor.screen


async def test_marked_models_begin_the_race_that_is_opened_among_the_models(
    stage: RaceStage,
) -> None:
    async with stage.open(size=(120, 36)) as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.press("alt+2")
        await actor.until(lambda: "gpt-oss-120b" in actor.screen)
        await actor.press("space", "down", "space")
        await actor.press("f7")
        await actor.until(lambda: isinstance(stage.app.screen, RaceScreen))
        assert len(actor.race._setup.models) == 2
        await actor.press("escape")
        assert stage.app.screen.PLACE == "models"  # type: ignore[attr-defined]


async def test_the_last_chat_s_waterfall_opens_from_the_chat(stage: RaceStage) -> None:
    async with stage.open() as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.press("ctrl+t")
        assert "There is no request to show yet" in actor.screen
        await actor.ask("Why?")
        await actor.answered()
        await actor.open_waterfall("ctrl+t")
        assert "Latency waterfall  openai/gpt-oss-20b" in actor.screen
        assert "painting" in actor.screen
        await actor.press("escape")
        assert stage.app.screen is stage.app.chat_screen


async def test_rounds_that_failed_are_counted_beside_the_median(stage: RaceStage) -> None:
    good, rounds = stage.lanes["openai/gpt-oss-120b"], iter(range(5))

    def now_and_then(request: Request) -> FakeResponse:
        return refusal(503, "busy") if next(rounds) == 1 else good(request)

    stage.lanes["openai/gpt-oss-120b"] = now_and_then
    async with at_the_race(stage, GPT_120B, size=(120, 36)) as actor:
        await actor.press("ctrl+r")
        await actor.finished()
        assert "n = 4 of 5" in actor.screen
        assert "n=5 and 4" in actor.screen


async def test_a_key_pressed_twice_opens_one_race(stage: RaceStage) -> None:
    async with stage.open() as plain:
        actor = RaceActor(plain.stage, plain.pilot)
        await actor.press("f7", "f7")
        await actor.until(lambda: isinstance(stage.app.screen, RaceScreen))
        await actor.pilot.pause(0.05)
        await actor.press("escape")
        assert stage.app.screen is stage.app.chat_screen
