"""Groq's wire format: values to request bodies, response bodies to values or errors. No I/O."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeVar

import pydantic
import pydantic_core

from client.duration import parse_duration
from client.errors import (
    APIError,
    AuthenticationError,
    BadRequestError,
    CapacityExceededError,
    ContextLengthError,
    JSONValidateFailedError,
    ModelDecommissionedError,
    ModelNotFoundError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    RequestTooLargeError,
    ServerError,
    ToolUseFailedError,
    UnexpectedContentTypeError,
    UnprocessableEntityError,
    ValidationError,
)
from client.retry_after import retry_after_seconds
from client.types.base import WireValue
from client.types.chat_options import MessageLike
from client.types.messages import AssistantMessage, SystemMessage, UserMessage

_V = TypeVar("_V", bound=WireValue)

_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_TRY_AGAIN: Final = re.compile(r"try again in ([0-9.hmsnu\u00b5\u03bc]+[hms])", re.IGNORECASE)
_SHOWN_OF_A_PAGE: Final = 300


def encode_chat(
    *,
    model: str,
    messages: Sequence[MessageLike],
    options: Mapping[str, object],
    stream: bool,
    extra_body: Mapping[str, object] | None = None,
) -> bytes:
    """The JSON body of a chat completion; options that are ``None`` are left out.

    Raises:
        ValidationError: something in it has no JSON form.

    """
    rest: dict[str, object] = {name: v for name, v in options.items() if v is not None}
    if stream:
        rest["stream"] = True
    rest.update(extra_body or {})
    texts = [_text_message(message) for message in messages]
    if None not in texts and all(map(_is_plain, rest.values())):
        return _plain_json({"model": model, "messages": texts, **rest})
    whole = [_outgoing(message) for message in messages]
    return encode_json({"model": model, "messages": whole, **rest})


def _text_message(message: MessageLike) -> Mapping[str, str] | None:
    """A message of text alone as it is sent, ``None`` for any other; most are such."""
    # isinstance costs much with pydantic's classes.
    if (
        type(message) is UserMessage
        or type(message) is AssistantMessage
        or type(message) is SystemMessage
    ):
        if message.__pydantic_extra__:
            return None
        # Read past pydantic's attributes, which cost ten times as much.
        fields = message.__dict__
        role, content = fields["role"], fields["content"]
        if fields["name"] is not None:
            return None
        if role == "assistant" and (fields["tool_calls"] or fields["reasoning"]):
            return None
    elif type(message) is dict and len(message) == 2:
        role, content = message.get("role"), message.get("content")
    else:
        return None
    if type(role) is not str or type(content) is not str:
        return None
    return {"role": role, "content": content}


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is float:
        return math.isfinite(value)  # type: ignore[arg-type] # it is one
    return kind is str or kind is int or kind is bool


def _plain_json(value: object) -> bytes:
    """Text and numbers as JSON: by pydantic's core, at a third of the cost.

    It would write other things that JSON has no form for, too. Raises ValidationError.
    """
    try:
        return pydantic_core.to_json(value)
    except pydantic_core.PydanticSerializationError:
        problem = "a text holds half of a surrogate pair"
    raise ValidationError(f"The request cannot be written as JSON: {problem}.")


def encode_json(value: object) -> bytes:
    """A value as JSON. Raises ValidationError when something in it has no JSON form."""
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError:
        problem = "a text holds half of a surrogate pair"
    except (TypeError, ValueError) as error:
        problem = str(error)
    except RecursionError:
        problem = "it is nested too deeply"
    raise ValidationError(f"The request cannot be written as JSON: {problem}.")


def _plain(value: object) -> object:
    """What JSON can hold of a value that it does not know."""
    if isinstance(value, WireValue):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
)


def _outgoing(message: MessageLike) -> object:
    """A message as it is sent; an answer loses what only the service may say (groq-api 2.2)."""
    if not isinstance(message, AssistantMessage):
        return message
    sent: dict[str, object] = {"role": "assistant"}
    if message.content is not None or not message.tool_calls:
        sent["content"] = message.content or ""
    if message.reasoning:
        sent["reasoning"] = message.reasoning
    if message.tool_calls:
        sent["tool_calls"] = [
            {
                "id": call.id,
                "type": call.type,
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.name:
        sent["name"] = message.name
    return sent


def content_type(headers: Mapping[str, str], expected: Sequence[str]) -> str:
    """Which of the expected types a body is. Raises UnexpectedContentTypeError for any other.

    ``*/*`` expects anything but a web page.
    """
    found = headers.get("content-type", "").partition(";")[0].strip().lower()
    if found in expected or ("*/*" in expected and "html" not in found):
        return found
    shown = found or "of no content type"
    raise UnexpectedContentTypeError(
        f"The answer is {shown} where {expected[0]} was expected. Is something between you and the "
        "service, such as a login page, or is base_url not the API's?"
    )


def decode(kind: type[_V], body: bytes | str) -> _V:
    """The value in a body or in an event's data.

    Raises:
        ProtocolError: it is not JSON, or not of this kind.

    """
    try:
        value: _V = kind.__pydantic_validator__.validate_json(body)
    except pydantic.ValidationError as error:
        problem = error.errors(include_input=False, include_url=False, include_context=False)[0]
        if problem["type"] != "json_invalid" or "hex escape" not in problem["msg"]:
            raise ProtocolError(_mismatch(kind, problem["loc"], problem["msg"])) from None
    else:
        return value
    try:
        return kind.model_validate_json(json.dumps(_loads(body), ensure_ascii=False))
    except (ValueError, RecursionError):
        raise ProtocolError(_mismatch(kind, (), "Invalid JSON")) from None


def decode_answer(kind: type[_V], body: bytes, headers: Mapping[str, str]) -> _V:
    """The value in the body of a successful answer.

    Raises:
        APIError: it reports an error all the same, as some services do.
        ProtocolError: it is not JSON, or not of this kind.

    """
    try:
        return decode(kind, body)
    except ProtocolError as mismatch:
        try:
            answer = _loads(body)
        except (ValueError, RecursionError):
            raise mismatch from None
        if not isinstance(answer, dict) or not answer.get("error"):
            raise
    raise _api_error(_details(answer), _status_of(_details(answer)), headers, math.nan)


def _loads(text: bytes | str) -> object:
    """JSON in which half of a surrogate pair becomes U+FFFD: no file and no screen can hold it.

    Raises ValueError, RecursionError.
    """
    value: object = json.loads(text)
    written = json.dumps(value, ensure_ascii=False)
    if _LONE_SURROGATE.search(written):
        value = json.loads(_LONE_SURROGATE.sub("\ufffd", written))
    return value


def _mismatch(kind: type[WireValue], place: tuple[int | str, ...], problem: str) -> str:
    at = f" at {'.'.join(map(str, place))}" if place else ""
    return f"The service's answer is not a {kind.__name__.removesuffix('Value')}{at}: {problem}."


_BY_CODE: Final[Mapping[str, type[APIError]]] = {
    "context_length_exceeded": ContextLengthError,
    "tool_use_failed": ToolUseFailedError,
    "json_validate_failed": JSONValidateFailedError,
    "output_parse_failed": JSONValidateFailedError,
    "model_decommissioned": ModelDecommissionedError,
    "model_not_found": ModelNotFoundError,
}

# What a status says otherwise, for an error that has none.
_BY_CODE_ALONE: Final[Mapping[str, type[APIError]]] = {
    "invalid_api_key": AuthenticationError,
    "rate_limit_exceeded": RateLimitError,
    "capacity_exceeded": CapacityExceededError,
    "request_too_large": RequestTooLargeError,
}

_BY_STATUS: Final[Mapping[int, type[APIError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    413: RequestTooLargeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
    498: CapacityExceededError,
}


def decode_error(
    status: int, headers: Mapping[str, str], body: bytes, *, wall_time: float
) -> APIError:
    """The error that a response with a 4xx or 5xx status means.

    Any body will do: the service's own form, a bare string, ``{"detail": ...}``, problem+json,
    or a page of a proxy, whose markup is not repeated. ``wall_time`` is Unix seconds, for a
    ``retry-after`` given as a date.
    """
    return _api_error(_error_object(status, headers, body), status, headers, wall_time)


def decode_stream_error(data: object) -> APIError:
    """The error that an event of a stream reports, in whatever form it has (groq-api 4.5)."""
    if isinstance(data, str):
        with suppress(ValueError, RecursionError):
            data = _loads(data)
    details = _details(data)
    return _api_error(details, _status_of(details), {}, math.nan)


def _status_of(details: Mapping[str, object]) -> int:
    """The status that an error names itself, 0 where it names none."""
    named = (details.get(name) for name in ("status_code", "status", "code"))
    return next((n for n in named if isinstance(n, int) and 400 <= n <= 599), 0)


def _error_object(status: int, headers: Mapping[str, str], body: bytes) -> Mapping[str, object]:
    text = body.decode("utf-8", "replace").strip()
    content_type = headers.get("content-type", "").lower()
    if text.startswith(("{", "[", '"')):
        try:
            return _details(_loads(text))
        except (ValueError, RecursionError):
            pass
    if not text:
        return {"message": f"The service answered with status {status} and no explanation."}
    if "html" in content_type or text.startswith("<"):
        return {"message": f"A proxy answered with status {status} and a web page."}
    return {"message": text[:_SHOWN_OF_A_PAGE]}


def _details(value: object) -> Mapping[str, object]:
    """The object that describes an error, found in the forms that services give it."""
    if isinstance(value, Mapping):
        inner = value.get("error") or value
        return inner if isinstance(inner, Mapping) else {**value, "message": inner}
    return {"message": value}


def _api_error(
    details: Mapping[str, object], status: int, headers: Mapping[str, str], wall_time: float
) -> APIError:
    def text(*names: str) -> str | None:
        found = (details.get(name) for name in names)
        return next((_as_text(value) for value in found if value not in (None, "", [], {})), None)

    message = text("message", "detail", "title") or "The service gave no explanation."
    code = text("code")
    failed_generation = details.get("failed_generation")
    retry_after = retry_after_seconds(headers, wall_time=wall_time)
    if retry_after is None and (stated := _TRY_AGAIN.search(message)):
        retry_after = parse_duration(stated[1])
    return _error_class(status, code)(
        message,
        status=status,
        code=code,
        type=text("type"),
        param=text("param"),
        request_id=headers.get("x-request-id"),
        headers=headers,
        retry_after=retry_after,
        failed_generation=None if failed_generation is None else _as_text(failed_generation),
    )


def _error_class(status: int, code: str | None) -> type[APIError]:
    """By code where it says more than the status; a retired model may be a 404 by then."""
    by_code = _BY_CODE.get(code or "")
    if by_code is not None and status in (0, 400, 404, 422):
        return by_code
    if status == 0:
        return _BY_CODE_ALONE.get(code or "", APIError)
    return _BY_STATUS.get(status, ServerError if status >= 500 else APIError)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
