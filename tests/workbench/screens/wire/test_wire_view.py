"""The wire view, driven by keys."""

import json
from collections.abc import Callable
from pathlib import Path

from client import RetryPolicy, read_recording
from client.testing import FakeResponse, Stall
from tests.stage import Actor, Stage, refusal
from workbench.screens.inspector import InspectorScreen
from workbench.screens.waterfall import WaterfallScreen
from workbench.screens.wire.ask_path import AskPathScreen
from workbench.screens.wire.choose import ChooseScreen
from workbench.screens.wire.edit import EditScreen
from workbench.screens.wire.send import SendScreen

KEY = "gsk_test_0123456789"


class Desk:
    """A clipboard that keeps what was copied."""

    route = "a desk"

    def __init__(self) -> None:
        self.copied: list[str] = []

    async def put(self, text: str) -> bool:
        self.copied.append(text)
        return True


def asked_once(desk: Desk | None = None) -> Stage:
    stage = Stage(clipboard=desk)
    stage.play(stage.streamed("The answer is ", "**42**."))
    return stage


async def at_the_wire(actor: Actor, *, question: str = "what is it?") -> None:
    if question:
        await actor.ask(question)
        await actor.answered()
    await actor.press("alt+3")
    await actor.until(lambda: "Wire" in actor.screen)
    workspace = actor.stage.app.screen
    assert isinstance(workspace, InspectorScreen)
    await workspace.open_view("wire")
    await actor.until(lambda: "Overview" in actor.screen)
    await actor.until(lambda: not question or "POST" in actor.screen)


async def open_dialog(actor: Actor, key: str, kind: type) -> None:
    await actor.press(key)
    await actor.until(lambda: isinstance(actor.stage.app.screen, kind))


async def test_every_exchange_is_listed_the_newest_first() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 30)) as actor:
        await at_the_wire(actor)
        rows = [line for line in actor.screen.splitlines() if "200" in line]
        assert "POST chat/completions" in rows[0]
        assert "openai/gpt-oss-20b" in rows[0]
        assert "GET models" in rows[1]


async def test_what_happens_while_one_looks_is_shown() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 30)) as actor:
        await at_the_wire(actor, question="")
        assert "POST" not in actor.screen
        await stage.groq.models.list()
        await actor.until(lambda: "   2  " in actor.screen)


async def test_the_parts_show_request_response_and_events() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        assert "the reply is whole" in actor.screen
        await actor.press("2")
        assert '"content": "what is it?"' in actor.screen
        assert "authorization: REDACTED" in actor.screen
        assert KEY not in actor.screen
        await actor.press("3")
        assert "HTTP 200 OK" in actor.screen
        await actor.press("4")
        assert 'text      "The answer is "' in actor.screen
        assert "[DONE]" in actor.screen


async def test_an_event_is_opened_and_copied() -> None:
    desk = Desk()
    stage = asked_once(desk)
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        await actor.press("4", "enter", "enter")
        assert "after sending" in actor.screen
        assert '"object": "chat.completion.chunk"' in actor.screen
        await actor.press("y")
        await actor.until(lambda: desk.copied)
        assert desk.copied[0].startswith('data: {"id": "chatcmpl-test"')


async def test_words_are_found_and_marked() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        await actor.press("2", "slash")
        await actor.type("what")
        assert "1 of 1" in actor.screen
        await actor.press("escape")
        assert "1 of 1" not in actor.screen


async def test_the_list_is_filtered_by_words_anywhere() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        await actor.press("f")
        await actor.type("42")
        await actor.until(lambda: "GET models" not in actor.screen)
        assert "POST chat/completions" in actor.screen
        await actor.press("escape")
        await actor.until(lambda: "GET models" in actor.screen)


async def test_a_request_is_copied_in_every_form_without_the_key() -> None:
    desk = Desk()
    stage = asked_once(desk)
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        for letter in "cpgrb":
            number = len(desk.copied) + 1
            await open_dialog(actor, "c", ChooseScreen)
            await actor.press(letter)
            await actor.until(lambda number=number: len(desk.copied) == number)  # type: ignore[misc]
    curl, ours, theirs, body, answer = desk.copied
    assert curl.startswith("curl -sS -N https://api.groq.com/openai/v1/chat/completions")
    assert "GroqClient" in ours
    assert "Groq(" in theirs
    assert json.loads(body)["messages"][0]["content"] == "what is it?"
    assert "[DONE]" in answer
    assert not any(KEY in text for text in desk.copied)


async def test_nothing_is_sent_again_before_it_was_asked() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        await open_dialog(actor, "r", SendScreen)
        assert "just as it was" in actor.screen
        await actor.press("escape")
        assert len(stage.requests) == 1
        stage.play(stage.streamed("Again."))
        await open_dialog(actor, "r", SendScreen)
        await actor.press("enter")
        await actor.until(lambda: len(stage.requests) == 2)
        assert stage.body(1) == stage.body(0)
        await actor.until(lambda: "newest in the list" in actor.screen)


async def test_an_edit_is_shown_against_the_original_before_it_goes_out() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        await open_dialog(actor, "e", EditScreen)
        area = stage.app.screen.query_one("#edited")
        edited = {**stage.body(0), "temperature": 0.1}
        area.load_text("{broken")  # type: ignore[attr-defined]
        await actor.until(lambda: "Line 1, column 2" in actor.screen)
        await actor.press("f2")
        assert isinstance(stage.app.screen, EditScreen)
        area.load_text(json.dumps(edited))  # type: ignore[attr-defined]
        await actor.until(lambda: "1 difference" in actor.screen)
        await actor.press("f2")
        await actor.until(lambda: isinstance(stage.app.screen, SendScreen))
        assert "$.temperature" in actor.screen
        assert "+ 0.1" in actor.screen
        stage.play(stage.streamed("Cooler."))
        await actor.press("enter")
        await actor.until(lambda: len(stage.requests) == 2)
        assert stage.body(1) == edited


async def test_a_failed_sending_says_why() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 36)) as actor:
        await at_the_wire(actor)
        stage.play(refusal(401, "Invalid API Key", code="invalid_api_key"))
        await open_dialog(actor, "r", SendScreen)
        await actor.press("enter")
        await actor.until(lambda: "The API key was not accepted" in actor.screen)


async def test_an_exchange_is_saved_and_loaded_again(tmp_path: Path) -> None:
    stage = asked_once()
    file = tmp_path / "kept.har"
    async with stage.open(size=(120, 36)) as actor:
        await at_the_wire(actor)
        await open_dialog(actor, "s", AskPathScreen)
        stage.app.screen.query_one("#path").value = str(file)  # type: ignore[attr-defined]
        await actor.press("enter")
        await actor.until(file.exists)
        await actor.until(lambda: not isinstance(stage.app.screen, AskPathScreen))
        await open_dialog(actor, "s", AskPathScreen)
        stage.app.screen.query_one("#path").value = str(file)  # type: ignore[attr-defined]
        await actor.press("enter")
        await actor.until(lambda: "is there already" in actor.screen)
        await actor.press("escape")
        await open_dialog(actor, "o", AskPathScreen)
        stage.app.screen.query_one("#path").value = str(file)  # type: ignore[attr-defined]
        await actor.press("enter")
        await actor.until(lambda: "from kept.har" in actor.screen)
    assert b"42" in read_recording(file)[0].body
    assert KEY not in file.read_text()


async def test_attempts_are_looked_at_one_by_one() -> None:
    stage = Stage(retry=RetryPolicy())
    stage.play(refusal(503, "over capacity"), stage.streamed("Yes."))
    async with stage.open(size=(100, 36)) as actor:
        await actor.ask("go")
        await actor.until(lambda: stage.clock.waiting)
        await stage.clock.advance(20)
        await actor.answered()
        await at_the_wire(actor, question="")
        await actor.until(lambda: "200↻2" in actor.screen)
        assert "attempt 2 of 2" in actor.screen
        await actor.press("left_square_bracket", "3")
        assert "HTTP 503" in actor.screen
        assert "over capacity" in actor.screen


async def test_an_exchange_under_way_says_so() -> None:
    stage = Stage()
    stage.play(stage.streamed("Half", Stall(), "never"))
    async with stage.open(size=(100, 36)) as actor:
        await actor.ask("go")
        await actor.until(lambda: "Half" in actor.conversation)
        await at_the_wire(actor, question="")
        await actor.until(lambda: "first bytes of the body" in actor.screen)
        assert "complete" not in actor.screen.replace("completions", "")


async def test_hostile_text_is_shown_and_does_nothing() -> None:
    nasty = "[/foo] [@click=app.quit]x[/] \x1b]52;c;AAAA\x07 \u202e \x9b31m"
    stage = Stage()
    stage.play(FakeResponse.json({"error": {"message": nasty, "code": nasty}}, status=400))
    async with stage.open(size=(100, 36)) as actor:
        await actor.ask("go")
        await actor.answered()
        await at_the_wire(actor, question="")
        for part in "1234":
            await actor.press(part)
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(actor.screen)
        await actor.press("3")
        assert "[@click=app.quit]" in actor.screen


async def test_everything_recorded_can_be_looked_at(wire: Path) -> None:
    from workbench.adapters.har_files import load

    stage = Stage()
    async with stage.open(size=(100, 36)) as actor:
        numbers = stage.wire.load(load(wire), origin="wire")
        assert len(numbers) == sum(1 for _ in wire.glob("*/request.json"))  # noqa: ASYNC240
        await at_the_wire(actor, question="")
        pane = stage.app.screen.query_one("#wire-pane")
        show: Callable[[int], None] = pane.point_at  # type: ignore[attr-defined]
        for number in numbers:
            show(number)
            for part in range(4):
                pane.action_open_part(part)  # type: ignore[attr-defined]
        await actor.pilot.pause()
        assert len(stage.wire) == len(numbers) + 1


async def test_where_the_time_of_an_exchange_went_is_shown() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 30)) as actor:
        await at_the_wire(actor)
        await open_dialog(actor, "w", WaterfallScreen)
        assert "Latency waterfall  openai/gpt-oss-20b" in actor.screen
        await actor.press("escape")
        assert isinstance(stage.app.screen, InspectorScreen)


async def test_an_exchange_is_taken_to_the_timeline() -> None:
    stage = asked_once()
    async with stage.open(size=(110, 36)) as actor:
        await at_the_wire(actor)
        await actor.press("t")
        screen = stage.app.screen
        assert isinstance(screen, InspectorScreen)
        await actor.until(lambda: "what is it?" in actor.screen)
        assert screen.session.branches.current.recorded == "#2 on the wire"
        await screen.open_view("wire")
        await actor.press("down", "t")
        await actor.until(lambda: "holds no chat" in actor.screen)


async def test_nothing_is_painted_while_another_workspace_is_in_view() -> None:
    stage = asked_once()
    async with stage.open(size=(100, 30)) as actor:
        await at_the_wire(actor)
        view = stage.app.screen.query_one("#wire")
        await actor.press("alt+1")
        await actor.until(lambda: not isinstance(stage.app.screen, InspectorScreen))
        await stage.groq.models.list()
        assert view._timer is None  # type: ignore[attr-defined]
        await actor.press("alt+3")
        await actor.until(lambda: "   3  " in actor.screen)
