"""Which columns of the models fit, and where they stand."""

import pytest

from client import Model
from tests.model_stage import LISTED, earlier
from workbench.session.measurements import ModelFigures
from workbench.session.models.filtering import Filter, match_rows
from workbench.session.models.rows import ModelRow, rows_of
from workbench.session.models.sorting import ColumnName, Sort
from workbench.widgets.models.cells import cell, dollars, letters, name
from workbench.widgets.models.columns import COLUMNS, Widths, headings, lay_out, line
from workbench.widgets.models.moments import old

ROWS = rows_of(
    [Model.model_validate(one) for one in LISTED],
    lambda model: (
        ModelFigures.of(earlier(model, 12, first=0.182, speed=938.0))
        if "oss-20b" in model
        else None
    ),
)


WIDTHS = Widths.of(ROWS)


def row(model: str) -> ModelRow:
    return next(one for one in ROWS if one.id == model)


@pytest.mark.parametrize("width", range(30, 200))
def test_no_line_is_ever_wider_than_the_table_and_every_title_stands_above_its_column(
    width: int,
) -> None:
    layout = lay_out(WIDTHS, width)
    _, titles = headings(layout, Sort(column="speed", descending=True)).plain.split("\n")

    for match in match_rows(ROWS, Filter()):
        text = line(match, layout, marked=True, used="●")
        assert text.cell_length <= width
        for placed in layout.placed:
            shown = text.plain[placed.start : placed.start + placed.width]
            assert shown.strip() == cell(match.row, placed.column.name).plain
    for placed in layout.placed:
        shown = titles[placed.start : placed.start + placed.width]
        assert placed.column.title in shown
    assert len(titles) <= width + 1


def test_a_narrow_table_keeps_what_matters_most() -> None:
    assert lay_out(WIDTHS, 78).order == (
        "model",
        "context",
        "can",
        "price_in",
        "price_out",
        "first_token",
        "speed",
        "answers",
    )
    assert lay_out(WIDTHS, 50).order == ("model", "can", "speed")
    assert lay_out(WIDTHS, 160).order == ("model", *(column.name for column in COLUMNS))


def test_a_column_is_found_by_where_one_points() -> None:
    layout = lay_out(WIDTHS, 160)

    assert layout.at(0) == "model"
    for placed in layout.placed:
        assert layout.at(placed.start) == placed.column.name
        assert layout.at(placed.start + placed.width - 1) == placed.column.name
    assert layout.at(159) is None


def test_a_name_that_is_too_long_keeps_its_end() -> None:
    guard = row("meta-llama/llama-prompt-guard-2-86m")

    assert name(guard, 40).plain.rstrip() == "meta-llama/llama-prompt-guard-2-86m"
    assert name(guard, 30).plain == "meta…/llama-prompt-guard-2-86m"
    assert name(guard, 25).plain == "…llama-prompt-guard-2-86m"
    assert all(name(guard, width).cell_length == width for width in range(1, 60))


@pytest.mark.parametrize(
    ("model", "column", "shown"),
    [
        ("openai/gpt-oss-20b", "context", "131k"),
        ("openai/gpt-oss-20b", "can", "T·JR··"),
        ("openai/gpt-oss-20b", "price_in", "0.075"),
        ("openai/gpt-oss-20b", "documented", "1,000"),
        ("openai/gpt-oss-20b", "first_token", "182 ms"),
        ("openai/gpt-oss-20b", "speed", "938"),
        ("openai/gpt-oss-20b", "answers", "12"),
        ("openai/gpt-oss-120b", "speed", "—"),
        ("openai/gpt-oss-120b", "answers", "—"),
        ("whisper-large-v3", "price_in", "hour"),
        ("whisper-large-v3", "documented", "189x"),
        ("whisper-large-v3", "can", "—·——A·"),
        ("canopylabs/orpheus-v1-english", "price_in", "chars"),
        ("canopylabs/orpheus-v1-english", "price_out", "—"),
        ("allam-2-7b", "price_in", "—"),
        ("groq/compound", "active", "no"),
    ],
)
def test_a_cell_says_what_is_known_and_a_dash_what_is_not(
    model: str, column: ColumnName, shown: str
) -> None:
    assert cell(row(model), column).plain == shown


def test_a_service_that_says_little_leaves_dashes_and_no_zeros() -> None:
    bare = rows_of([Model(id="bare")], lambda _: None)[0]

    assert letters(bare).plain == "—"
    assert {cell(bare, column.name).plain for column in COLUMNS} == {"—"}


def test_prices_keep_the_digits_that_matter() -> None:
    assert [dollars(price) for price in (0.0375, 0.075, 4.0, 22.0, 0.0)] == [
        "0.0375",
        "0.075",
        "4.00",
        "22.00",
        "0.00",
    ]


def test_an_age_is_said_in_its_largest_unit() -> None:
    assert [old(seconds) for seconds in (5, 90, 7200, 86_400, 3 * 86_400)] == [
        "5 s",
        "1 min",
        "2 h",
        "24 h",
        "3 days",
    ]
