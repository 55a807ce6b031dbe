"""The workspaces there are, in the order of their tabs. No widgets."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

PlaceName: TypeAlias = Literal["chat", "models", "inspector", "microphone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A workspace; ``purpose`` says in a line what one does there."""

    name: PlaceName
    title: str
    purpose: str


PLACES: Final = (
    Place(name="chat", title="Chat", purpose="Ask a model and see its answer arrive"),
    Place(name="models", title="Models", purpose="Compare models, race them, choose one"),
    Place(name="inspector", title="Inspector", purpose="Debug tool calls; see the wire"),
    Place(name="microphone", title="Microphone", purpose="Record, transcribe, open sound files"),
)


def next_place(name: PlaceName, step: int) -> PlaceName:
    """The place ``step`` tabs further, round the ends."""
    names = [place.name for place in PLACES]
    return names[(names.index(name) + step) % len(names)]
