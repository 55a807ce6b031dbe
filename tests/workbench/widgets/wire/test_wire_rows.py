"""Rows: only what is visible is laid out, whatever there is of it."""

import json

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content

from client.testing import text_chunk
from workbench.session.wire.events import EventIndex
from workbench.widgets.wire.event_rows import EventRows
from workbench.widgets.wire.json_lines import coloured, cuts, word_cuts
from workbench.widgets.wire.rows_view import RowsView
from workbench.widgets.wire.text_rows import TextRows


def stream(number: int) -> EventIndex:
    body = b"".join(
        b"data: " + json.dumps(text_chunk(f"word{i}")).encode() + b"\n\n" for i in range(number)
    )
    index = EventIndex()
    index.take(body, ((0.5, len(body)),))
    return index


class Counted(EventRows):
    def __init__(self, index: EventIndex) -> None:
        super().__init__(index)
        self.asked: list[int] = []

    def row(self, index: int, width: int) -> Content:
        self.asked.append(index)
        return super().row(index, width)


class Window(App[None]):
    def __init__(self, rows: EventRows | TextRows) -> None:
        super().__init__()
        self.view = RowsView(rows)

    def compose(self) -> ComposeResult:
        yield self.view


async def test_of_thousands_of_events_the_visible_ones_alone_are_laid_out() -> None:
    rows = Counted(stream(20_000))
    app = Window(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert set(rows.asked) <= set(range(24))
        rows.asked.clear()
        app.view.focus()
        await pilot.press("end")
        await pilot.pause()
        assert app.view.cursor == 19_999
        assert set(rows.asked) <= {0, *range(19_970, 20_000)}


async def test_keys_move_and_enter_chooses() -> None:
    rows = EventRows(stream(100))
    app = Window(rows)
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.focus()
        await pilot.press("down", "j", "pagedown", "up")
        assert app.view.cursor == 24
        assert app.view.scroll_offset.y == 2
        await pilot.press("home")
        assert (app.view.cursor, app.view.scroll_offset.y) == (0, 0)


def test_an_opened_event_shows_all_of_it_and_the_others_move_down() -> None:
    rows = EventRows(stream(10))
    rows.toggle(3)
    details = rows.rows_of(3, 80) - 1

    assert rows.height(80) == 10 + details
    assert rows.row(3, 80).plain.startswith("▾    4")
    assert "bytes" in rows.row(4, 80).plain
    assert any('"content": "word3"' in rows.row(i, 80).plain for i in range(4, 4 + details))
    assert rows.row_of(4, 80) == 4 + details
    assert [rows.event_at(row, 80) for row in (3, 4, 3 + details, 4 + details)] == [3, 3, 3, 4]
    rows.toggle(3)
    assert rows.height(80) == 10


def test_several_open_events_keep_their_rows_apart() -> None:
    rows = EventRows(stream(6))
    for number in (4, 1, 2):
        rows.toggle(number)

    seen = [rows.event_at(row, 60) for row in range(rows.height(60))]
    assert seen == sorted(seen)
    assert set(seen) == set(range(6))
    assert all(rows.event_at(rows.row_of(number, 60), 60) == number for number in range(6))


def test_words_are_found_in_the_row_that_shows_them() -> None:
    rows = TextRows([("x" * 30 + "needle" + "x" * 30, "text"), ("another Needle", "text")])

    found = rows.find("needle", 20)

    assert len(found) == 2
    assert "needle" in rows.row(found[0], 20).plain + rows.row(found[0] + 1, 20).plain
    assert "Needle" in rows.row(found[1], 20).plain


@given(st.text(max_size=80), st.integers(1, 30))
def test_cutting_loses_nothing_and_fits(text: str, width: int) -> None:
    ends = cuts(text, width)
    parts = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    assert "".join(parts) == text
    assert all(sum(map(cell_len, part)) <= width or len(part) == 1 for part in parts)


@given(st.text(alphabet='{}[]:," \\ab1', max_size=60))
def test_colouring_loses_no_character(line: str) -> None:
    assert "".join(text for text, _ in coloured(line)) == line


def test_names_texts_and_numbers_are_told_apart() -> None:
    assert coloured('  "a": "b",') == [
        ("  ", ""),
        ('"a"', "$text-accent"),
        (": ", "$foreground 60%"),
        ('"b"', "$text-success"),
        (",", "$foreground 60%"),
    ]
    assert ("12.5", "$text-warning") in coloured('"n": 12.5')


@given(st.text(alphabet="ab \u3042", max_size=60), st.integers(2, 20))
def test_cutting_between_words_loses_nothing_either(text: str, width: int) -> None:
    ends = word_cuts(text, width)
    parts = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    assert "".join(parts) == text
    assert all(cell_len(part.rstrip(" ")) <= width for part in parts)


def test_prose_is_cut_between_words() -> None:
    rows = TextRows([("the text stops before it is closed", "muted")])

    assert [rows.row(i, 20).plain.rstrip() for i in range(rows.height(20))] == [
        "the text stops",
        "  before it is",
        "  closed",
    ]
