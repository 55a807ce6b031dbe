"""Which models there are, as last heard."""

import time
from collections.abc import Callable

from client import GroqClient, Model
from workbench.listing import ModelListing
from workbench.ports import ModelListStore


class ModelCatalogue:
    """The service's list of models: as it said in this run, or else as it said in an earlier one.

    Args:
        store: where the last list is kept; without one it lasts as long as this.
        wall_time: Unix seconds.

    """

    def __init__(
        self,
        groq: GroqClient,
        *,
        store: ModelListStore | None = None,
        wall_time: Callable[[], float] = time.time,
    ) -> None:
        self._groq = groq
        self._store = store
        self._wall_time = wall_time
        self._listing = ModelListing()
        self._heard = False
        self._looked = store is None
        self._subscribers: list[Callable[[], None]] = []

    @property
    def models(self) -> tuple[Model, ...]:
        """All models, as the service lists them; none until there is a list."""
        return self._listing.models

    @property
    def listed_at(self) -> float | None:
        """When the service said so, Unix seconds; ``None`` while there is no list."""
        return self._listing.at

    @property
    def age(self) -> float | None:
        """Seconds since then, never less than none; ``None`` while there is no list."""
        at = self._listing.at
        return None if at is None else max(0.0, self._wall_time() - at)

    @property
    def recalled(self) -> bool:
        """Whether the list is of an earlier run, because this one got none yet."""
        return self._listing.at is not None and not self._heard

    @property
    def chat_models(self) -> tuple[Model, ...]:
        """The models one can chat with, by id; those that do not say what they give are in."""
        return tuple(sorted(filter(answers_in_text, self.models), key=lambda model: model.id))

    def get(self, model: str) -> Model | None:
        """The model of that id, ``None`` when it is not listed or nothing was heard yet."""
        return next((one for one in self.models if one.id == model), None)

    async def recall(self) -> None:
        """Bring back the last list of an earlier run, unless there is one already."""
        if self._looked or self._store is None:
            return
        self._looked = True
        listing = await self._store.load()
        if listing is not None and not self._heard:
            self._listing = listing
            self._tell()

    async def refresh(self) -> tuple[Model, ...]:
        """Ask the service. Raises GroqError; what was known before is then still there."""
        await self.recall()
        models = await self._groq.models.list()
        self._listing = ModelListing(models=models, at=self._wall_time())
        self._heard = True
        self._tell()
        if self._store is not None:
            await self._store.save(self._listing)
        return models

    def subscribe(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have ``tell()`` called when there is another list; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)

    def _tell(self) -> None:
        for tell in tuple(self._subscribers):
            tell()


def answers_in_text(model: Model) -> bool:
    """Whether one can chat with it; a model that does not say what it gives may be one."""
    modalities = model.output_modalities
    return model.active is not False and (modalities is None or "text" in modalities)


def transcribes(model: Model) -> bool:
    """Whether it turns speech into text, by its own word or, without one, by its name."""
    modalities = model.output_modalities
    if modalities is None:
        return model.active is not False and "whisper" in model.id.lower()
    return model.active is not False and "transcription" in modalities
