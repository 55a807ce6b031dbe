"""What spans and metrics say of an exchange, by the GenAI semantic conventions. No I/O.

The conventions of the semantic-conventions package 0.66b2 (GenAI status: development).
"""

import json
from collections.abc import Mapping
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from client.errors import APIError, GroqError, StreamError
from client.events import RequestSent
from client.timing import Timing
from client.types.chat import ChatReply

Value: TypeAlias = str | int | float | bool | tuple[str, ...]
Attributes: TypeAlias = dict[str, Value]

PROVIDER: Final = "groq"
CANCELLED: Final = "cancelled"
"""``error.type`` of an exchange whose caller left; its span has no error status."""

_OPERATIONS: Final = {
    "/chat/completions": "chat",
    "/responses": "chat",
    "/embeddings": "embeddings",
    # The conventions name no operation for these.
    "/audio/transcriptions": "transcription",
    "/audio/translations": "translation",
    "/audio/speech": "speech",
}
_REQUEST: Final = {
    "temperature": "gen_ai.request.temperature",
    "top_p": "gen_ai.request.top_p",
    "max_completion_tokens": "gen_ai.request.max_tokens",
    "max_tokens": "gen_ai.request.max_tokens",
    "seed": "gen_ai.request.seed",
    "frequency_penalty": "gen_ai.request.frequency_penalty",
    "presence_penalty": "gen_ai.request.presence_penalty",
}


def operation_of(url: str) -> str | None:
    """The operation that an address stands for; ``None`` when no model is asked."""
    path = urlsplit(url).path
    return next((name for end, name in _OPERATIONS.items() if path.endswith(end)), None)


def server_attributes(url: str) -> Attributes:
    """Whom the request goes to."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return {"server.address": parts.hostname or "", "server.port": port}


def operation_attributes(sent: RequestSent) -> Attributes:
    """What the metrics of an operation are told apart by."""
    found: Attributes = {
        "gen_ai.operation.name": operation_of(sent.url) or "",
        "gen_ai.provider.name": PROVIDER,
        **server_attributes(sent.url),
    }
    if sent.model is not None:
        found["gen_ai.request.model"] = sent.model
    return found


def request_attributes(sent: RequestSent) -> Attributes:
    """The parameters of a request; nothing of its messages."""
    found: Attributes = {"gen_ai.request.stream": True} if sent.streaming else {}
    try:
        body = json.loads(sent.body or b"")
    except (ValueError, RecursionError):
        return found
    if not isinstance(body, dict):
        return found
    for name, attribute in _REQUEST.items():
        if isinstance(value := body.get(name), int | float):
            found[attribute] = value
    stop = body.get("stop")
    if stop:
        found["gen_ai.request.stop_sequences"] = (stop,) if isinstance(stop, str) else tuple(stop)
    if isinstance(effort := body.get("reasoning_effort"), str):
        found["gen_ai.request.reasoning.level"] = effort
    wanted = body.get("response_format")
    if isinstance(wanted, Mapping) and str(wanted.get("type", "")).startswith("json"):
        found["gen_ai.output.type"] = "json"
    return found


def reply_attributes(reply: ChatReply, timing: Timing, *, streaming: bool) -> Attributes:
    """What came back: its id, its end, what it cost; nothing of its text."""
    usage = reply.usage
    reasons = tuple(choice.finish_reason for choice in reply.choices if choice.finish_reason)
    first_chunk = None
    if streaming and timing.sent is not None and timing.first_event is not None:
        first_chunk = timing.first_event - timing.sent
    found: dict[str, Value | None] = {
        "gen_ai.response.id": reply.id or None,
        "gen_ai.response.model": reply.model or None,
        "gen_ai.response.finish_reasons": reasons or None,
        "gen_ai.response.time_to_first_chunk": first_chunk,
        "gen_ai.usage.input_tokens": usage.prompt_tokens,
        "gen_ai.usage.output_tokens": usage.completion_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
        "groq.request_id": reply.request_id,
        "groq.usage.queue_time": usage.queue_time,
    }
    return {name: value for name, value in found.items() if value is not None}


def error_type(error: GroqError) -> str:
    """The service's own code for an error, else the status, else the class."""
    answer = error.error if isinstance(error, StreamError) and error.error else error
    if isinstance(answer, APIError) and (answer.code or answer.status):
        return answer.code or str(answer.status)
    return type(error).__name__
