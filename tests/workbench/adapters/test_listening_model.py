"""What the demo hears words with."""

from pathlib import Path

import pytest

from workbench.adapters import listening_model
from workbench.adapters.listening_model import (
    VARIABLE,
    DeafError,
    ListeningModel,
    find_listening_model,
    hub_cache,
)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening_model, "can_listen", lambda: True)


def put_model(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    return folder


def in_hub(cache: Path, size: str) -> Path:
    return put_model(cache / f"models--Systran--faster-whisper-{size}" / "snapshots" / "0123abc")


def test_a_folder_that_was_named_is_taken(tmp_path: Path) -> None:
    folder = put_model(tmp_path / "whisper-base")

    by_option = find_listening_model(str(folder), {VARIABLE: "tiny"}, ())
    by_variable = find_listening_model(None, {VARIABLE: str(folder)}, ())

    assert by_option == by_variable == ListeningModel(location=str(folder))
    assert by_option is not None
    assert by_option.title == "Whisper base"


def test_a_name_on_the_hub_is_taken_as_it_is() -> None:
    model = find_listening_model("Systran/faster-whisper-small.en", {}, ())

    assert model is not None
    assert model.location == "Systran/faster-whisper-small.en"
    assert model.title == "Whisper small.en"
    assert ListeningModel(location="large-v3").title == "Whisper large-v3"


def test_unasked_it_takes_the_best_that_is_here(tmp_path: Path) -> None:
    places = (tmp_path / "models", tmp_path / "hub")
    assert find_listening_model(None, {}, places) is None

    in_hub(tmp_path / "hub", "tiny")
    in_hub(tmp_path / "hub", "large-v3")
    found = find_listening_model(None, {}, places)
    assert found is not None
    assert found.title == "Whisper tiny"

    put_model(tmp_path / "models" / "whisper-base")
    found = find_listening_model(None, {}, places)
    assert found is not None
    assert found.title == "Whisper base"


def test_it_can_be_told_not_to(tmp_path: Path) -> None:
    put_model(tmp_path / "whisper-base")

    assert find_listening_model(None, {VARIABLE: "off"}, (tmp_path,)) is None
    assert find_listening_model("off", {}, (tmp_path,)) is None


def test_without_the_recogniser_nothing_is_found_and_asking_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_model(tmp_path / "whisper-base")
    monkeypatch.setattr(listening_model, "can_listen", lambda: False)

    assert find_listening_model(None, {}, (tmp_path,)) is None
    with pytest.raises(DeafError, match=r"groq-workbench\[listen\]"):
        find_listening_model("base", {}, ())


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    for wanted in (str(tmp_path), str(tmp_path / "missing"), "~/no-such-model-here"):
        with pytest.raises(DeafError, match=r"has no model\.bin"):
            find_listening_model(wanted, {}, ())


def test_the_hub_s_cache_is_where_its_program_keeps_it(tmp_path: Path) -> None:
    assert hub_cache({}, tmp_path) == tmp_path / ".cache" / "huggingface" / "hub"
    assert hub_cache({"HF_HOME": "/hf"}, tmp_path) == Path("/hf/hub")
    assert hub_cache({"HF_HUB_CACHE": "/cache", "HF_HOME": "/hf"}, tmp_path) == Path("/cache")
