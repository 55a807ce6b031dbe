"""Finding words in the conversation, by keys."""

from tests.stage import Actor, Stage
from workbench.markdown.line import Span
from workbench.widgets.find_bar import FindBar

WORDS = "".join(f"Paragraph {n} of a long answer.\n\n" for n in range(60))


def stage() -> Stage:
    made = Stage()
    made.play(made.streamed(f"The needle is here.\n\n{WORDS}And a NEEDLE there.\n"))
    return made


async def test_words_are_found_counted_and_walked_through() -> None:
    async with stage().open() as actor:
        await actor.ask("Where?")
        await actor.answered()
        assert "NEEDLE there" in actor.conversation

        await actor.press("ctrl+f")
        await actor.type("needle")
        await actor.until(lambda: "of 2" in actor.screen)
        await actor.until(lambda: "2 of 2" in actor.screen)
        await actor.press("enter")
        await actor.until(lambda: "1 of 2" in actor.screen and "needle is here" in actor.screen)
        assert "NEEDLE there" not in actor.conversation
        await actor.press("up")
        await actor.until(lambda: "2 of 2" in actor.screen and "NEEDLE there" in actor.screen)

        await actor.press("escape")
        assert not actor.pane.query_one(FindBar).display
        assert actor.prompt.has_focus
        assert all(span[1].role != "found" for row in range(5) for span in spans(actor, row))


def spans(actor: Actor, row: int) -> tuple[Span, ...]:
    transcript = actor.transcript
    return transcript._line(transcript.scroll_offset.y + row, transcript._column).spans


async def test_what_is_not_there_is_said_and_a_draft_is_kept() -> None:
    async with stage().open() as actor:
        await actor.ask("Where?")
        await actor.answered()
        await actor.type("my draft")
        await actor.press("ctrl+f")
        await actor.type("gold")
        await actor.until(lambda: "not found" in actor.screen)
        await actor.press("escape")
        assert actor.prompt.text == "my draft"


async def test_there_is_nothing_to_search_in_an_empty_chat() -> None:
    async with stage().open() as actor:
        await actor.press("ctrl+f")
        await actor.until(lambda: "nothing to search" in actor.screen)
