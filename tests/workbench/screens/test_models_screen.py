"""What a person does among the models."""

import asyncio

from client.testing import Stall
from tests.model_stage import (
    LISTED,
    REAL,
    go_to_models,
    line_of,
    listed,
    measure,
    model_list,
    screen_of,
    shown,
    table_of,
)
from tests.stage import Stage
from workbench.screens.models import ModelsScreen
from workbench.widgets.models.filters import FilterBox

WIDE = (150, 40)


async def test_every_model_has_a_line_with_what_is_known_of_it() -> None:
    stage = Stage(models=model_list(), service=REAL)
    measure(stage)
    async with stage.open(size=WIDE) as actor:
        await go_to_models(actor)

        assert sorted(shown(actor)) == sorted(str(one["id"]) for one in LISTED)
        line = line_of(actor, "openai/gpt-oss-120b").split()
        assert line == [
            "openai/gpt-oss-120b",
            "OpenAI",
            "131k",
            "66k",
            "T·JR··",
            "0.15",
            "0.60",
            "yes",
            "500",
            "234",
            "ms",
            "487",
            "5",
        ]
        assert line_of(actor, "allam-2-7b").split()[5:] == ["—", "—", "yes", "—", "—", "—", "—"]
        assert "14 models" not in actor.screen
        assert "11 models" in actor.screen


async def test_enter_takes_the_model_into_the_chat() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("120b")
        await actor.press("enter", "enter")
        await actor.until(lambda: actor.stage.app.screen is actor.stage.app.chat_screen)

        assert actor.stage.chat.model == "openai/gpt-oss-120b"
        assert "openai/gpt-oss-120b" in actor.title


async def test_the_model_in_use_is_marked_and_the_cursor_begins_there() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)

        assert table_of(actor).model == "openai/gpt-oss-20b"
        assert line_of(actor, "openai/gpt-oss-20b ").lstrip().startswith("●")
        assert line_of(actor, "whisper-large-v3-turbo").lstrip().startswith("◉")


async def test_t_takes_the_model_for_transcriptions() -> None:
    stage = Stage(models=model_list())
    async with stage.open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("whisper")
        await actor.press("enter", "home", "t")

        assert stage.parts.choices.transcription_model == "whisper-large-v3"
        told = [toast.message for toast in stage.app._notifications]
        assert told == ["whisper-large-v3 transcribes from now on."]
        assert isinstance(stage.app.screen, ModelsScreen)


async def test_a_model_is_refused_for_what_it_cannot_and_the_reason_is_said() -> None:
    stage = Stage(models=model_list())
    async with stage.open(size=WIDE) as actor:
        await go_to_models(actor)
        await actor.press("t")
        assert "does not turn speech into text" in actor.screen
        await actor.press("slash")
        await actor.type("whisper")
        await actor.press("enter", "enter")

        assert "does not answer in text" in actor.screen
        assert stage.chat.model == "openai/gpt-oss-20b"
        assert isinstance(stage.app.screen, ModelsScreen)


async def test_typing_filters_and_escape_brings_all_back() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("oss 20")
        assert shown(actor) == [
            "openai/gpt-oss-120b",
            "openai/gpt-oss-20b",
            "openai/gpt-oss-safeguard-20b",
        ]
        assert "3 of 11" in actor.screen
        await actor.press("escape")

        assert len(shown(actor)) == len(LISTED)
        assert actor.stage.app.focused is table_of(actor)


async def test_while_one_types_the_arrows_move_in_the_table() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("oss")
        await actor.press("end", "home")
        before = table_of(actor).cursor
        await actor.press("down")

        assert table_of(actor).cursor == before + 1
        assert isinstance(actor.stage.app.focused, FilterBox)


async def test_what_no_model_has_says_how_to_go_back() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("zzz")
        assert "No model is like that." in actor.screen
        assert table_of(actor).model is None
        await actor.press("enter", "enter", "t", "space", "y")
        assert isinstance(actor.stage.app.screen, ModelsScreen)
        await actor.press("0")

        assert len(shown(actor)) == len(LISTED)


async def test_a_number_asks_for_a_capability() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("2")
        assert shown(actor) == ["qwen/qwen3.8-27b"]
        await actor.press("1")
        assert shown(actor) == ["qwen/qwen3.8-27b"]
        await actor.press("2", "1", "6")

        assert shown(actor) == ["canopylabs/orpheus-v1-english"]


async def test_a_click_on_a_chip_does_what_its_number_does() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.pilot.click("#models-capabilities", offset=(13, 0))
        await actor.pilot.pause()

        assert shown(actor) == ["qwen/qwen3.8-27b"]


async def test_the_arrows_choose_the_column_that_gives_the_order() -> None:
    stage = Stage(models=model_list())
    measure(stage)
    async with stage.open(size=WIDE) as actor:
        await go_to_models(actor)
        for _ in range(20):
            if screen_of(actor).browser.sort.column == "speed":
                break
            await actor.press("right")

        assert shown(actor)[:3] == [
            "openai/gpt-oss-20b",
            "openai/gpt-oss-120b",
            "qwen/qwen3.8-27b",
        ]
        assert "▾tok/s" in actor.screen
        await actor.press("s")
        assert shown(actor)[:3] == [
            "qwen/qwen3.8-27b",
            "openai/gpt-oss-120b",
            "openai/gpt-oss-20b",
        ]
        assert "▴tok/s" in actor.screen


async def test_a_click_on_a_heading_orders_and_another_turns_it_round() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        titles = next(line for line in actor.screen.splitlines() if "$ out" in line)
        x = titles.index("$ out")

        await actor.pilot.click(offset=(x, 4))
        await actor.pilot.pause()
        first = shown(actor)
        await actor.pilot.click(offset=(x, 4))
        await actor.pilot.pause()

        assert first[:2] == ["meta-llama/llama-prompt-guard-2-86m", "openai/gpt-oss-20b"]
        assert shown(actor)[0] == "qwen/qwen3.8-27b"


async def test_the_cursor_stays_on_its_model_when_the_order_changes() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("s")

        assert table_of(actor).model == "openai/gpt-oss-20b"


async def test_space_marks_for_a_race_and_u_takes_all_marks_away() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("space", "down", "space")
        assert screen_of(actor).browser.marked == (
            "openai/gpt-oss-20b",
            "openai/gpt-oss-safeguard-20b",
        )
        assert line_of(actor, "openai/gpt-oss-20b ").lstrip().startswith("◆●")
        assert "2 marked" in actor.screen
        await actor.press("u")

        assert screen_of(actor).browser.marked == ()
        assert "◆" not in actor.screen


async def test_two_marked_models_can_race() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("space")
        assert "Race" not in actor.screen
        await actor.press("down", "space")
        assert "F7 Race" in actor.screen
        await actor.press("f7")
        await actor.until(lambda: actor.stage.app.screen is not screen_of(actor))

        assert "2 marked" in actor.screen


async def test_the_keys_offered_are_those_that_the_model_is_good_for() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        assert "Enter Chat with it" in actor.screen
        await actor.press("slash")
        await actor.type("whisper")
        assert "Enter To the table  Esc All" in actor.screen
        await actor.press("enter")

        assert "t Transcribe with it" in actor.screen
        assert "Chat with it" not in actor.screen


async def test_two_clicks_choose_a_model() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        row = shown(actor).index("openai/gpt-oss-120b")

        await actor.pilot.click("#models-table", offset=(10, row))
        assert table_of(actor).model == "openai/gpt-oss-120b"
        await actor.pilot.click("#models-table", offset=(10, row), times=2)
        await actor.until(lambda: actor.stage.app.screen is actor.stage.app.chat_screen)

        assert actor.stage.chat.model == "openai/gpt-oss-120b"


async def test_an_answer_that_was_just_measured_is_in_the_table() -> None:
    stage = Stage(models=model_list())
    stage.play(stage.streamed(*["word "] * 40))
    async with stage.open() as actor:
        await go_to_models(actor)
        assert line_of(actor, "openai/gpt-oss-20b ").rstrip().endswith("—    —")
        await actor.press("alt+1")
        await actor.ask("Hi")
        await actor.answered()
        await actor.press("alt+2")
        await actor.pilot.pause()

        assert line_of(actor, "openai/gpt-oss-20b ").split()[-4:] == ["88", "ms", "2,019", "1"]
        status = actor._text(screen_of(actor).status_bar)
        assert "first token 88 ms" in status
        assert "2,019 tok/s here" in status


async def test_an_answer_that_ends_meanwhile_is_in_the_status() -> None:
    go_on = asyncio.Event()
    stage = Stage(models=model_list())
    stage.play(stage.streamed(*["word "] * 40, Stall(go_on), "end."))
    async with stage.open() as actor:
        await actor.ask("Hi")
        await actor.until(lambda: "word" in actor.conversation)
        await go_to_models(actor)
        go_on.set()
        await actor.until(lambda: "— tok/s server" not in actor._text(screen_of(actor).status_bar))


async def test_the_copied_id_is_the_whole_one() -> None:
    async with Stage(models=model_list()).open() as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("guard 86")
        await actor.press("enter", "y")
        await actor.until(lambda: actor.stage.app.clipboard)

        assert actor.stage.app.clipboard == "meta-llama/llama-prompt-guard-2-86m"


async def test_the_details_show_every_field_even_those_nobody_knows() -> None:
    strange = listed("x/strange", "X", 10, 10, brand_new={"depth": {"of": 7}}, tags=["a", "b"])
    stage = Stage(models=model_list(strange))
    async with stage.open(size=(150, 50)) as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("strange")
        await actor.press("enter")

        assert "brand_new.depth.of 7" in actor.screen
        assert "a, b" in actor.screen
        assert "not seen yet: an answer tells them" in actor.screen


async def test_a_hostile_list_is_only_text() -> None:
    bad = listed(
        "evil/\x1b[2J[red]x[/red]\u202e",
        "\x1b]0;owned\x07",
        10,
        10,
        name="[@click=app.quit]quit[/]",
        note="line\nfeed\x9b",
    )
    async with Stage(models=model_list(bad)).open(size=(150, 50)) as actor:
        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("evil")
        await actor.press("enter")

        assert len(shown(actor)) == 1
        assert "[@click=app.quit]quit[/]" in actor.screen
        assert "[red]x[/red]" in actor.screen
        assert not {char for char in actor.screen if ord(char) < 32} - {"\n"}


async def test_details_open_and_close_and_follow_the_cursor() -> None:
    stage = Stage(models=model_list())
    async with stage.open() as actor:
        await go_to_models(actor)
        assert "Documented" not in actor.screen
        await actor.press("f2")
        assert "about 1,000 tokens/s" in actor.screen
        await actor.press("up")
        assert "about 500 tokens/s" in actor.screen
        await actor.press("f2")

        assert "Documented" not in actor.screen


async def test_nothing_runs_while_nothing_happens() -> None:
    async with Stage(models=model_list()).open(size=WIDE) as actor:
        await go_to_models(actor)

        timers = [timer for node in screen_of(actor).walk_children() for timer in node._timers]
        assert [timer for timer in timers if timer._active.is_set()] == []
