"""What every value of the wire has in common. No I/O."""

from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

Unspecified: TypeAlias = object
"""A JSON value whose form the service leaves open; ``object`` is often a field's name here."""


class WireValue(BaseModel):
    """A frozen value in the service's own form; fields the client does not know yet are kept.

    Unknown fields are readable as attributes and under ``model_extra``, and survive
    ``model_dump``. Validation errors never print the offending input, which may hold a secret.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="allow",
        hide_input_in_errors=True,
        protected_namespaces=(),
        defer_build=False,
    )
