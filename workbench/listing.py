"""A list of models and when it was heard. A value; no I/O."""

from dataclasses import dataclass

from client import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListing:
    """What a service said of its models; ``at`` is Unix seconds, ``None`` when it never did."""

    models: tuple[Model, ...] = ()
    at: float | None = None
