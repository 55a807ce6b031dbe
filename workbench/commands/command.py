"""What a command is. No widgets."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing to do.

    Attributes:
        action: the screen's action that does it.
        title: what the palette calls it.
        help: one line that says what happens.
        group: where the help lists it.
        key: as the toolkit names it, several with commas between; "" when only the palette
            reaches it.
        shown: the key as a person reads it.
        label: what the key bar says; "" when it is not there.
        rank: the higher, the longer it stays in a key bar that gets narrow.
        priority: the key works whatever has the focus.
    """

    action: str
    title: str
    help: str
    group: str
    key: str = ""
    shown: str = ""
    label: str = ""
    rank: int = 0
    priority: bool = True


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """The commands' keys, for a screen."""
    return [
        Binding(
            command.key,
            command.action,
            command.title,
            key_display=command.shown,
            show=False,
            priority=command.priority,
        )
        for command in commands
        if command.key
    ]
