"""The models a service offers. No I/O."""

from client.types.base import Unspecified, WireValue


class Pricing(WireValue):
    """Prices as decimal text, USD per token (per character for speech); "0" means free."""

    prompt: str | None = None
    completion: str | None = None
    input_cache_read: str | None = None
    image: str | None = None
    request: str | None = None


class Model(WireValue):
    """One model. Only ``id`` is certain: what the service does not say is ``None``."""

    id: str
    object: str = "model"
    created: int | None = None
    owned_by: str | None = None
    active: bool | None = None
    name: str | None = None
    context_window: int | None = None
    max_completion_tokens: int | None = None
    context_length: int | None = None
    max_output_length: int | None = None
    hugging_face_id: str | None = None
    input_modalities: tuple[str, ...] | None = None
    output_modalities: tuple[str, ...] | None = None
    pricing: Pricing | None = None
    supported_features: tuple[str, ...] | None = None
    supported_sampling_parameters: tuple[str, ...] | None = None
    public_apps: Unspecified = None

    def supports(self, feature: str) -> bool | None:
        """Whether the model has a feature such as ``"tools"``; ``None`` when unsaid."""
        if self.supported_features is None:
            return None
        return feature in self.supported_features


class ModelList(WireValue):
    """The answer to ``GET /models``; it is never paged."""

    object: str = "list"
    data: tuple[Model, ...]
