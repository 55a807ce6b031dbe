"""What a person sees and does in the words of a recording."""

from textual.app import App, ComposeResult

from workbench.widgets.sound.spoken import Passage, PassageState, ShownWord, SpokenText
from workbench.widgets.sound.spoken.layout import word_at, wrapped
from workbench.widgets.sound.spoken.search import Occurrence, occurrences


def said(
    text: str, *, start: float = 0.0, state: PassageState = "said", part: int | None = None
) -> Passage:
    words = tuple(
        ShownWord(text=word, start=start + n, end=start + n + 1, confidence=0.9)
        for n, word in enumerate(text.split())
    )
    return Passage(start=start, end=start + len(words), words=words, state=state, part=part)


def test_words_are_found_over_spaces_and_whatever_their_case() -> None:
    passages = [
        said("The server room, and the SERVER rooms"),
        said("server room", state="failed"),
        said("a serve"),
    ]
    assert occurrences(passages, "Server  Room") == (Occurrence(0, 1, 2), Occurrence(0, 5, 6))
    assert occurrences(passages, "serve") == (
        *(Occurrence(0, 1, 1), Occurrence(0, 5, 5), Occurrence(2, 1, 1)),
    )
    assert occurrences(passages, " ") == ()


class Reader(App[None]):
    """An app with nothing but the text, which remembers what was asked of it."""

    def __init__(self, *passages: Passage) -> None:
        super().__init__()
        self.passages = passages
        self.asked: list[tuple[str, object]] = []
        self.found = (0, 0)

    def compose(self) -> ComposeResult:
        yield SpokenText()

    def on_mount(self) -> None:
        self.text.focus()
        self.text.show_passages(self.passages)

    @property
    def text(self) -> SpokenText:
        return self.query_one(SpokenText)

    @property
    def rows(self) -> list[str]:
        rows = [self.text.render_line(y).text.rstrip() for y in range(self.text.size.height)]
        return [row for row in rows if row]

    @property
    def word(self) -> str:
        pointed = self.text.pointed
        return pointed.text if pointed else ""

    def on_spoken_text_chosen(self, message: SpokenText.Chosen) -> None:
        self.asked.append(("play", message.word.start))

    def on_spoken_text_found(self, message: SpokenText.Found) -> None:
        self.found = (message.current, message.total)

    def on_spoken_text_retry_wanted(self, message: SpokenText.RetryWanted) -> None:
        self.asked.append(("retry", message.part))


def test_words_are_wrapped_between_words_and_a_long_one_is_cut() -> None:
    words = [ShownWord(text=text, start=0, end=1) for text in ("one", "two", "internationalise")]
    rows = [[(placed.text, placed.cell) for placed in row] for row in wrapped(words, 8)]
    assert rows == [[("one", 0), ("two", 4)], [("internat", 0)], [("ionalise", 0)]]


def test_words_that_stand_close_are_kept_close() -> None:
    words = [
        ShownWord(text=text, start=0, end=1, spaced=False)
        for text in ("今日", "は", "晴れ", "です")
    ]
    rows = [[(placed.text, placed.cell) for placed in row] for row in wrapped(words, 9)]
    assert rows == [[("今日", 0), ("は", 4)], [("晴れ", 0), ("です", 4)]]


def test_the_word_nearest_to_a_cell_is_found() -> None:
    (row,) = wrapped([ShownWord(text=text, start=0, end=1) for text in ("one", "two")], 20)
    assert [word_at(row, cell) for cell in (0, 3, 4, 19)] == [0, 0, 1, 1]
    assert word_at((), 3) is None


async def test_passages_stand_at_their_times_with_a_mark_for_doubt() -> None:
    app = Reader(
        said("good morning"),
        said("thank you for watching", start=64, state="doubtful"),
        said("lost for now", start=3700, state="failed", part=2),
    )
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert app.rows == [
            "   0:00   good morning",
            "   1:04 ? thank you for watching",
            "1:01:40 ✗ lost for now",
        ]


async def test_one_walks_word_by_word_over_the_ends_of_passages() -> None:
    app = Reader(said("one two"), said("three four", start=10))
    async with app.run_test(size=(60, 10)) as pilot:
        seen = []
        for key in ("right", "right", "right", "right", "left", "home", "end", "up"):
            await pilot.press(key)
            seen.append(app.word)
    assert seen == ["two", "three", "four", "four", "three", "one", "four", "two"]


async def test_the_sound_is_played_from_the_word_pointed_at() -> None:
    app = Reader(said("one two"), said("three four", start=10))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("down", "right", "enter")
        await pilot.click(SpokenText, offset=(13, 0), times=2)
    assert app.asked == [("play", 11.0), ("play", 1.0)]


async def test_a_part_that_failed_is_tried_again_from_its_place() -> None:
    app = Reader(said("one two"), said("it failed", start=10, state="failed", part=3))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("n")
        assert app.word == "it"
        await pilot.press("enter")
    assert app.asked == [("retry", 3)]


async def test_what_is_awaited_can_neither_be_played_nor_retried() -> None:
    app = Reader(said("to come", state="waiting"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("right", "enter", "n")
    assert app.asked == []


async def test_nothing_happens_where_nothing_was_said() -> None:
    app = Reader()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("left", "down", "pagedown", "end", "n", "enter")
        await pilot.click(SpokenText, offset=(13, 0))
    assert app.asked == []


async def test_the_word_that_is_heard_is_lit_and_brought_into_view() -> None:
    app = Reader(*(said("six words in each of these", start=10.0 * n) for n in range(40)))
    async with app.run_test(size=(60, 10)) as pilot:
        app.text.action_ends(0)
        app.text.show_playing(352.5)
        await pilot.pause()
        assert any("5:50" in row for row in app.rows)
        lit = app.text._style("playing").bgcolor
        row = app.text._column.row_of(app.text._playing) - app.text.scroll_offset.y  # type: ignore[arg-type]
        strip = app.text.render_line(row)
        assert [segment.text for segment in strip if segment.style.bgcolor == lit] == ["in"]
        app.text.show_playing(None)
        assert app.text._playing is None


async def test_new_words_are_followed_until_the_reader_goes_elsewhere() -> None:
    passages = [said("some words", start=10.0 * n) for n in range(30)]
    app = Reader(*passages[:20])
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert "3:10" in app.rows[-1]
        app.text.show_passages(passages[:25])
        await pilot.pause()
        assert "4:00" in app.rows[-1]
        await pilot.press("home")
        app.text.show_passages(passages)
        await pilot.pause()
        assert "0:00" in app.rows[0]


async def test_the_cursor_stays_on_its_word_when_more_is_said() -> None:
    app = Reader(said("one two three"))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("right")
        app.text.show_passages((*app.passages, said("four", start=5)))
        await pilot.pause()
        assert app.word == "two"
        app.text.clear()
        assert app.word == ""


async def test_what_is_looked_for_is_marked_and_gone_to_round_the_ends() -> None:
    app = Reader(said("one two one"), said("two one", start=10))
    async with app.run_test(size=(60, 10)) as pilot:
        seen = []
        app.text.find("one")
        for step in (1, 1, 1, -1):
            await pilot.pause()
            pointed = app.text.pointed
            seen.append((app.found, pointed.start if pointed else None))
            app.text.find_next(step)
        assert seen == [((1, 3), 0.0), ((2, 3), 2.0), ((3, 3), 11.0), ((1, 3), 0.0)]
        app.text.show_passages((*app.passages, said("one more", start=20)))
        await pilot.pause()
        assert len(app.text._found) == 4
        app.text.find("nothing of this")
        await pilot.pause()
        assert app.found == (0, 0)
        app.text.find("")
        assert app.text._marked == {}


async def test_selected_words_are_copied_without_times_and_breaks() -> None:
    app = Reader(said("one two three four five six seven"), said("eight nine", start=10))
    async with app.run_test(size=(28, 10)) as pilot:
        await pilot.pause()
        assert app.rows[:2] == [" 0:00   one two three four", "        five six seven"]
        await pilot.mouse_down(SpokenText, offset=(12, 0))
        await pilot.hover(SpokenText, offset=(12, 2))
        await pilot.mouse_up(SpokenText, offset=(13, 2))
        await pilot.pause()
        assert app.screen.get_selected_text() == "two three four five six seven\neight"


async def test_hours_of_words_are_laid_out_apart_and_then_shown() -> None:
    app = Reader(*(said("six words in each of these", start=5.0 * n) for n in range(2000)))
    async with app.run_test(size=(60, 10)) as pilot:
        for _ in range(400):
            if app.rows and "2:46:35" in app.rows[-1]:
                return
            await pilot.pause(0.005)
        raise AssertionError(f"the end never came into view: {app.rows}")
