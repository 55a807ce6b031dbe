"""The prompt: sending, new lines, history, drafts."""

from textual import events

from tests.stage import Stage
from workbench.widgets.prompt_history import HistoryWalk


def test_walking_back_and_forth_returns_to_the_draft() -> None:
    walk = HistoryWalk(["one", "two"])
    assert walk.older("draft") == "two"
    assert walk.older("two") == "one"
    assert walk.older("one") is None
    assert walk.newer("one") == "two"
    assert walk.newer("two") == "draft"
    assert walk.newer("draft") is None


def test_what_is_changed_on_the_way_stays() -> None:
    walk = HistoryWalk(["one", "two"])
    walk.older("")
    assert walk.older("two, changed") == "one"
    assert walk.newer("one") == "two, changed"


async def test_the_arrows_walk_the_history_and_the_draft_comes_back() -> None:
    stage = Stage(history=("older", "newer"))
    async with stage.open() as actor:
        await actor.type("my draft")
        await actor.press("up")
        assert actor.prompt.text == "newer"
        await actor.press("up", "up")
        assert actor.prompt.text == "older"
        await actor.press("down", "down")
        assert actor.prompt.text == "my draft"


async def test_the_arrows_move_inside_a_prompt_of_several_lines_first() -> None:
    stage = Stage(history=("older",))
    async with stage.open() as actor:
        await actor.type("first\nsecond")
        await actor.press("up")
        assert actor.prompt.text == "first\nsecond"
        await actor.press("up")
        assert actor.prompt.text == "older"
        await actor.press("down")
        assert actor.prompt.text == "first\nsecond"


async def test_the_prompt_grows_to_eight_lines_and_shrinks_again() -> None:
    stage = Stage()
    async with stage.open() as actor:
        assert actor.prompt.size.height == 1
        await actor.type("a\nb\nc")
        assert actor.prompt.size.height == 3
        await actor.type("\n" * 10)
        assert actor.prompt.size.height == 8
        await actor.press("ctrl+a", "alt+a", "backspace")
        assert actor.prompt.text == ""
        assert actor.prompt.size.height == 1


async def test_every_way_to_begin_a_new_line() -> None:
    stage = Stage()
    async with stage.open() as actor:
        await actor.press("a", "ctrl+j", "b", "shift+enter", "c", "alt+enter", "d")
        assert actor.prompt.text == "a\nb\nc\nd"


async def test_new_lines_keep_their_place_however_fast_one_types() -> None:
    stage = Stage()
    async with stage.open() as actor:
        for key, char in (
            ("a", "a"),
            ("ctrl+j", None),
            ("b", "b"),
            ("alt+enter", None),
            ("c", "c"),
        ):
            stage.app.post_message(events.Key(key, char))
        await actor.pilot.pause()
        assert actor.prompt.text == "a\nb\nc"


async def test_a_paste_of_many_lines_is_one_prompt() -> None:
    stage = Stage()
    async with stage.open() as actor:
        stage.app.post_message(events.Paste("one\ntwo\nthree"))
        await actor.press("!")
        assert actor.prompt.text == "one\ntwo\nthree!"
        assert stage.requests == []


async def test_ctrl_c_copies_a_selection_and_else_says_how_to_quit() -> None:
    stage = Stage()
    async with stage.open() as actor:
        await actor.type("copy me")
        await actor.press("ctrl+c")
        await actor.until(lambda: "Ctrl+Q quits" in actor.screen)
        await actor.press("alt+a", "ctrl+c")
        assert stage.app.clipboard == "copy me"
        assert actor.prompt.text == "copy me"


async def test_a_blank_prompt_is_not_sent() -> None:
    stage = Stage()
    async with stage.open() as actor:
        await actor.type("  \n ")
        await actor.press("enter")
        assert stage.requests == []


async def test_what_was_sent_is_remembered() -> None:
    stage = Stage()
    stage.play(stage.streamed("Hello."))
    async with stage.open() as actor:
        await actor.ask("hi")
        await actor.answered()
        assert stage.history.entries() == ("hi",)
        await actor.press("up")
        assert actor.prompt.text == "hi"
