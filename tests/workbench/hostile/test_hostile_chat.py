"""The chat shows what models, services and clipboards bring, and obeys none of it."""

import pytest
from textual import events
from textual.widgets import Input, OptionList

from client.testing import FakeResponse, Stall, chunk
from tests.hostile import (
    ALL,
    FORBIDDEN,
    PAYLOADS,
    assert_harmless,
    assert_literal,
    in_groups,
    joined,
    marked,
    seen,
)
from tests.model_stage import listed, model_list
from tests.stage import Stage, refusal
from workbench.screens.confirm import ConfirmScreen
from workbench.screens.links import LinkScreen, web_address
from workbench.screens.model_choice import ModelChoiceScreen
from workbench.session.waits import Wait

TALL = (130, 190)


def calls(texts: list[str]) -> list[dict[str, object]]:
    """A call for each text, which is its id, its name and its arguments."""
    return [
        chunk(
            {
                "tool_calls": [
                    {
                        "index": place,
                        "id": text,
                        "type": "function",
                        "function": {"name": text, "arguments": text},
                    }
                ]
            }
        )
        for place, text in enumerate(texts)
    ]


async def test_what_a_model_says_is_shown_and_not_obeyed() -> None:
    stage = Stage()
    said = joined("\n\n")
    cut = [said[at : at + 3] for at in range(0, len(said), 3)]
    stage.play(stage.streamed(*cut, reasoning=(joined(),)))
    async with stage.open(size=TALL) as actor:
        await actor.ask("a")
        await actor.answered()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        assert_literal(actor.conversation, but=lambda text: text.replace("\\[", "["))
        await actor.press("f5")
        assert_harmless(stage.app)


async def test_code_tables_and_links_of_a_model_are_as_harmless() -> None:
    stage = Stage()
    lines = [text.replace("\n", " ") for text in marked()]
    fence = "\n".join(["```python", *lines, "```", "", f"```{PAYLOADS['osc 52']}", "x", "```", ""])
    table = "\n".join(["| a | b |", "|---|---|", *(f"| {line} | `{line}` |" for line in lines), ""])
    links = "\n".join(f"- [{text}](http://e/{text}) ![{text}]({text})" for text in lines)
    stage.play(stage.streamed(f"{fence}\n{table}\n{links}\n"))
    async with stage.open(size=(200, 330)) as actor:
        await actor.ask("a")
        await actor.answered()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)


async def test_questions_and_calls_are_shown_as_they_are() -> None:
    stage = Stage()
    stage.play(stage.streamed(*calls(marked()), finish="tool_calls"))
    async with stage.open(size=TALL) as actor:
        actor.prompt.load_text(joined())
        assert_harmless(stage.app)
        await actor.press("enter")
        await actor.answered()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        assert_literal(actor.conversation)


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_what_a_service_says_of_an_error_is_only_text(status: int) -> None:
    stage = Stage()
    stage.play(refusal(status, joined(" "), code=marked()[0], headers={"retry-after": "3600"}))
    async with stage.open(size=TALL) as actor:
        await actor.ask("a")
        await actor.answered()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        assert_literal(actor.conversation)


async def test_an_error_that_is_no_json_is_only_text() -> None:
    stage = Stage()
    stage.play(FakeResponse(status=418, body=(joined("\n").encode("utf-8", "replace"),)))
    async with stage.open(size=TALL) as actor:
        await actor.ask("a")
        await actor.answered()
        assert_harmless(stage.app)


async def test_the_ids_of_models_are_only_names() -> None:
    models = [listed(text, text, 1, 1, name=text, features=[text]) for text in marked()]
    stage = Stage(models=model_list(*models))
    async with stage.open(size=(130, 100)) as actor:
        stage.chat.model = marked()[0]
        await actor.press("ctrl+o")
        assert isinstance(stage.app.screen, ModelChoiceScreen)
        found, literally = seen(stage.app), actor.screen
        for line in range(0, len(models) + 14, 10):
            stage.app.screen.query_one(OptionList).scroll_to(y=line, animate=False, immediate=True)
            await actor.pilot.pause()
            assert_harmless(stage.app)
            found, literally = found | seen(stage.app), literally + actor.screen
        assert found == ALL
        assert_literal(literally)
        stage.app.screen.query_one(Input).value = joined(" ")
        await actor.pilot.pause()
        assert "as it is" in actor.screen
        assert_harmless(stage.app)
        await actor.press("enter")
        assert_harmless(stage.app)


async def test_the_title_shows_any_model_in_one_line() -> None:
    stage = Stage()
    async with stage.open(size=(600, 24)) as actor:
        titles = ""
        for few in in_groups(14):
            stage.chat.model = " ".join(few)
            stage.app.chat_screen.show_model()
            await actor.pilot.pause()
            assert len(seen(stage.app)) == len(few)
            assert_harmless(stage.app)
            titles += actor.title
        assert_literal(titles)


async def test_what_is_pasted_is_only_text() -> None:
    stage = Stage()
    async with stage.open(size=TALL) as actor:
        await actor.pilot.pause()
        stage.app.screen.post_message(events.Paste(joined()))
        await actor.until(lambda: "Q54q" in actor.prompt.text)
        assert_harmless(stage.app)
        await actor.press("ctrl+o")
        stage.app.screen.query_one(Input).focus()
        stage.app.screen.post_message(events.Paste(joined(" ")))
        await actor.pilot.pause()
        assert_harmless(stage.app)


async def test_what_a_request_waits_for_is_only_text() -> None:
    stage = Stage()
    stage.play(stage.streamed(Stall(), finish=None))
    async with stage.open(size=TALL) as actor:
        await actor.ask("a")
        stage.parts.waits._tell(
            Wait(title=joined(" "), reason=joined(), until=stage.clock.now() + 9)
        )
        await actor.until(lambda: seen(stage.app) == ALL)
        assert_harmless(stage.app)
        await actor.press("escape")


async def test_what_is_said_in_passing_is_only_text() -> None:
    stage = Stage()
    async with stage.open(size=(130, 400)) as actor:
        stage.app.chat_screen.say(joined())
        stage.app.chat_screen.say(joined(), problem=True)
        await actor.pilot.pause()
        await actor.pilot.pause()
        assert seen(stage.app) == ALL
        assert_harmless(stage.app)
        assert_literal(actor.screen)


async def test_dialogs_show_what_they_are_given_as_text() -> None:
    stage = Stage()
    async with stage.open(size=TALL) as actor:
        text = joined()
        await stage.app.push_screen(ConfirmScreen(text, text, yes=text, no=text))
        await actor.pilot.pause()
        assert seen(stage.app)
        assert_harmless(stage.app)


def test_no_browser_is_given_what_hides_something() -> None:
    for payload in PAYLOADS.values():
        address = web_address(f"http://e.org/{payload}")
        assert address is None or not FORBIDDEN.search(address)


async def test_a_link_of_a_model_is_opened_only_when_it_is_plain_and_after_a_yes() -> None:
    opened: list[str] = []
    stage = Stage()
    bad = (
        "smb://e/x",
        "vscode://e",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
    )
    stage.play(stage.streamed("\n\n".join(f"[link{n}]({url})" for n, url in enumerate(bad))))
    async with stage.open(size=(130, 60)) as actor:
        stage.app.open_url = lambda url, **_: opened.append(url)  # type: ignore[method-assign, assignment, misc]
        await actor.ask("a")
        await actor.answered()
        lines = actor.screen.splitlines()
        for number in range(len(bad)):
            y = next(y for y, line in enumerate(lines) if f"link{number}" in line)
            await actor.pilot.click(offset=(lines[y].index(f"link{number}") + 1, y))
            await actor.pilot.pause()
            assert not isinstance(stage.app.screen, LinkScreen)
    assert opened == []


async def test_a_click_on_any_text_of_a_model_runs_nothing() -> None:
    stage = Stage()
    stage.play(stage.streamed("[@click=app.quit]alpha[/]\n\n[@click=screen.new_chat]beta[/]"))
    async with stage.open(size=(100, 30)) as actor:
        await actor.ask("[@click=app.quit]gamma[/]")
        await actor.answered()
        lines = actor.screen.splitlines()
        for word in ("alpha", "beta", "gamma"):
            y = next(y for y, line in enumerate(lines) if word in line)
            await actor.pilot.click(offset=(lines[y].index(word) + 1, y))
            await actor.pilot.pause()
        assert stage.app.is_running
        assert stage.app.screen is stage.app.chat_screen
        assert stage.chat.turns
