"""The scrollbar's thumb: told apart as finely as it is drawn, and drawn wherever it has moved."""

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.scrollbar import ScrollBarRender
from textual.widgets import Static

from workbench.widgets.transcript import AnswerEntry, Transcript
from workbench.widgets.transcript.thumb import thumb_of


class Shown(App[None]):
    """A transcript, and something beside and below it that can appear."""

    CSS = """
    Screen { layout: horizontal; }
    #beside { width: 20; display: none; }
    #above { dock: bottom; width: 10; height: 1; layer: notices; display: none; }
    """

    def compose(self) -> ComposeResult:
        yield Transcript()
        yield Static(id="beside")
        yield Static(id="above")

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)


def painted(app: Shown) -> list[str]:
    """The scrollbar's column as it was last painted: glyph, and whether it is the thumb."""
    bar = app.transcript.vertical_scrollbar
    strips = bar._render_cache.lines
    return [
        f"{segment.text}{bool(segment.style and segment.style.reverse)}"
        for strip in strips
        for segment in strip
    ]


def drawn(rows: int, top: int, total: int) -> list[str]:
    bar = ScrollBarRender.render_bar(
        size=rows, virtual_size=total, window_size=rows if rows < total else 0, position=top
    )
    return [
        f"{segment.text}{bool(segment.style and segment.style.reverse)}"
        for segment in bar.segments
        if segment.text != "\n"
    ]


async def until_it_is_right(app: Shown, pilot: Pilot[None]) -> None:
    """Wait until the scrollbar shows where the window is."""
    transcript = app.transcript
    bar = transcript.vertical_scrollbar
    async with asyncio.timeout(10):
        while True:
            await pilot.pause()
            rows, total = transcript.size.height, transcript.virtual_size.height
            if not transcript._asked and not bar._dirty_regions:
                wanted = drawn(rows, int(transcript.scroll_y), total)
                assert painted(app) == wanted
                return


@pytest.mark.parametrize("rows", [1, 2, 15, 22])
def test_two_thumbs_are_the_same_when_the_scrollbar_draws_them_the_same(rows: int) -> None:
    seen: dict[tuple[int, int], list[str]] = {}
    for total in range(1, 9 * rows):
        for top in range(max(1, total - rows + 1)):
            picture = drawn(rows, top, total)
            assert seen.setdefault(thumb_of(rows, top, total), picture) == picture


async def test_the_thumb_is_at_the_end_after_every_line_of_an_answer() -> None:
    app = Shown()
    async with app.run_test(size=(60, 17)) as pilot:
        answer = AnswerEntry("a/model")
        app.transcript.add(answer)
        for number in range(100, 120):
            answer.add_text(f"Paragraph {number}.\n\n" * (number % 7))
            await until_it_is_right(app, pilot)


async def test_the_thumb_is_at_the_end_when_something_opens_beside_the_conversation() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        answer = AnswerEntry("a/model")
        app.transcript.add(answer)
        answer.add_text("Word after word after word. " * 4000)
        answer.finish()
        await until_it_is_right(app, pilot)
        for display in (True, False):
            app.query_one("#beside").display = display
            await until_it_is_right(app, pilot)


async def test_the_thumb_stays_where_it_is_when_a_notice_covers_the_conversation() -> None:
    app = Shown()
    async with app.run_test(size=(60, 17)) as pilot:
        answer = AnswerEntry("a/model")
        app.transcript.add(answer)
        answer.add_text("Paragraph.\n\n" * 200)
        for number in range(10):
            answer.add_text("Paragraph.\n\n")
            await until_it_is_right(app, pilot)
            app.query_one("#above").display = number % 2 == 0
            await until_it_is_right(app, pilot)


async def test_a_new_chat_has_no_thumb() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        answer = AnswerEntry("a/model")
        app.transcript.add(answer)
        answer.add_text("Word.\n\n" * 100)
        await until_it_is_right(app, pilot)
        app.transcript.scroll_to(y=10, animate=False)
        await until_it_is_right(app, pilot)
        app.transcript.clear()
        await until_it_is_right(app, pilot)
        assert thumb_of(20, 0, app.transcript.virtual_size.height) == (0, 0)
