"""What is known of a model, and who says so."""

import json
from pathlib import Path

import pytest

from client import Model
from workbench.measurement import Measurement
from workbench.session.measurements import ModelFigures
from workbench.session.models.capabilities import CAPABILITIES, abilities, can
from workbench.session.models.documented import AS_OF, DOCUMENTED
from workbench.session.models.prices import Price, Prices, said_prices
from workbench.session.models.rows import Fact, ModelRow, rows_of


def model(name: str = "a", **fields: object) -> Model:
    return Model.model_validate({"id": name, **fields})


def row(one: Model) -> ModelRow:
    return rows_of([one], lambda _: None)[0]


def test_what_a_model_can_is_the_services_word_and_silence_is_not_a_no() -> None:
    said = model(
        supported_features=["tools", "structured_outputs"],
        input_modalities=["text", "image"],
        output_modalities=["text"],
    )

    assert [one.name for one in abilities(said)] == ["tools", "vision", "schema"]
    assert can(said, "reasoning") is False
    assert can(said, "hears") is False
    assert [can(model(), one.name) for one in CAPABILITIES] == [None] * len(CAPABILITIES)


def test_sound_that_goes_in_and_speech_that_comes_out_are_seen_in_the_modalities() -> None:
    whisper = model(input_modalities=["audio"], output_modalities=["transcription"])
    orpheus = model(input_modalities=["text"], output_modalities=["speech"])

    assert [one.letter for one in abilities(whisper)] == ["A"]
    assert [one.letter for one in abilities(orpheus)] == ["S"]


def test_prices_are_written_per_token_and_read_per_million() -> None:
    said = said_prices(
        model(
            pricing={
                "prompt": "0.000000075",
                "completion": "0.0000003",
                "input_cache_read": "0.0000000375",
            }
        )
    )

    assert said == Prices(
        input=Price(dollars=0.075), cached_input=Price(dollars=0.0375), output=Price(dollars=0.3)
    )


def test_speech_costs_by_the_character() -> None:
    said = said_prices(model(output_modalities=["speech"], pricing={"prompt": "0.000022"}))

    assert said.input == Price(dollars=22.0, unit="1M characters")
    assert said.output is None


@pytest.mark.parametrize("text", ["", "free", "nan", "inf", "-1", None])
def test_a_price_that_is_none_is_unknown_and_not_free(text: str | None) -> None:
    assert said_prices(model(pricing={"prompt": text})).input is None


def test_a_price_of_nothing_is_free_and_not_unknown() -> None:
    assert said_prices(model(pricing={"prompt": "0"})).input == Price(dollars=0.0)


def test_the_service_has_the_first_word_on_prices_and_the_documentation_the_last() -> None:
    said = row(model("openai/gpt-oss-20b", pricing={"prompt": "0.000001"}))
    silent = row(model("openai/gpt-oss-20b"))

    assert said.input_price == Fact(value=Price(dollars=1.0), source="service")
    assert said.output_price == Fact(value=Price(dollars=0.3), source="documentation")
    assert silent.input_price == Fact(value=Price(dollars=0.075), source="documentation")
    assert row(model("new/unheard-of")).input_price is None


def test_what_was_measured_is_that_models_own() -> None:
    figures = ModelFigures.of([Measurement(model="a", at=1.0, time_to_first_token=0.2)])
    measured, unmeasured = rows_of(
        [model("a"), model("b")], lambda name: figures if name == "a" else None
    )

    assert measured.first_token is not None
    assert measured.first_token.value == 0.2
    assert measured.speed is None
    assert (unmeasured.first_token, unmeasured.figures) == (None, None)


def test_what_is_documented_is_dated_and_for_some_is_the_only_word_there_is() -> None:
    assert AS_OF.year == 2026
    hour = DOCUMENTED["whisper-large-v3-turbo"].prices.input
    assert hour == Price(dollars=0.04, unit="hour")
    assert DOCUMENTED["qwen/qwen3.6-27b"].stage == "retired"
    assert DOCUMENTED["qwen/qwen3.6-27b"].until is not None


def test_the_recorded_list_of_the_service_is_read_whole(wire: Path) -> None:
    body = json.loads((wire / "rig-models-list-models-smoke" / "body.bin").read_bytes())
    rows = rows_of([Model.model_validate(one) for one in body["data"]], lambda _: None)
    by_id = {one.id: one for one in rows}

    assert len(rows) == len(body["data"])
    oss = by_id["openai/gpt-oss-20b"]
    assert (oss.context, oss.max_output) == (131_072, 65_536)
    assert oss.input_price == Fact(value=Price(dollars=0.075), source="service")
    assert [one.letter for one in abilities(oss.model)] == ["T", "J", "R"]
    whisper = by_id["whisper-large-v3"]
    assert [one.letter for one in abilities(whisper.model)] == ["A"]
    assert whisper.can("tools") is None
    assert whisper.input_price == Fact(
        value=Price(dollars=0.111, unit="hour"), source="documentation"
    )
    orpheus = by_id["canopylabs/orpheus-v1-english"]
    assert orpheus.input_price == Fact(
        value=Price(dollars=22.0, unit="1M characters"), source="service"
    )
