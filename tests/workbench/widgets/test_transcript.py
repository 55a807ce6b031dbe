"""What a person sees and does in the transcript."""

import asyncio
import re
from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from workbench.widgets.transcript import AnswerEntry, NoticeEntry, Transcript, UserEntry

CODE = "def area(width, height):\n    return width * height\n"
ANSWER = f"# Areas\n\nA **bold** claim.\n\n```python\n{CODE}```\n\nThe end.\n"


class Shown(App[None]):
    """An app with nothing but a transcript, which remembers what was asked of it."""

    CSS = "Screen { background: $background; }"

    def __init__(self) -> None:
        super().__init__()
        self.copied: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.quits = 0

    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_mount(self) -> None:
        self.transcript.focus()

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def on_transcript_copy_requested(self, message: Transcript.CopyRequested) -> None:
        self.copied.append((message.what, message.text))

    def on_transcript_link_requested(self, message: Transcript.LinkRequested) -> None:
        self.links.append(message.url)

    async def action_quit(self) -> None:
        self.quits += 1

    def rows(self) -> list[str]:
        transcript = self.transcript
        return [transcript.render_line(y).text.rstrip() for y in range(transcript.size.height)]

    def screen_text(self) -> str:
        """What is on the screen once everything that is due has been drawn."""
        return "" if self.transcript._asked else "\n".join(self.rows())


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for what a person would wait for."""
    async with asyncio.timeout(60):
        while not condition():
            await pilot.pause()


def answered(app: Shown, text: str = ANSWER) -> AnswerEntry:
    answer = AnswerEntry("a/model")
    app.transcript.add(answer)
    answer.add_text(text)
    answer.finish("12 tokens")
    return answer


def where(app: Shown, words: str) -> tuple[int, int]:
    """Find words on the screen, as an offset in the transcript."""
    for y, row in enumerate(app.rows()):
        if words in row:
            return row.index(words) + 1, y  # the widget has one cell of padding
    raise AssertionError(f"{words!r} is not on the screen:\n{app.screen_text()}")


async def test_a_conversation_is_shown() -> None:
    app = Shown()
    async with app.run_test(size=(80, 30)) as pilot:
        app.transcript.add(UserEntry("What is an area?\nSay it."))
        answered(app)
        app.transcript.add(NoticeEntry(severity="error", title="Cut off", body="Press r."))
        await until(pilot, lambda: "Press r." in app.screen_text())
        seen = app.screen_text()
        for words in ("You", "What is an area?", "Say it.", "a/model", "Areas", "A bold claim."):
            assert words in seen
        for words in ("python", "return width * height", "The end.", "12 tokens", "Cut off"):
            assert words in seen
        assert "**" not in seen
        assert "```" not in seen


async def test_text_appears_while_it_streams() -> None:
    app = Shown()
    async with app.run_test(size=(60, 12)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_text("Hel")
        await until(pilot, lambda: "Hel" in app.screen_text())
        answer.add_text("lo wor")
        await until(pilot, lambda: "Hello wor" in app.screen_text())
        assert answer.text == "Hello wor"


async def test_the_tail_is_followed_until_the_reader_scrolls_up_and_again_at_the_end() -> None:
    app = Shown()
    async with app.run_test(size=(60, 12)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_text("".join(f"line {n}\n\n" for n in range(40)))
        await until(pilot, lambda: "line 39" in app.screen_text())
        assert app.transcript.following

        await pilot.press("up")
        await until(pilot, lambda: not app.transcript.following)
        before = app.rows()
        answer.add_text("".join(f"line {n}\n\n" for n in range(40, 80)))
        await until(pilot, lambda: app.transcript.virtual_size.height > 150)
        assert app.rows() == before

        await pilot.press("end")
        await until(pilot, lambda: "line 79" in app.screen_text())
        assert app.transcript.following
        answer.add_text("the last one\n")
        await until(pilot, lambda: "the last one" in app.screen_text())


async def test_the_wheel_lets_go_of_the_tail_and_scrolling_back_takes_it_again() -> None:
    app = Shown()
    async with app.run_test(size=(60, 12)) as pilot:
        answered(app, "".join(f"line {n}\n\n" for n in range(40)))
        await until(pilot, lambda: "line 39" in app.screen_text())
        app.transcript.scroll_up(animate=False)
        await until(pilot, lambda: not app.transcript.following)
        app.transcript.scroll_end(animate=False)
        await until(pilot, lambda: app.transcript.following)


async def test_page_up_reaches_the_beginning_line_by_line_without_gaps() -> None:
    app = Shown()
    async with app.run_test(size=(40, 12)) as pilot:
        for number in range(30):
            app.transcript.add(UserEntry(f"question {number} " + "and so on " * 12))
            answered(app, f"answer {number}\n\n" + "with many words " * 20 + "\n\n" + ANSWER)
        await until(pilot, lambda: "12 tokens" in app.screen_text())
        seen = set()
        for _ in range(400):
            seen |= set(re.findall(r"(?:question|answer) \d+", app.screen_text()))
            if app.transcript.scroll_offset.y == 0:
                break
            before = app.rows()
            await pilot.press("pageup")
            await until(pilot, lambda: app.rows() != before)  # noqa: B023 - awaited here
            # two lines of the page before are kept
            assert app.rows()[-2:] == before[:2] or app.transcript.scroll_offset.y == 0
        assert {f"question {n}" for n in range(30)} <= seen
        assert {f"answer {n}" for n in range(30)} <= seen


async def test_a_resize_keeps_what_is_read_in_view() -> None:
    app = Shown()
    async with app.run_test(size=(80, 14)) as pilot:
        for number in range(20):
            words = " ".join(f"w{number}x{place}" for place in range(200))
            answered(app, words)
        await until(pilot, lambda: "12 tokens" in app.screen_text())
        await pilot.press("home")
        for _ in range(8):
            await pilot.press("pagedown")
        read = re.findall(r"w\d+x\d+", app.screen_text())
        for width in (50, 100, 33):
            await pilot.resize_terminal(width, 14)
            await until(pilot, lambda: app.transcript.size.width < width)  # noqa: B023 - at once
            now = re.findall(r"w\d+x\d+", app.screen_text())
            assert set(now) & set(read[: len(read) // 2])


async def test_reasoning_streams_open_and_folds_when_the_answer_starts() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_reasoning("Let me see. ")
        await until(pilot, lambda: "Let me see." in app.screen_text())
        assert "Thinking…" in app.screen_text()
        answer.fold_reasoning("Thought for 0.8 s, 3 words")
        answer.add_text("Yes.")
        await until(pilot, lambda: "Yes." in app.screen_text())
        assert "Let me see." not in app.screen_text()
        assert "Thought for 0.8 s, 3 words" in app.screen_text()
        assert answer.reasoning == "Let me see. "

        await pilot.press("r")
        await until(pilot, lambda: "Let me see." in app.screen_text())
        await pilot.press("r")
        await until(pilot, lambda: "Let me see." not in app.screen_text())

        await pilot.click(Transcript, offset=where(app, "Thought for"))
        await until(pilot, lambda: "Let me see." in app.screen_text())


async def test_reasoning_that_nobody_folded_folds_by_itself() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_reasoning("Hm, hm.")
        answer.add_text("Yes.")
        await until(pilot, lambda: "Yes." in app.screen_text())
        assert "Hm, hm." not in app.screen_text()


async def test_the_answer_and_the_code_are_copied_as_they_came() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        raw = "Tab:\n\n```\na\tb\x1b[31m\n```\n\n```py\nlast()\n```\n"
        answered(app, raw)
        await pilot.press("y")
        await until(pilot, lambda: bool(app.copied))
        await pilot.press("c")
        await until(pilot, lambda: len(app.copied) == 2)
        await pilot.press("k", "j", "c")
        await until(pilot, lambda: len(app.copied) == 3)
        assert app.copied == [
            ("answer", raw),
            ("code block", "last()"),
            ("code block", "a\tb\x1b[31m"),
        ]


async def test_the_block_cursor_walks_over_answers_and_code() -> None:
    app = Shown()
    async with app.run_test(size=(60, 30)) as pilot:
        app.transcript.add(UserEntry("Hi"))
        answered(app, "```\none\n```\n\n```\ntwo\n```\n")
        await until(pilot, lambda: "two" in app.screen_text())
        marked = []
        for key in ("k", "j", "j", "k", "k", "k"):
            await pilot.press(key)
            await pilot.press("c")
            rows = [row for row in app.rows() if row.startswith("┃")]
            marked.append(" ".join(rows))
        assert "one" in marked[0]
        assert "two" in marked[0]
        assert "one" in marked[1]
        assert "two" not in marked[1]
        assert "two" in marked[2]
        assert "one" not in marked[2]
        assert "Hi" in marked[5]
        await until(pilot, lambda: len(app.copied) >= 4)
        assert ("code block", "one") in app.copied


async def test_selecting_with_the_mouse_gives_the_text_without_its_layout() -> None:
    app = Shown()
    async with app.run_test(size=(40, 20)) as pilot:
        answered(app, "One two three four five six seven eight nine ten eleven twelve.\n\n- item")
        await until(pilot, lambda: "item" in app.screen_text())
        start, end = where(app, "two three"), where(app, "item")
        await pilot.mouse_down(Transcript, offset=start)
        await pilot.hover(Transcript, offset=(end[0] + 3, end[1]))
        await pilot.mouse_up(Transcript, offset=(end[0] + 3, end[1]))
        await pilot.pause()
        selected = "two three four five six seven eight nine ten eleven twelve.\n\n- item"
        assert app.screen.get_selected_text() == selected
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app.copied == [("selection", selected)])


async def test_only_links_to_the_web_are_asked_to_be_opened() -> None:
    app = Shown()
    async with app.run_test(size=(80, 20)) as pilot:
        answered(app, "[good](https://e.org/x) [bad](smb://host/share) ![i](http://169.254.1.1/i)")
        await until(pilot, lambda: "bad" in app.screen_text())
        assert "https://e.org/x" in app.screen_text()
        assert "smb://host/share" in app.screen_text()
        await pilot.click(Transcript, offset=where(app, "bad"))
        await pilot.click(Transcript, offset=where(app, "smb"))
        await pilot.click(Transcript, offset=where(app, "good"))
        await until(pilot, lambda: bool(app.links))
        assert app.links == ["https://e.org/x"]


MARKUP = "x[/foo] [@click=app.quit]click me[/] [link=file:///etc/passwd]l[/link] [red]r"


async def test_markup_is_shown_literally_and_does_nothing() -> None:
    app = Shown()
    async with app.run_test(size=(100, 40)) as pilot:
        answer = AnswerEntry(MARKUP)
        app.transcript.add(UserEntry(MARKUP))
        app.transcript.add(answer)
        answer.add_reasoning(MARKUP)
        answer.fold_reasoning(MARKUP)
        answer.add_text(MARKUP + f"\n\n```{MARKUP}\n{MARKUP}\n```\n\n|a|\n|-|\n|{MARKUP}|\n")
        answer.add_tool_call(name=MARKUP, arguments=MARKUP, call_id=MARKUP)
        answer.stop(MARKUP)
        app.transcript.add(NoticeEntry(severity="warning", title=MARKUP, body=MARKUP))
        await until(pilot, lambda: app.screen_text().count("x[/foo]") >= 12)
        for y, row in enumerate(app.rows()):
            if "click me" in row:
                await pilot.click(Transcript, offset=(row.index("click me") + 2, y))
        await pilot.pause()
        assert app.quits == 0


HOSTILE = "a\x1b]52;c;eA==\x07b\x9b31mc\u202ed\u200be\x00\x7f\rf\udc00\U000e0041"


async def test_no_control_character_is_in_any_strip() -> None:
    app = Shown()
    async with app.run_test(size=(100, 60)) as pilot:
        answer = AnswerEntry(HOSTILE)
        app.transcript.add(UserEntry(HOSTILE))
        app.transcript.add(answer)
        for char in HOSTILE:
            answer.add_reasoning(char)
        answer.fold_reasoning(HOSTILE)
        answer.toggle_reasoning()
        for char in f"{HOSTILE}\n\n```{HOSTILE}\n{HOSTILE}\n```\n[x](http://e.org/{HOSTILE})\n":
            answer.add_text(char)
        answer.add_tool_call(name=HOSTILE, arguments='{"a": "\\u202e\\u001b[2J"}', call_id=HOSTILE)
        answer.add_tool_call(name="t", arguments=HOSTILE, call_id="")
        answer.finish(HOSTILE)
        notice = NoticeEntry(severity="error", title="", body="")
        app.transcript.add(notice)
        notice.update(HOSTILE, HOSTILE)
        await until(pilot, lambda: "✗" in app.screen_text())
        forbidden = re.compile(
            "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ud800-\udfff]|\U000e0041"
        )
        for y in range(app.transcript.size.height):
            for segment in app.transcript.render_line(y):
                assert not forbidden.search(segment.text)
                assert segment.style is None or segment.style.link is None
        assert answer.text.startswith(HOSTILE)


async def test_a_tool_call_shows_pretty_arguments_or_the_raw_ones() -> None:
    app = Shown()
    async with app.run_test(size=(80, 30)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_tool_call(name="get_weather", arguments='{"city":"Oslo"}', call_id="call_1")
        answer.add_tool_call(name="broken", arguments='{"city": "Os', call_id="call_2")
        answer.add_tool_call(name="twice", arguments='{"a": 1, "a": 2}', call_id="call_3")
        await until(pilot, lambda: "call_3" in app.screen_text())
        seen = app.screen_text()
        assert re.search(r"get_weather +call_1", seen)
        assert '  "city": "Oslo"' in seen
        assert '{"city": "Os' in seen
        assert '{"a": 1, "a": 2}' in seen


async def test_a_stopped_answer_keeps_its_text_and_is_marked() -> None:
    app = Shown()
    async with app.run_test(size=(80, 30)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_text("Half of it and th")
        answer.stop("0.4 s")
        await until(pilot, lambda: "■ Stopped · 0.4 s" in app.screen_text())
        assert "Half of it and th" in app.screen_text()


async def test_regenerating_drops_an_answer_and_what_follows() -> None:
    app = Shown()
    async with app.run_test(size=(80, 30)) as pilot:
        user = UserEntry("Question")
        app.transcript.add(user)
        answer = answered(app, "Old answer")
        app.transcript.add(NoticeEntry(title="note", body=""))
        await until(pilot, lambda: "Old answer" in app.screen_text())
        app.transcript.drop_from(answer)
        assert app.transcript.entries == (user,)
        await until(pilot, lambda: "Old answer" not in app.screen_text())
        answer.add_text("unheard")
        answered(app, "New answer")
        await until(pilot, lambda: "New answer" in app.screen_text())
        assert "unheard" not in app.screen_text()
        app.transcript.clear()
        await until(pilot, lambda: not app.screen_text().strip())


async def test_a_fence_streamed_at_full_speed_leaves_the_keys_working() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        app.transcript.add(UserEntry("Code, please"))
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_text("```python\n")
        line = "    total = total + width * height  # and on\n"
        loop = asyncio.get_running_loop()
        worst = 0.0
        for number in range(4000):
            answer.add_text(line[number * 4 % 44 : number * 4 % 44 + 4])
            if number % 100 == 0:
                began = loop.time()
                await pilot.press("up" if number % 200 else "end")
                worst = max(worst, loop.time() - began)
        answer.finish()
        await pilot.press("end")
        await until(pilot, lambda: not app.transcript._asked)
        assert "total" in app.screen_text()
        assert worst < 2.0  # a stock widget needs half a minute for all of it


async def test_when_nothing_happens_nothing_runs() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        answered(app)
        await until(pilot, lambda: "The end." in app.screen_text())
        await pilot.pause()
        assert not app.transcript._asked
        assert not list(app.transcript._timers)


async def test_a_new_theme_takes_effect() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        answered(app)
        await until(pilot, lambda: "The end." in app.screen_text())
        colours = [{segment.style for segment in app.transcript.render_line(2)}]
        app.theme = "textual-light"
        await pilot.pause()
        colours.append({segment.style for segment in app.transcript.render_line(2)})
        assert colours[0] != colours[1]


async def test_a_long_conversation_lays_out_what_is_seen() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        answers = [answered(app) for _ in range(2000)]
        await until(pilot, lambda: "12 tokens" in app.screen_text())
        read = sum(bool(section.document.flows) for a in answers for _, section in a._sections)
        assert read < 20
        await pilot.press("home")
        await until(pilot, lambda: app.transcript.scroll_offset.y == 0)
        assert "Areas" in app.screen_text()
        read = sum(bool(section.document.flows) for a in answers for _, section in a._sections)
        assert read < 40


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (160, 50)])
async def test_every_size_is_drawn(size: tuple[int, int]) -> None:
    app = Shown()
    async with app.run_test(size=size) as pilot:
        app.transcript.add(UserEntry("Hi"))
        answered(app, ANSWER + "\n| a | b | c | d | e |\n|-|-|-|-|-|\n| 1 | 2 | 3 | 4 | 5 |\n")
        await until(pilot, lambda: "12 tokens" in app.screen_text())
        for y in range(app.transcript.size.height):
            assert app.transcript.render_line(y).cell_length == app.transcript.size.width


async def test_what_was_added_while_it_was_hidden_is_shown_when_it_is_not() -> None:
    app = Shown()
    async with app.run_test(size=(60, 12)) as pilot:
        answered(app, "before")
        await until(pilot, lambda: "before" in app.screen_text())
        app.transcript.display = False
        await pilot.pause()
        app.transcript.clear()
        answer = answered(app, "after\n\n" * 30 + "the end")
        await pilot.pause()
        app.transcript.display = True
        await until(pilot, lambda: "the end" in app.screen_text())
        assert app.transcript.following
        app.transcript.drop_from(answer)
        app.transcript.display = False
        await pilot.pause()
        app.transcript.display = True
        answered(app, "again")
        await until(pilot, lambda: "again" in app.screen_text())


async def test_a_growing_answer_does_not_move_what_is_selected_above_it() -> None:
    app = Shown()
    async with app.run_test(size=(60, 30)) as pilot:
        answer = AnswerEntry("m")
        app.transcript.add(answer)
        answer.add_text("first words\n\nsecond words\n\n")
        await until(pilot, lambda: "second" in app.screen_text())
        start = where(app, "first")
        await pilot.mouse_down(Transcript, offset=start)
        await pilot.hover(Transcript, offset=(start[0] + 4, start[1]))
        answer.add_text("third words\n\n" * 5)
        await until(pilot, lambda: "third" in app.screen_text())
        await pilot.mouse_up(Transcript, offset=(start[0] + 4, start[1]))
        await pilot.pause()
        assert app.screen.get_selected_text() == "first"


async def test_a_selection_stays_on_its_words_when_what_is_above_gets_its_real_height() -> None:
    app = Shown()
    async with app.run_test(size=(60, 20)) as pilot:
        for number in range(12):
            answered(app, f"# {number}\n\n" + "- item\n" * 40)
        answered(app, "chosen words")
        await until(pilot, lambda: "chosen words" in app.screen_text())
        start = where(app, "chosen")
        await pilot.mouse_down(Transcript, offset=start)
        await pilot.hover(Transcript, offset=(start[0] + 5, start[1]))
        await pilot.mouse_up(Transcript, offset=(start[0] + 5, start[1]))
        await pilot.pause()
        before = app.transcript.text_selection
        for _ in range(8):
            await pilot.press("pageup")
            await pilot.pause()
        assert app.transcript.text_selection != before
        assert app.screen.get_selected_text() == "chosen"


async def test_a_long_finished_fence_is_coloured_over_several_frames() -> None:
    app = Shown()
    code = 'text = """\n' + "def not_a_function(): pass\n" * 600 + '"""\n'
    async with app.run_test(size=(60, 20)) as pilot:
        answered(app, f"```python\n{code}```\n")
        await until(pilot, lambda: not app.transcript._asked)

        def roles() -> set[str]:
            transcript = app.transcript
            top = int(transcript.scroll_y)
            lines = [transcript._line(y, 59) for y in range(top, top + 15)]
            return {look.role for line in lines for text, look in line.spans if "def" in text}

        await until(pilot, lambda: roles() == {"syntax-string"})


async def test_a_new_width_asks_no_entry_that_nobody_sees() -> None:
    app = Shown()
    async with app.run_test(size=(80, 24)) as pilot:
        answers = [answered(app) for _ in range(600)]
        await until(pilot, lambda: "12 tokens" in app.screen_text())
        asked = []
        for answer in answers[:500]:
            answer.height = lambda width, asked=asked: asked.append(width) or 1  # type: ignore[method-assign,assignment,misc]
        await pilot.resize_terminal(50, 24)
        await until(
            pilot, lambda: app.transcript.size.width < 50 and "12 tokens" in app.screen_text()
        )
        assert not asked
