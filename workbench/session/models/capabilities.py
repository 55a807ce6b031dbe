"""What a model can do, by the service's own word. Pure."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from client import Model

CapabilityName: TypeAlias = Literal["tools", "vision", "schema", "reasoning", "hears", "speaks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One thing that some models can do.

    Attributes:
        letter: its sign in a table; its title begins with it.
        title: its name in a legend.
        meaning: what it is, in a few words.

    """

    name: CapabilityName
    letter: str
    title: str
    meaning: str


CAPABILITIES: Final = (
    Capability(name="tools", letter="T", title="Tools", meaning="calls tools"),
    Capability(name="vision", letter="V", title="Vision", meaning="looks at images"),
    Capability(name="schema", letter="J", title="JSON schema", meaning="answers by a JSON schema"),
    Capability(name="reasoning", letter="R", title="Reasoning", meaning="thinks first"),
    Capability(name="hears", letter="A", title="Audio in", meaning="hears speech"),
    Capability(name="speaks", letter="S", title="Speech", meaning="speaks"),
)
"""In the order of every table and legend."""

_FEATURES: Final = {"tools": "tools", "schema": "structured_outputs", "reasoning": "reasoning"}


def can(model: Model, capability: CapabilityName) -> bool | None:
    """Whether the service says so; ``None`` when it says nothing of the kind.

    Tools, schema and reasoning are features that it names. What goes in and comes out are
    modalities (groq-api 8).
    """
    match capability:
        case "tools" | "schema" | "reasoning":
            return model.supports(_FEATURES[capability])
        case "vision":
            return _among("image", model.input_modalities)
        case "hears":
            return _among("audio", model.input_modalities)
        case "speaks":
            return _among("speech", model.output_modalities)


def abilities(model: Model) -> tuple[Capability, ...]:
    """Everything the service says it can do."""
    return tuple(one for one in CAPABILITIES if can(model, one.name))


def _among(word: str, words: tuple[str, ...] | None) -> bool | None:
    return None if words is None else word in words
