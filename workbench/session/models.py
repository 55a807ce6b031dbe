"""Which models there are, as last heard."""

from client import GroqClient, Model


class ModelCatalogue:
    """The service's list of models; empty until ``refresh`` has succeeded once."""

    def __init__(self, groq: GroqClient) -> None:
        self._groq = groq
        self._models: tuple[Model, ...] = ()

    @property
    def models(self) -> tuple[Model, ...]:
        """All models, as the service lists them."""
        return self._models

    @property
    def chat_models(self) -> tuple[Model, ...]:
        """The models one can chat with, by id; those that do not say what they give are in."""
        return tuple(sorted(filter(_answers_in_text, self._models), key=lambda model: model.id))

    def get(self, model: str) -> Model | None:
        """The model of that id, ``None`` when it is not listed or nothing was heard yet."""
        return next((one for one in self._models if one.id == model), None)

    async def refresh(self) -> tuple[Model, ...]:
        """Ask the service. Raises GroqError; what was known before is then still there."""
        self._models = await self._groq.models.list()
        return self._models


def _answers_in_text(model: Model) -> bool:
    modalities = model.output_modalities
    return model.active is not False and (modalities is None or "text" in modalities)
