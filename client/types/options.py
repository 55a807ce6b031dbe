"""How keyword options are checked, and what is said of a wrong one. No I/O."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import pydantic
from pydantic import TypeAdapter

from client.errors import ValidationError

_T = TypeVar("_T")


def check_options(
    adapter: "TypeAdapter[_T]", options: Mapping[str, object], names: Sequence[str]
) -> None:
    """Refuse options of wrong names, types or ranges; ``names`` are those there could be.

    Raises:
        ValidationError: naming the option, and for a misspelt one what it may have meant.

    """
    try:
        adapter.validate_python(options, strict=True)
    except pydantic.ValidationError as error:
        raise ValidationError(explain(error, names)) from None


def explain(error: pydantic.ValidationError, names: Sequence[str]) -> str:
    """The first thing that is wrong, without the value."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(place, names, n=1)
        return f"`{place}` is not an option." + (f" Did you mean `{near[0]}`?" if near else "")
    return f"`{place}`: {first['msg']}." if place else f"{first['msg']}."


def given(options: Mapping[str, object]) -> dict[str, object]:
    """The options that are not ``None``, which says what leaving them out says."""
    return {name: value for name, value in options.items() if value is not None}


def check_model(model: object, example: str) -> None:
    """Refuse what cannot be the id of a model. Raises ValidationError."""
    if not isinstance(model, str) or not model.strip():
        raise ValidationError(f"`model` must be the id of a model, such as {example!r}.")
