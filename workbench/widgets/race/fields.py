"""Reads how a race is to be run as it is typed. Pure."""

from typing import Final

from workbench.session.race.setup import MOST_ROUNDS
from workbench.widgets.parameter_values import (
    NUMBER_FIELDS,
    InvalidParameterError,
    NumberField,
)


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise InvalidParameterError("only integers")
    if not 1 <= int(text) <= MOST_ROUNDS:
        raise InvalidParameterError(f"only 1 to {MOST_ROUNDS}")
    return int(text)


_OF_THE_CHAT: Final = {field.name: field for field in NUMBER_FIELDS}

FIELDS: Final = (
    NumberField(name="rounds", label="Rounds", hint=f"1 to {MOST_ROUNDS}", read=_rounds),
    NumberField(
        name="max_completion_tokens",
        label="Longest answer",
        hint="tokens",
        read=_OF_THE_CHAT["max_completion_tokens"].read,
    ),
    _OF_THE_CHAT["temperature"],
)
"""The numbers of a race; a blank one is the service's default, of rounds it is one."""
STARTS: Final = ("together", "in turns")
