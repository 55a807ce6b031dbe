"""The last list of models, on disk."""

import json
import os
import stat
from pathlib import Path

import pytest

from client import Model
from workbench.adapters import model_list
from workbench.adapters.model_list import ModelListFile
from workbench.listing import ModelListing

LISTING = ModelListing(
    models=(
        Model.model_validate(
            {"id": "openai/gpt-oss-20b", "pricing": {"prompt": "0.1"}, "brand_new": {"field": [1]}}
        ),
        Model(id="b"),
    ),
    at=1_763_000_000.5,
)


@pytest.fixture
def file(tmp_path: Path) -> ModelListFile:
    return ModelListFile(tmp_path / "state" / "models", service="api.groq.com")


async def test_a_list_comes_back_with_every_field_the_service_sent(file: ModelListFile) -> None:
    await file.save(LISTING)

    found = await ModelListFile(file.path.parent, service="api.groq.com").load()

    assert found is not None
    assert found == LISTING
    assert found.models[0].model_extra == {"brand_new": {"field": [1]}}
    assert found.models[1].model_dump(exclude_unset=True) == {"id": "b"}


async def test_each_service_has_a_list_of_its_own(file: ModelListFile) -> None:
    other = ModelListFile(file.path.parent, service="api.groq.com:8443")
    traversing = ModelListFile(file.path.parent, service="../../etc/passwd")

    await file.save(LISTING)

    assert await other.load() is None
    assert len({file.path, other.path, traversing.path}) == 3
    assert traversing.path.parent == file.path.parent


async def test_only_its_owner_can_read_it_and_nothing_is_left_beside_it(
    file: ModelListFile,
) -> None:
    old = os.umask(0o022)
    try:
        await file.save(LISTING)
        await file.save(LISTING)
    finally:
        os.umask(old)

    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"service": "other", "listed_at": 1, "data": []}',
        '{"service": "api.groq.com", "listed_at": "yesterday", "data": []}',
        '{"service": "api.groq.com", "listed_at": NaN, "data": []}',
        '{"service": "api.groq.com", "listed_at": 1e300, "data": []}',
        '{"service": "api.groq.com", "listed_at": 1, "data": [{"id": 7}]}',
        "[" * 100_000,
    ],
)
async def test_what_is_no_list_is_no_list(file: ModelListFile, text: str) -> None:
    _put(file.path, text)

    assert await file.load() is None


async def test_a_file_too_large_to_be_ours_is_not_read(
    file: ModelListFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file.save(LISTING)
    monkeypatch.setattr(model_list, "MAX_BYTES", 10)

    assert await file.load() is None


async def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    _put(blocked, "in the way")

    file = ModelListFile(blocked, service="api.groq.com")
    await file.save(LISTING)

    assert await file.load() is None


async def test_what_is_kept_is_json_that_names_its_service(file: ModelListFile) -> None:
    await file.save(LISTING)

    kept = json.loads(file.path.read_text())
    assert kept["service"] == "api.groq.com"
    assert kept["data"][1] == {"id": "b"}


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
