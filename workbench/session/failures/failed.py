"""A failed generation, as an exchange holds it: refused at once, or in the middle of a stream."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from client import RecordedExchange
from workbench.session.wire.events import EventIndex

CODES: Final = ("tool_use_failed", "json_validate_failed", "output_parse_failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedGeneration:
    """What was asked and what came of it.

    Attributes:
        code: the service's name for the failure.
        said: the service's own words.
        generated: what the model wrote, "" when the service does not say.
        streamed: what had arrived of the answer before the failure.
        reasoning: the same of the reasoning.
        in_stream: whether it came in the middle of a stream.
        request: the body of the request.

    """

    code: str
    said: str
    generated: str
    streamed: str = ""
    reasoning: str = ""
    in_stream: bool = False
    request: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """What there is of the model's own words."""
        return self.generated or self.streamed

    @property
    def about_tools(self) -> bool:
        """Whether it is a tool call that failed; otherwise it is a JSON answer."""
        return self.code == "tool_use_failed"


def failed_generation(exchange: RecordedExchange) -> FailedGeneration | None:
    """The failed generation in an exchange, ``None`` when it failed otherwise or not at all."""
    request = _object(exchange.request_body or b"")
    if "event-stream" in exchange.headers.get("content-type", ""):
        return _in_stream(exchange, request)
    if exchange.status < 400:
        return None
    return _of_error(_object(exchange.body).get("error"), request)


def _in_stream(
    exchange: RecordedExchange, request: Mapping[str, object]
) -> FailedGeneration | None:
    if b'"error"' not in exchange.body:
        return None
    index = EventIndex()
    index.take(exchange.body, exchange.chunks)
    streamed: list[str] = []
    reasoning: list[str] = []
    for number in range(len(index)):
        value = _object(index[number].data)
        if value.get("error"):
            found = _of_error(value["error"], request)
            return found and replace(
                found, streamed="".join(streamed), reasoning="".join(reasoning), in_stream=True
            )
        streamed.append(_piece(value, "content"))
        reasoning.append(_piece(value, "reasoning"))
    return None


def _of_error(error: object, request: Mapping[str, object]) -> FailedGeneration | None:
    if not isinstance(error, dict):
        return None
    code = str(error.get("code") or "")
    generated = error.get("failed_generation")
    if code not in CODES and not generated:
        return None
    if generated is not None and not isinstance(generated, str):  # one page of the docs shows that
        generated = json.dumps(generated, ensure_ascii=False)
    return FailedGeneration(
        code=code or "tool_use_failed",
        said=str(error.get("message") or ""),
        generated=generated or "",
        request=request,
    )


def _piece(chunk: Mapping[str, object], name: str) -> str:
    choices = chunk.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    delta = choice.get("delta") if isinstance(choice, dict) else None
    text = delta.get(name) if isinstance(delta, dict) else None
    return text if isinstance(text, str) else ""


def _object(text: bytes | str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
