"""The inspector in a terminal: keys in, what a person sees out."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from textual.widgets import Input

from client.testing import FakeResponse, Stall
from tests.inspector_stage import LISBON, SAMPLES, Inspecting
from tests.stage import refusal
from workbench.screens.inspecting.approval import ApprovalScreen
from workbench.screens.inspecting.editor import EditorScreen
from workbench.screens.inspecting.puppet_choice import PuppetScreen
from workbench.screens.inspector import InspectorScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.widgets.prompt import Prompt


@pytest.fixture
def inspecting(tmp_path: Path) -> Inspecting:
    return Inspecting(tmp_path)


async def test_a_prompt_with_two_tools_goes_through_call_edit_result_and_answer(
    inspecting: Inspecting,
) -> None:
    wrong = {"origin": "Lisbon", "destination": "Porto", "day": "tomorrow"}
    stage = inspecting.stage
    stage.play(
        inspecting.calls(("get_weather", LISBON), ("find_trains", wrong)),
        stage.streamed("Take the train at nine."),
    )
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.py")
        await inspecting.ask("How is Lisbon, and how do I get to Porto?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.until(lambda: "fits the schema" in actor.screen)
        # the first call: look at it, run it
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        assert '"city": "Lisbon"' in actor.screen
        assert "assets/tools" in actor.screen
        await actor.press("y")
        await actor.until(lambda: "◂" in actor.screen)
        # the second: its arguments are wrong, so that it cannot run; put them right
        await actor.until(lambda: '"tomorrow" is not a date' in actor.screen)
        await actor.press("a")
        await actor.until(lambda: "not valid" in actor.screen)
        await actor.press("e")
        await inspecting.seen(EditorScreen)
        inspecting.editor.text = json.dumps({**wrong, "day": "2026-11-24"})
        await actor.until(lambda: "fits the schema" in actor.screen)
        await actor.press("f5")
        await inspecting.seen(InspectorScreen)
        await actor.press("f5")
        await inspecting.seen(ApprovalScreen)
        await actor.press("y")
        await actor.until(lambda: inspecting.phase == "results")
        # change a result before it is sent
        await actor.press("e")
        await inspecting.seen(EditorScreen)
        inspecting.editor.text = '{"trains": ["IC 9"]}'
        await actor.press("f5")
        await inspecting.seen(InspectorScreen)
        await actor.press("f5")
        await actor.until(lambda: inspecting.phase == "answered")
        await actor.until(lambda: "Take the train at nine." in actor.screen)
    messages = stage.body()["messages"]
    assert isinstance(messages, list)
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "tool"]
    assert "2026-11-23" in messages[2]["content"], "the tool really ran"
    assert messages[3]["content"] == '{"trains": ["IC 9"]}'
    assert "2026-11-24" in messages[1]["tool_calls"][1]["function"]["arguments"]


async def test_nothing_is_offered_and_nothing_runs_without_a_yes(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(inspecting.calls(("get_weather", LISBON)))
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.py", agree=False)
        await inspecting.ask("How is Lisbon?")
        await actor.until(lambda: inspecting.phase == "calls")
        assert "tools" not in stage.body()
        inspecting.screen.session.toolbox.approve("get_weather")
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        for key in ("enter", "space", "f5"):
            await actor.press(key)
        assert isinstance(stage.app.screen, ApprovalScreen)
        await actor.press("escape")
        assert inspecting.phase == "calls"


async def test_enter_sends_nothing_from_the_timeline(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(inspecting.calls(("get_weather", LISBON)), stage.streamed("Clear."))
    async with inspecting.open(size=(120, 30)) as actor:
        await inspecting.open_tools(SAMPLES / "travel.json")
        assert "2 tools" in actor.screen.splitlines()[0]
        await inspecting.ask("How is Lisbon?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("t", "enter")
        await inspecting.seen(InspectorScreen)
        await actor.until(lambda: inspecting.phase == "results")
        inspecting.screen.timeline.take_focus()
        await actor.press("enter")
        assert inspecting.phase == "results"
        assert inspecting.screen.query_one("#step-page").has_focus
        await actor.press("f5")
        await actor.until(lambda: inspecting.phase == "answered")


async def test_a_denied_call_is_told_to_the_model(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(
        inspecting.calls(("get_weather", LISBON)),
        stage.streamed("Then I do not know."),
    )
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.json")
        await inspecting.ask("How is Lisbon?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("d")
        await actor.until(lambda: "F5 sends results" in actor.screen)
        await actor.press("f5")
        await actor.until(lambda: "Then I do not know." in actor.screen)
    assert "did not allow" in json.dumps(stage.body())


async def test_a_reason_is_told_with_the_denial(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(inspecting.calls(("get_weather", LISBON)), stage.streamed("I see."))
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.json")
        await inspecting.ask("How is Lisbon?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("D")
        await inspecting.seen(EditorScreen)
        await actor.type("not now")
        await actor.press("f5")
        await inspecting.seen(InspectorScreen)
        await actor.press("f5")
        await actor.until(lambda: inspecting.phase == "answered")
    assert "Nothing was run. not now" in json.dumps(stage.body())


async def test_a_result_can_be_typed_in_a_tools_place(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(
        inspecting.calls(("get_weather", LISBON)),
        stage.streamed("Something went wrong."),
    )
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.json")
        await inspecting.ask("How is Lisbon?")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("t")
        await inspecting.seen(PuppetScreen)
        await actor.press("down", "enter")
        await inspecting.seen(InspectorScreen)
        await actor.press("f5")
        await actor.until(lambda: inspecting.phase == "answered")
    messages = stage.body()["messages"]
    assert isinstance(messages, list)
    assert "could not reach its data source" in messages[-1]["content"]


async def test_a_fork_brings_the_prompt_back_and_keeps_the_first_course(
    inspecting: Inspecting,
) -> None:
    stage = inspecting.stage
    stage.play(stage.streamed("One."), stage.streamed("Two."))
    async with inspecting.open() as actor:
        await inspecting.ask("first")
        await actor.until(lambda: inspecting.phase == "answered")
        inspecting.screen.timeline.take_focus()
        await actor.press("home", "f")
        prompt = inspecting.screen.query_one(Prompt)
        assert prompt.text == "first"
        assert prompt.has_focus
        await actor.type(" again")
        await actor.press("enter")
        await actor.until(lambda: "Two." in actor.screen)
        assert "2/2" in actor.screen
        inspecting.screen.timeline.take_focus()
        await actor.press("[")
        await actor.until(lambda: "One." in actor.screen)


async def test_a_reply_can_be_stopped_and_asked_for_again(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    never = asyncio.Event()
    stage.play(stage.streamed("Half an", Stall(never)), stage.streamed("A whole answer."))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: "Half an" in actor.screen)
        await actor.press("escape")
        await actor.until(lambda: inspecting.phase == "failed")
        assert "Half an" in actor.screen
        inspecting.screen.timeline.take_focus()
        await actor.press("r")
        await actor.until(lambda: "A whole answer." in actor.screen)


async def test_a_long_reply_is_followed_to_its_end_unless_one_scrolls_up(
    inspecting: Inspecting,
) -> None:
    stage = inspecting.stage
    more, last = asyncio.Event(), asyncio.Event()
    lines = [f"line {number}\n" for number in range(60)]
    stage.play(stage.streamed(*lines, Stall(more), *lines, "the middle\n", Stall(last), "the end"))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: "line 59" in actor.screen)
        more.set()
        await actor.until(lambda: "the middle" in actor.screen)
        inspecting.screen.query_one("#step-page").scroll_home(animate=False)
        last.set()
        await actor.until(lambda: inspecting.phase == "answered")
        await actor.pilot.pause()
        assert "finished: stop" in actor.screen
        assert "the end" not in actor.screen


async def test_a_refusal_says_what_the_model_wrote_and_what_to_do(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    answer = refusal(400, "Tool call validation failed: no.", code="tool_use_failed")
    error = json.loads(b"".join(part for part in answer.body if isinstance(part, bytes)))
    error["error"]["failed_generation"] = '{"name": "get_weather", "arguments": {"town": 1}}'
    stage.play(FakeResponse.json(error, status=400))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "failed")
        assert "Tool call validation failed" in actor.screen
        assert "town" in actor.screen
        assert "sends the request again" in " ".join(actor.screen.split())


async def test_what_is_typed_while_calls_wait_is_kept(inspecting: Inspecting) -> None:
    inspecting.stage.play(inspecting.calls(("nothing_offered", {})))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await inspecting.ask("more")
        await actor.until(lambda: "Calls wait for you" in actor.screen)
        assert inspecting.screen.query_one(Prompt).text == "more"


async def test_a_recording_is_opened_and_gone_on_from(
    inspecting: Inspecting, tmp_path: Path
) -> None:
    wire = Path(__file__).parents[3] / "shared" / "wire"
    if not wire.is_dir():
        pytest.skip("the recorded exchanges are not here")
    folder = wire / "rig-agent-tool-sessions-parallel-tool-calls-single-turn-streaming-1"
    async with inspecting.open() as actor:
        inspecting.screen.timeline.take_focus()
        await actor.press("o")
        await inspecting.seen(AskPathScreen)
        inspecting.stage.app.screen.query_one(Input).value = str(tmp_path / "none")
        await actor.press("enter")
        await actor.until(lambda: "cannot be read" in actor.screen)
        inspecting.stage.app.screen.query_one(Input).value = str(folder)
        await actor.press("enter")
        await inspecting.seen(InspectorScreen)
        await actor.until(lambda: "lookup_harbor_label" in actor.screen)
        assert inspecting.phase == "answered"
        await actor.press("home", "down", "down", "f")
        await actor.until(lambda: inspecting.phase == "calls")


async def test_settings_go_along_with_the_next_request(inspecting: Inspecting) -> None:
    stage = inspecting.stage
    stage.play(stage.streamed("Yes."))
    async with inspecting.open() as actor:
        await inspecting.open_tools(SAMPLES / "travel.json")
        inspecting.screen.query_one(Prompt).focus()
        await actor.press("f2")
        await actor.press("right")
        await actor.press("f2")
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "answered")
    assert stage.body()["tool_choice"] == "required"


async def test_escape_leads_back_from_a_view_to_the_steps(inspecting: Inspecting) -> None:
    async with inspecting.open() as actor:
        await inspecting.view("tools")
        assert "No tools yet" in actor.screen
        await actor.press("escape")
        await actor.until(lambda: "step by step" in actor.screen)
        await actor.type("hi")
        assert inspecting.screen.query_one(Prompt).text == "hi"


async def test_letters_are_typed_into_the_prompt_and_are_no_commands(
    inspecting: Inspecting,
) -> None:
    async with inspecting.open() as actor:
        await actor.type("adetfroy")
        assert inspecting.screen.query_one(Prompt).text == "adetfroy"


async def test_hostile_names_arguments_and_results_command_nothing(
    inspecting: Inspecting,
) -> None:
    hostile = "\x1b]52;c;ZXZpbA==\x07[@click=app.quit]x[/foo]\u202e"
    stage = inspecting.stage
    stage.play(inspecting.calls((hostile, {hostile: hostile})))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("t", "enter")
        await inspecting.seen(InspectorScreen)
        await actor.press("up", "up", "down", "down")
        assert "\x1b" not in actor.screen
        assert "\u202e" not in actor.screen
        assert "[/foo]" in actor.screen


async def test_escape_ends_a_tool_and_everything_it_started(
    inspecting: Inspecting, tmp_path: Path
) -> None:
    notes = tmp_path / "pid"
    path = tmp_path / "slow.py"
    path.write_text(
        "import os, time\n"
        "def wait() -> str:\n"
        f"    with open({str(notes)!r}, 'w') as file: print(os.getpid(), file=file)\n"
        "    time.sleep(600)\n"
    )
    inspecting.stage.play(inspecting.calls(("wait", {})))
    async with inspecting.open(size=(120, 30)) as actor:
        await inspecting.open_tools(path)
        await inspecting.ask("Wait.")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        await actor.press("y")
        await actor.until(lambda: notes.exists() and notes.read_text().endswith("\n"))
        await actor.until(lambda: "Esc ends it" in actor.screen)
        assert "▸ wait" in actor.screen.splitlines()[0], "every workspace's title says so"
        inspecting.screen.timeline.take_focus()
        await actor.press("escape")
        await actor.until(lambda: "waits for you" in actor.screen)
        assert "▸ wait" not in actor.screen.splitlines()[0]
    with pytest.raises(ProcessLookupError):
        os.kill(int(notes.read_text()), 0)


async def test_the_approval_shows_the_arguments_as_they_really_are(
    inspecting: Inspecting,
) -> None:
    order = "rm -rf /tmp/x\r\u202egnp.\u200btxt"
    inspecting.stage.play(inspecting.calls(("get_weather", {**LISBON, "city": order})))
    async with inspecting.open(size=(120, 30)) as actor:
        await inspecting.open_tools(SAMPLES / "travel.py")
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("enter")
        await inspecting.seen(ApprovalScreen)
        assert '"rm -rf /tmp/x\\r\u2426gnp.\u2423txt"' in actor.screen


async def test_what_hides_in_arguments_is_written_out_to_be_edited(inspecting: Inspecting) -> None:
    inspecting.stage.play(inspecting.calls(("get_weather", {"city": "a\u202eb\u200bc ç 漢"})))
    async with inspecting.open() as actor:
        await inspecting.ask("go")
        await actor.until(lambda: inspecting.phase == "calls")
        await actor.press("e")
        await inspecting.seen(EditorScreen)
        assert '"a\\u202eb\\u200bc ç 漢"' in inspecting.editor.text
        await actor.press("f5")
        await inspecting.seen(InspectorScreen)
        call = inspecting.screen.session.branches.current.rounds[0].calls[0]
        assert call.check.value == {"city": "a\u202eb\u200bc ç 漢"}
