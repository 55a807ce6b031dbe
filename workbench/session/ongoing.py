"""What goes on in a workspace that another one should show, such as a recording."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Urgency: TypeAlias = Literal["calm", "alert"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A few words for the title bar, such as "REC 00:12"."""

    text: str
    urgency: Urgency = "calm"


class Ongoing:
    """The signs shown now, by what they are about; whoever does something puts one up."""

    def __init__(self) -> None:
        self._signs: dict[str, Sign] = {}
        self._subscribers: list[Callable[[], None]] = []

    @property
    def signs(self) -> tuple[Sign, ...]:
        """The signs, in the order in which they were put up."""
        return tuple(self._signs.values())

    def show(self, about: str, sign: Sign | None) -> None:
        """Put up a sign in the place of the last one about the same; ``None`` takes it down."""
        if self._signs.get(about) == sign:
            return
        if sign is None:
            self._signs.pop(about)
        else:
            self._signs[about] = sign
        for tell in tuple(self._subscribers):
            tell()

    def subscribe(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Have ``tell()`` called whenever they change; call the result to end that."""
        self._subscribers.append(tell)
        return lambda: self._subscribers.remove(tell)
