"""Failures on request: `x-simulate: status=429; retry-after=2`, and `--fault` with the same words.

A bare number is a status. Names without a status let the answer begin and then spoil it.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from workbench.simulator import errors
from workbench.simulator.errors import APIError, bad_request, error_of
from workbench.simulator.failures import STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What should go wrong; nothing by default.

    `status` answers with the service's own body for that status, `html` with a proxy's page.
    `cut_after`, `stall_after` and `garbage_after` count bytes of the body: then the connection is
    closed, nothing more comes, or 64 bytes of noise come in between. `first_byte_delay` is in
    seconds, `error_event` the code of an error in the middle of a stream, `rate` the share of
    requests that are hit.
    """

    status: int | None = None
    html: int | None = None
    retry_after: float | None = None
    cut_after: int | None = None
    stall_after: int | None = None
    garbage_after: int | None = None
    first_byte_delay: float = 0.0
    error_event: str | None = None
    content_type: str | None = None
    rate: float = 1.0


NO_FAULT = Fault()
_NAMES = tuple(field.name.replace("_", "-") for field in fields(Fault))


class UnknownFaultError(ValueError):
    """A fault that is not written in the grammar; the message lists what is."""


def parse_fault(text: str) -> Fault:
    """The fault that a text asks for; raises UnknownFaultError."""
    # The values go to the fields of the dataclass, each through its own converter.
    asked: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, _, value = (word.strip() for word in part.partition("="))
        if name.isdecimal() and not value:
            name, value = "status", name
        read = _READERS.get(name)
        if read is None:
            raise UnknownFaultError(
                f"unknown fault '{name}': known are a bare status and {', '.join(_NAMES)}"
            )
        try:
            asked[name.replace("-", "_")] = read(value)
        except ValueError as fault:
            raise UnknownFaultError(f"fault '{name}' cannot be '{value}': {fault}") from fault
    return Fault(**asked)


def _status(value: str) -> int:
    number = int(value)
    if number not in STATUSES:
        raise ValueError(f"known are {', '.join(map(str, STATUSES))}")
    return number


def _html(value: str) -> int:
    number = int(value or 502)
    if not 200 <= number <= 599:
        raise ValueError("a status is between 200 and 599")
    return number


def _bytes(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("a count of bytes is not negative")
    return number


def _seconds(value: str) -> float:
    number = float(value)
    if not 0 <= number < 1e9:
        raise ValueError("seconds are not negative")
    return number


def _share(value: str) -> float:
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError("a share is between 0 and 1")
    return number


_READERS: dict[str, Callable[[str], object]] = {
    "status": _status,
    "html": _html,
    "retry-after": _seconds,
    "cut-after": _bytes,
    "stall-after": _bytes,
    "garbage-after": _bytes,
    "first-byte-delay": _seconds,
    "error-event": lambda value: value or "tool_use_failed",
    "content-type": str,
    "rate": _share,
}

_EVENTS: dict[str, str] = {
    "tool_use_failed": "Tool choice is required, but model did not call a tool",
    "json_validate_failed": (
        "Failed to generate JSON. Please adjust your prompt. See 'failed_generation' for more "
        "details."
    ),
    "output_parse_failed": (
        "Parsing failed. The model generated output that could not be parsed. See "
        "'failed_generation' for more details."
    ),
    "context_length_exceeded": "Please reduce the length of the messages or completion.",
}


def error_event(code: str, model: str) -> APIError:
    """The error that an answer breaks off with."""
    if code in ("internal_server_error", "over_capacity"):
        return errors.over_capacity(model)
    if code == "context_length_exceeded":
        return errors.context_length_exceeded()
    if code == "model_terms_required":
        return errors.model_terms_required(model)
    if code in _EVENTS:
        return bad_request(_EVENTS[code], code=code, failed_generation="")
    return APIError(400, error_of(f"The generation failed: {code}.", code=code))
