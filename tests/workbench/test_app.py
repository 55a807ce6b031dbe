"""The whole application, driven by keys."""

import asyncio
from pathlib import Path

import pytest
from textual.worker import WorkerFailed

from client import ConnectionError as ConnectionLost
from client.testing import Stall
from tests.stage import FULL, Stage, refusal, tool_call
from workbench.panes.parameters import ParametersPane
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.model_choice import ModelChoiceScreen
from workbench.session.chat import AnswerStopped, ChatParameters
from workbench.widgets.status_bar import StatusBar
from workbench.widgets.transcript import Transcript

RATE_LIMIT = (
    "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_x` service tier "
    "`on_demand` on tokens per minute (TPM): Limit 8000, Used 6577, Requested 2112. "
    "Please try again in 5.1675s."
)


def answering(*parts: object, **how: object) -> Stage:
    stage = Stage()
    stage.play(stage.streamed(*(parts or ("Forty-two.",)), **how))  # type: ignore[arg-type]
    return stage


async def test_a_question_is_asked_and_its_answer_shown() -> None:
    stage = answering("The answer is ", "**42**", ".")
    async with stage.open() as actor:
        await actor.ask("what is it?")
        await actor.answered()
        assert "what is it?" in actor.conversation
        assert "The answer is 42." in actor.conversation
        assert stage.body()["messages"] == [{"role": "user", "content": "what is it?"}]
        assert actor.prompt.text == ""


async def test_an_answer_is_shown_while_it_streams() -> None:
    gate = asyncio.Event()
    stage = answering("The first half ", Stall(gate), "and the second.")
    async with stage.open() as actor:
        await actor.ask("go")
        await actor.until(lambda: "The first half" in actor.conversation)
        assert "second" not in actor.conversation
        assert "Stop" in actor.keys
        gate.set()
        await actor.answered()
        assert "and the second." in actor.conversation
        assert "Stop" not in actor.keys


async def test_escape_stops_at_once_and_keeps_what_has_arrived() -> None:
    stage = answering("Kept as it is", Stall(), "never")
    async with stage.open() as actor:
        await actor.ask("go")
        await actor.until(lambda: "Kept as it is" in actor.conversation)
        await actor.press("escape")
        await actor.answered()
        assert "Kept as it is" in actor.conversation
        assert "Stopped" in actor.conversation
        assert isinstance(stage.chat.turns[-1].outcome, AnswerStopped)


async def test_escape_stops_from_anywhere() -> None:
    for focus in (("tab",), ("f2",), ("tab", "k")):
        stage = answering("Kept as it is", Stall(), "never")
        async with stage.open() as actor:
            await actor.ask("go")
            await actor.until(lambda actor=actor: "Kept as it is" in actor.conversation)
            await actor.press(*focus)
            await actor.press("escape", "escape")
            await actor.answered()
            assert "Stopped" in actor.conversation


async def test_a_draft_typed_while_an_answer_streams_is_kept_and_not_sent() -> None:
    gate = asyncio.Event()
    stage = answering("one", Stall(gate))
    async with stage.open() as actor:
        await actor.ask("first")
        await actor.until(lambda: "one" in actor.conversation)
        await actor.type("second")
        await actor.press("enter")
        assert actor.prompt.text == "second"
        assert "Still answering" in actor.screen
        assert len(stage.requests) == 1
        gate.set()
        await actor.answered()
        assert actor.prompt.text == "second"
        assert "Still answering" not in actor.screen
        stage.play(stage.streamed("two"))
        await actor.press("enter")
        await actor.answered()
        assert len(stage.requests) == 2


async def test_regenerate_replaces_the_answer() -> None:
    stage = answering("A first try.")
    async with stage.open() as actor:
        await actor.ask("say something")
        await actor.answered()
        stage.play(stage.streamed("A second try."))
        await actor.press("ctrl+r")
        await actor.answered()
        assert "A second try." in actor.conversation
        assert "A first try." not in actor.conversation
        assert stage.body(0)["messages"] == stage.body(1)["messages"]


async def test_a_new_chat_asks_before_it_drops_the_old_one() -> None:
    stage = answering("An answer.")
    async with stage.open() as actor:
        await actor.ask("first")
        await actor.answered()
        await actor.type("draft")
        await actor.press("ctrl+n")
        assert isinstance(stage.app.screen, ConfirmScreen)
        await actor.press("escape")
        assert "An answer." in actor.conversation
        await actor.press("ctrl+n", "enter")
        assert stage.chat.turns == ()
        assert "Ask a Groq model" in actor.screen
        assert actor.prompt.text == "draft"


async def test_a_new_chat_forgets_an_answer_that_still_streams() -> None:
    stage = answering("one", Stall(), "never")
    async with stage.open() as actor:
        await actor.ask("first")
        await actor.until(lambda: "one" in actor.conversation)
        await actor.press("ctrl+n", "ctrl+n")
        await actor.answered()
        assert stage.chat.turns == ()
        assert actor.transcript.entries == ()
        stage.play(stage.streamed("A fresh start."))
        await actor.ask("again")
        await actor.answered()
        assert stage.body()["messages"] == [{"role": "user", "content": "again"}]


async def test_an_example_is_asked_by_its_number_and_leaves_the_draft_alone() -> None:
    stage = answering("Because.")
    async with stage.open() as actor:
        await actor.type("draft")
        await actor.press("tab", "1")
        await actor.answered()
        assert "sky" in str(stage.body()["messages"])
        assert actor.prompt.text == "draft"


async def test_the_chosen_model_answers_the_next_question() -> None:
    stage = answering("Hello.")
    async with stage.open() as actor:
        await actor.until(lambda: stage.app.chat_screen._models.chat_models)
        await actor.press("ctrl+o")
        assert isinstance(stage.app.screen, ModelChoiceScreen)
        await actor.type("qwen")
        await actor.press("enter")
        assert "qwen/qwen3.8-27b" in actor.title
        await actor.ask("hi")
        await actor.answered()
        assert stage.body()["model"] == "qwen/qwen3.8-27b"


async def test_a_model_can_be_named_when_no_list_came() -> None:
    stage = Stage(models=ConnectionLost("no route to host"))
    stage.play(stage.streamed("Hello."))
    async with stage.open() as actor:
        await actor.press("ctrl+o")
        await actor.until(lambda: "cannot be reached" in actor.screen)
        await actor.type("my/model")
        await actor.until(lambda: "Use my/model as it is" in actor.screen)
        await actor.press("enter")
        await actor.ask("hi")
        await actor.answered()
        assert stage.body()["model"] == "my/model"


async def test_parameters_of_the_side_panel_reach_the_request() -> None:
    stage = answering("Aye.")
    async with stage.open() as actor:
        await actor.press("f2")
        await actor.type("be brief")
        await actor.press("tab")
        await actor.type("0.5")
        await actor.press("tab", "tab")
        await actor.type("200")
        await actor.press("tab", "tab", "right", "right", "escape")
        assert actor.prompt.has_focus
        await actor.ask("hi")
        await actor.answered()
        body = stage.body()
        assert body["messages"][0] == {"role": "system", "content": "be brief"}  # type: ignore[index]
        assert body["temperature"] == 0.5
        assert body["max_completion_tokens"] == 200
        assert body["reasoning_effort"] == "low"
        assert "top_p" not in body
        assert "seed" not in body


async def test_a_parameter_out_of_range_says_so_and_is_not_sent() -> None:
    stage = answering("Aye.")
    async with stage.open() as actor:
        await actor.press("f2", "tab")
        await actor.type("3")
        assert "✗ only 0 to 2" in actor.screen
        await actor.press("escape")
        await actor.ask("hi")
        await actor.answered()
        assert "temperature" not in stage.body()


async def test_a_rate_limit_counts_down_and_then_offers_to_ask_again() -> None:
    stage = Stage(
        refusal(429, RATE_LIMIT, code="rate_limit_exceeded", headers={"retry-after": "6"})
    )
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        assert "try again in 6s" in actor.conversation
        await stage.clock.advance(2)
        await actor.until(lambda: "try again in 4s" in actor.conversation)
        await actor.press("ctrl+r")
        assert len(stage.requests) == 1  # the service would refuse it again
        await stage.clock.advance(4)
        await actor.until(lambda: "asks again now" in actor.conversation)
        assert len(stage.requests) == 1  # nothing is sent unasked
        stage.play(stage.streamed("Here."))
        await actor.press("ctrl+r")
        await actor.answered()
        assert "Here." in actor.conversation


async def test_another_model_need_not_wait_for_a_limit() -> None:
    stage = Stage(
        refusal(429, RATE_LIMIT, code="rate_limit_exceeded", headers={"retry-after": "60"})
    )
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        stage.play(stage.streamed("Here."))
        await actor.press("ctrl+o")
        await actor.type("120b")
        await actor.press("enter", "ctrl+r")
        await actor.answered()
        assert stage.body()["model"] == "openai/gpt-oss-120b"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (refusal(401, "Invalid API Key", code="invalid_api_key"), "The API key was not accepted"),
        (ConnectionLost("no route to host"), "The service cannot be reached"),
        (
            refusal(404, "The model `x` does not exist", code="model_not_found"),
            "Ctrl+O chooses another model",
        ),
        (refusal(500, "boom"), "The service failed"),
    ],
    ids=["wrong key", "no network", "model gone", "server"],
)
async def test_a_failure_says_what_happened_and_loses_nothing(failure: object, said: str) -> None:
    stage = Stage(failure)  # type: ignore[arg-type]
    async with stage.open() as actor:
        await actor.ask("my question")
        await actor.answered()
        assert said in actor.conversation
        assert "my question" in actor.conversation
        await actor.type("draft")
        stage.play(stage.streamed("Better."))
        await actor.press("ctrl+r")
        await actor.answered()
        assert "Better." in actor.conversation
        assert said not in actor.conversation
        assert actor.prompt.text == "draft"


async def test_a_cut_stream_keeps_the_partial_and_marks_it() -> None:
    stage = answering("The first half", ConnectionLost("reset by peer"), finish=None)
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        assert "The first half" in actor.conversation
        assert "Incomplete" in actor.conversation
        assert "Ctrl+R asks again" in actor.conversation


async def test_the_status_shows_limits_that_refill_and_then_rests() -> None:
    stage = answering("Hello.")
    async with stage.open() as actor:
        assert actor.status.count("—") == 6
        await actor.ask("hi")
        await actor.answered()
        assert "989/1,000" in actor.status
        assert "6,1" in actor.status
        bar = stage.app.chat_screen.query_one(StatusBar)
        assert bar.refilling
        await stage.clock.advance(15)
        await actor.until(lambda: "8,000/8,000" in actor.status)
        await stage.clock.advance(16 * 60)
        bar._watch_refill()
        assert not bar.refilling


async def test_full_limits_need_no_timer() -> None:
    stage = answering("Hello.", headers=FULL)
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        assert "1,000/1,000" in actor.status
        assert not stage.app.chat_screen.query_one(StatusBar).refilling


async def test_speed_is_told_apart_by_who_measured_it() -> None:
    stage = answering(*["word "] * 30)
    async with stage.open(size=(160, 50)) as actor:
        await actor.ask("hi")
        await actor.answered()
        assert "tok/s here" in actor.status
        assert "1,003 tok/s server" in actor.status
        assert "queue 12 ms" in actor.status
        assert "first token 88 ms" in actor.status


async def test_reasoning_is_open_while_it_streams_and_folds_when_the_answer_starts() -> None:
    gate = asyncio.Event()
    stage = answering(Stall(gate), "It is 4.", reasoning=("Two and two ", "make four."))
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.until(lambda: "make four" in actor.conversation)
        gate.set()
        await actor.answered()
        assert "make four" not in actor.conversation
        assert "Thought for" in actor.conversation
        await actor.press("f5")
        assert "make four" in actor.conversation


async def test_a_tool_call_is_shown() -> None:
    stage = answering(tool_call("get_weather", '{"city":"Lisbon"}'), finish="tool_calls")
    async with stage.open() as actor:
        await actor.ask("weather?")
        await actor.answered()
        assert "get_weather" in actor.conversation
        assert "Lisbon" in actor.conversation


async def test_copying_gives_the_markdown_as_it_came_and_code_block_by_block() -> None:
    text = "Look:\n\n```python\nfirst = 1\n```\n\nand\n\n```python\nsecond = 2\n```\n"
    stage = answering(text)
    async with stage.open() as actor:
        await actor.ask("code")
        await actor.answered()
        await actor.press("f3")
        assert stage.app.clipboard == text
        await actor.press("f4")
        assert stage.app.clipboard.strip() == "second = 2"
        await actor.press("f4")
        assert stage.app.clipboard.strip() == "first = 1"


async def test_scrolling_up_lets_go_of_the_end_and_says_what_is_below() -> None:
    stage = answering("\n".join(f"- line {number}" for number in range(100)))
    async with stage.open() as actor:
        await actor.ask("many")
        await actor.answered()
        assert "line 99" in actor.conversation
        await actor.press("pageup")
        await actor.until(lambda: "below" in actor.screen)
        assert "line 99" not in actor.conversation
        await actor.press("ctrl+end")
        await actor.until(lambda: "line 99" in actor.conversation)
        assert " below" not in actor.screen


async def test_a_click_on_the_key_bar_does_what_the_key_does() -> None:
    stage = answering("Clicked.")
    async with stage.open() as actor:
        await actor.type("hi")
        await actor.pilot.click("#key-bar", offset=(2, 0))
        await actor.answered()
        assert "Clicked." in actor.conversation
        await actor.pilot.click("#key-bar", offset=(actor.keys.index("F1") + 1, 0))
        await actor.until(lambda: "Esc closes" in actor.screen)


@pytest.mark.parametrize("size", [(20, 5), (30, 8), (40, 12), (250, 90)])
async def test_no_terminal_is_too_small_or_too_large(size: tuple[int, int]) -> None:
    stage = answering("Hello.", reasoning=("Hm.",))
    async with stage.open(size=size) as actor:
        await actor.ask("hi")
        await actor.answered()
        for key in ("f2", "escape", "f1", "escape", "ctrl+o", "escape", "ctrl+n", "escape"):
            await actor.press(key)
        assert stage.chat.turns[-1].question == "hi"


async def test_an_idle_workbench_runs_no_timer() -> None:
    stage = answering("Hello.", headers=FULL)
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        await actor.press("f2", "escape", "f2")
        nodes = [stage.app, *stage.app.screen_stack, *stage.app.screen.walk_children()]
        ticking = [
            timer
            for node in nodes
            for timer in node._timers
            if timer._active.is_set() and timer._task is not None and not timer._task.done()
        ]
        assert ticking == []


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_side_panel_stands_beside_the_chat(size: tuple[int, int]) -> None:
    stage = answering("Aye.")
    async with stage.open(size=size) as actor:
        await actor.press("f2")
        panel = stage.app.chat_screen.query_one(ParametersPane).region
        chat = actor.pane.region
        assert (panel.x, panel.y, panel.bottom) == (chat.right, chat.y, chat.bottom)
        assert "Reasoning format" in actor.screen


async def test_the_conversation_is_as_wide_as_its_pane() -> None:
    stage = answering("Aye.")
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        assert stage.app.chat_screen.query_one(Transcript).region.width == actor.pane.region.width


async def test_parameters_that_are_set_are_told_in_the_title() -> None:
    stage = answering("Aye.")
    async with stage.open() as actor:
        assert "parameter" not in actor.title
        await actor.press("f2", "tab")
        await actor.type("0.5")
        await actor.press("escape")
        assert "1 set" in actor.title


async def test_what_is_typed_wrong_is_told_when_the_panel_closes() -> None:
    stage = answering("Aye.")
    async with stage.open() as actor:
        await actor.press("f2", "tab")
        await actor.type("3")
        await actor.press("f2")
        await actor.until(lambda: "Not sent as typed: Temperature" in actor.screen)


async def test_there_is_nothing_to_copy_while_nothing_was_answered() -> None:
    stage = Stage(refusal(401, "Invalid API Key"))
    async with stage.open(size=(120, 24)) as actor:
        await actor.ask("hi")
        await actor.answered()
        assert "Copy" not in actor.keys
        assert "Again" in actor.keys


async def test_tools_that_are_offered_are_told_in_the_title() -> None:
    stage = answering("Aye.")
    tool = {"type": "function", "function": {"name": "get_weather"}}
    stage.chat.parameters = ChatParameters(tools=(tool, tool))
    async with stage.open() as actor:
        assert "2 tools" in actor.title
        assert "parameter" not in actor.title


@pytest.mark.parametrize("keys", [("f4",), ("tab", "c"), ("tab", "k", "c")])
async def test_where_there_is_no_code_to_copy_it_is_said(keys: tuple[str, ...]) -> None:
    stage = answering("No code here.")
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        await actor.press(*keys)
        await actor.until(lambda: "There is no code to copy." in actor.screen)


async def test_help_lists_every_key_of_the_key_bar() -> None:
    stage = answering()
    async with stage.open(size=(120, 50)) as actor:
        await actor.press("f1")
        for shown in ("Esc", "^R", "^N", "^O", "F2", "F3", "F4", "F5", "^Q", "Enter", "^J"):
            assert shown in actor.screen
        await actor.press("escape")
        assert actor.prompt.has_focus


async def test_the_palette_finds_a_command() -> None:
    stage = answering()
    async with stage.open(size=(120, 50)) as actor:
        await actor.press("ctrl+p")
        await actor.type("side")
        await actor.press("backspace", "backspace", "backspace", "backspace")
        await actor.type("choose a model")
        await actor.until(lambda: "Choose a model" in actor.screen)
        await actor.press("enter")
        await actor.until(lambda: isinstance(stage.app.screen, ModelChoiceScreen))


@pytest.mark.parametrize("where", ["handler", "worker"])
async def test_a_crash_leaves_one_line_and_a_private_log_without_the_key(
    where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = answering()
    stage.app._crash_log = log = tmp_path / "state" / "workbench.log"
    key = stage.groq.config.key.get_secret_value()  # type: ignore[union-attr]

    async def explode() -> None:
        secret_local = key
        raise RuntimeError(f"broken with {secret_local}")

    async def crash() -> None:
        async with stage.open() as actor:
            if where == "handler":
                stage.app.chat_screen.call_later(explode)
            else:
                stage.app.chat_screen.run_worker(explode())
            await actor.press("a")
            await actor.until(lambda: not stage.app.is_running)

    with pytest.raises((RuntimeError, WorkerFailed)):
        await crash()
    said = capsys.readouterr()
    assert str(log) in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert "explode" in log.read_text()
    assert "secret_local =" not in said.err
    assert key not in log.read_text() + said.err + said.out
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("theme", ["workbench-dark", "workbench-light"])
async def test_both_themes_show_an_answer(theme: str) -> None:
    stage = answering("Hello.")
    async with stage.open() as actor:
        if stage.app.theme != theme:
            await actor.press("f8")
        assert stage.app.theme == theme
        await actor.ask("hi")
        await actor.answered()
        assert "Hello." in actor.conversation
