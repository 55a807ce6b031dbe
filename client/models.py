"""The models of a service: ``groq.models``."""

from urllib.parse import quote

from typing_extensions import Unpack

from client.config import CallOptions
from client.errors import ValidationError
from client.exchange import Exchange
from client.types.models import Model, ModelList
from client.wire import Wire


class Models:
    """Asks which models there are."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, **call: Unpack[CallOptions]) -> tuple[Model, ...]:
        """All models, in the service's order. Raises APIError, TransportError."""
        return (await Exchange.of_call(self._wire, "GET", "/models", call).fetch(ModelList)).data

    async def get(self, model: str, **call: Unpack[CallOptions]) -> Model:
        """One model by its id. Raises ModelNotFoundError where there is none of that name."""
        if {"", ".", ".."} & set(model.strip().split("/")):
            raise ValidationError(
                "`model` must be the id of a model, such as 'openai/gpt-oss-20b'."
            )
        # Most ids hold a slash, and the service wants it as it is.
        path = f"/models/{quote(model, safe='/')}"
        return await Exchange.of_call(self._wire, "GET", path, call).fetch(Model)
