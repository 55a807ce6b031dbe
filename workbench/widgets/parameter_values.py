"""Reads parameters as they are typed; blank is the service's default. Pure (groq-api 2.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


class InvalidParameterError(ValueError):
    """The text is no value of the parameter; the message says what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField:
    """A parameter that is a number."""

    name: str
    label: str
    hint: str
    read: Callable[[str], float]

    def value(self, text: str) -> float | None:
        """The number, ``None`` when nothing is typed.

        Raises:
            InvalidParameterError: it is not a number, or out of range.

        """
        return self.read(text.strip()) if text.strip() else None


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            raise InvalidParameterError("only numbers") from None
        if not low <= number <= high:
            raise InvalidParameterError(f"only {low:g} to {high:g}")
        return number

    return read


def _whole(low: int | None) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
            raise InvalidParameterError("only integers")
        if low is not None and int(text) < low:
            raise InvalidParameterError(f"only {low} or more")
        return int(text)

    return read


NUMBER_FIELDS: Final = (
    NumberField(name="temperature", label="Temperature", hint="0 to 2", read=_number(0, 2)),
    NumberField(name="top_p", label="Top p", hint="0 to 1", read=_number(0, 1)),
    NumberField(
        name="max_completion_tokens", label="Maximum tokens", hint="1 or more", read=_whole(1)
    ),
    NumberField(name="seed", label="Seed", hint="any integer", read=_whole(None)),
)
EFFORTS: Final = ("default", "none", "low", "medium", "high")
FORMATS: Final = ("default", "parsed", "raw", "hidden")
