"""The order of the models, and which of them are meant."""

import pytest

from client import Model
from workbench.measurement import Measurement
from workbench.session.measurements import ModelFigures
from workbench.session.models.filtering import Filter, best, match_rows
from workbench.session.models.rows import ModelRow, rows_of
from workbench.session.models.sorting import ColumnName, Sort, sort_rows

LISTED = (
    {"id": "openai/gpt-oss-20b", "owned_by": "OpenAI", "context_window": 131_072},
    {"id": "allam-2-7b", "owned_by": "SDAIA", "context_window": 4096},
    {"id": "openai/gpt-oss-120b", "owned_by": "OpenAI", "context_window": 131_072},
    {"id": "qwen/qwen3.8-27b", "owned_by": "Alibaba Cloud"},
    {"id": "canopylabs/orpheus", "name": "Canopy Labs Orpheus", "output_modalities": ["speech"]},
)
SPEEDS = {"openai/gpt-oss-20b": 900.0, "allam-2-7b": 1100.0}


def rows() -> tuple[ModelRow, ...]:
    def figures(name: str) -> ModelFigures | None:
        speed = SPEEDS.get(name)
        return ModelFigures.of(
            [Measurement(model=name, at=1.0, tokens_per_second=speed)] if speed else ()
        )

    return rows_of([Model.model_validate(one) for one in LISTED], figures)


def ids(sorted_rows: tuple[ModelRow, ...]) -> list[str]:
    return [row.id for row in sorted_rows]


def found(text: str, *capabilities: str) -> list[str]:
    wanted = Filter(text=text, capabilities=frozenset(capabilities))  # type: ignore[arg-type]
    return [match.row.id for match in match_rows(rows(), wanted)]


def test_models_come_by_their_names_at_first() -> None:
    assert ids(sort_rows(rows(), Sort())) == [
        "allam-2-7b",
        "canopylabs/orpheus",
        "openai/gpt-oss-120b",
        "openai/gpt-oss-20b",
        "qwen/qwen3.8-27b",
    ]


def test_what_is_fast_or_large_comes_first_and_what_is_cheap_or_quick() -> None:
    assert Sort.by("speed").descending
    assert Sort.by("context").descending
    assert not Sort.by("first_token").descending
    assert not Sort.by("price_in").descending
    assert Sort.by("speed").reversed == Sort(column="speed", descending=False)


@pytest.mark.parametrize("descending", [False, True])
def test_what_is_unknown_comes_last_either_way(descending: bool) -> None:
    ordered = ids(sort_rows(rows(), Sort(column="speed", descending=descending)))

    fast = ["allam-2-7b", "openai/gpt-oss-20b"]
    assert ordered[:2] == (fast if descending else fast[::-1])
    assert ordered[2:] == ["canopylabs/orpheus", "openai/gpt-oss-120b", "qwen/qwen3.8-27b"]


def test_equal_ones_come_by_their_names() -> None:
    assert ids(sort_rows(rows(), Sort(column="context", descending=True)))[:3] == [
        "openai/gpt-oss-120b",
        "openai/gpt-oss-20b",
        "allam-2-7b",
    ]


@pytest.mark.parametrize(
    "column",
    [
        "model",
        "owner",
        "context",
        "output",
        "can",
        "price_in",
        "price_out",
        "documented",
        "first_token",
        "speed",
        "answers",
        "active",
    ],
)
def test_every_column_can_order_rows_of_which_little_is_known(column: ColumnName) -> None:
    assert sorted(ids(sort_rows(rows(), Sort.by(column)))) == sorted(ids(rows()))


def test_every_word_typed_must_be_in_the_id_the_owner_or_the_name() -> None:
    assert found("oss 20") == ["openai/gpt-oss-20b", "openai/gpt-oss-120b"]
    assert found("alibaba") == ["qwen/qwen3.8-27b"]
    assert found("labs canopy") == ["canopylabs/orpheus"]
    assert found("OPENAI 120") == ["openai/gpt-oss-120b"]
    assert found("") == ids(rows())


def test_letters_in_order_are_enough_where_nothing_has_the_words() -> None:
    assert found("gptoss120") == ["openai/gpt-oss-120b"]
    assert found("qw27") == ["qwen/qwen3.8-27b"]
    assert found("zzz") == []


def test_the_best_match_is_the_one_where_a_word_begins() -> None:
    likely = best(match_rows(rows(), Filter(text="20b")))

    assert likely is not None
    assert likely.row.id == "openai/gpt-oss-20b"
    assert [likely.row.id[place] for place in likely.places] == ["2", "0", "b"]
    assert best(()) is None


def test_a_capability_is_asked_for_and_silence_is_not_enough() -> None:
    assert found("", "speaks") == ["canopylabs/orpheus"]
    assert found("", "tools") == []
    assert found("open", "speaks") == []


def test_toggling_a_capability_twice_changes_nothing() -> None:
    once = Filter().toggled("tools")

    assert once.capabilities == {"tools"}
    assert not once.empty
    assert once.toggled("tools") == Filter()
    assert Filter(text="  ").empty
