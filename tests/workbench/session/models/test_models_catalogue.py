"""The list of models from run to run."""

import pytest

from client import ConnectionError, GroqClient, Model  # noqa: A004 - the client's
from client.testing import FakeResponse, FakeTransport
from workbench.listing import ModelListing
from workbench.session.models.catalogue import ModelCatalogue, answers_in_text, transcribes

LISTED = FakeResponse.json({"object": "list", "data": [{"id": "new"}]})
DOWN = ConnectionError("down")


class MemoryListStore:
    """The list of an earlier run."""

    def __init__(self, *models: str, at: float = 50.0) -> None:
        listed = tuple(Model(id=name) for name in models)
        self.listing = ModelListing(models=listed, at=at) if models else None
        self.loads = 0

    async def load(self) -> ModelListing | None:
        self.loads += 1
        return self.listing

    async def save(self, listing: ModelListing) -> None:
        self.listing = listing


def catalogue(
    *answers: FakeResponse | Exception, store: MemoryListStore | None = None
) -> ModelCatalogue:
    groq = GroqClient(transport=FakeTransport(*answers), api_key="gsk_test", retry=None)
    return ModelCatalogue(groq, store=store, wall_time=lambda: 100.0)


def ids(models: ModelCatalogue) -> list[str]:
    return [model.id for model in models.models]


async def test_a_list_that_was_heard_is_kept_with_its_date() -> None:
    store = MemoryListStore("old")
    models = catalogue(LISTED, store=store)
    told: list[bool] = []
    models.subscribe(lambda: told.append(models.recalled))

    await models.refresh()

    assert ids(models) == ["new"]
    assert (models.listed_at, models.recalled) == (100.0, False)
    assert store.listing == ModelListing(models=(Model(id="new"),), at=100.0)
    assert told == [True, False]


async def test_without_the_service_the_last_list_is_there_and_says_how_old_it_is() -> None:
    models = catalogue(DOWN, store=MemoryListStore("old"))

    with pytest.raises(ConnectionError):
        await models.refresh()

    assert ids(models) == ["old"]
    assert (models.listed_at, models.recalled) == (50.0, True)


async def test_what_was_heard_in_this_run_is_never_replaced_by_an_older_list() -> None:
    store = MemoryListStore("old")
    models = catalogue(LISTED, DOWN, store=store)

    await models.refresh()
    with pytest.raises(ConnectionError):
        await models.refresh()
    await models.recall()

    assert ids(models) == ["new"]
    assert not models.recalled
    assert store.loads == 1


async def test_without_a_list_there_is_no_date() -> None:
    models = catalogue(DOWN, store=MemoryListStore())

    await models.recall()

    assert (models.models, models.listed_at, models.recalled) == ((), None, False)


@pytest.mark.parametrize(
    ("fields", "chats", "hears"),
    [
        ({"output_modalities": ["text"]}, True, False),
        ({"output_modalities": ["transcription"]}, False, True),
        ({"output_modalities": ["speech"]}, False, False),
        ({"output_modalities": ["transcription"], "active": False}, False, False),
        ({"output_modalities": ["text"], "active": False}, False, False),
        ({}, True, False),
    ],
)
def test_a_model_is_for_what_it_gives(fields: dict[str, object], chats: bool, hears: bool) -> None:
    model = Model.model_validate({"id": "a", **fields})

    assert (answers_in_text(model), transcribes(model)) == (chats, hears)


def test_a_service_that_says_little_still_has_its_whisper() -> None:
    assert transcribes(Model(id="whisper-large-v3"))
