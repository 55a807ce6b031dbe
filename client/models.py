"""The models of a service: ``groq.models``."""

from urllib.parse import quote

from client.errors import ValidationError
from client.exchange import Exchange
from client.types.models import Model, ModelList
from client.wire import Wire


class Models:
    """Asks which models there are."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self) -> tuple[Model, ...]:
        """All models, in the service's order. Raises APIError, TransportError."""
        return (await Exchange(self._wire, "GET", "/models").fetch(ModelList)).data

    async def get(self, model: str) -> Model:
        """One model by its id. Raises ModelNotFoundError where there is none of that name."""
        if {"", ".", ".."} & set(model.strip().split("/")):
            raise ValidationError(
                "`model` must be the id of a model, such as 'openai/gpt-oss-20b'."
            )
        # Most ids hold a slash, and the service wants it as it is.
        return await Exchange(self._wire, "GET", f"/models/{quote(model, safe='/')}").fetch(Model)
