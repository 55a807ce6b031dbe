"""Everything that can be asked of a chat completion, and what may not be asked together. No I/O.

Names, ranges and contradictions are those of groq-api 2.1 to 2.5. What only the service can know,
such as the features of a model, is left to the service.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal, TypeAlias

import pydantic
from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from client.errors import ValidationError
from client.types.messages import (
    AssistantMessage,
    FunctionMessage,
    Message,
    SystemMessage,
    ToolMessage,
    UserMessage,
)
from client.types.options import check_model, check_options, explain
from client.types.tools import FunctionTool

# Messages and tools may be plain objects in the API's form; their members are the user's own.
PlainObject: TypeAlias = Mapping[str, object]
MessageLike: TypeAlias = (
    SystemMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage | PlainObject
)
"""A message, or a plain object in the API's form."""
ToolLike: TypeAlias = FunctionTool | PlainObject
"""A function to offer, or a plain object in the API's form, such as of a built-in tool."""


class StreamOptions(TypedDict, total=False):
    """How a stream is sent."""

    include_usage: bool


class ChatOptions(TypedDict, total=False):
    """The optional parameters of a chat completion; what is left out is the service's default."""

    __pydantic_config__ = ConfigDict(  # type: ignore[misc] # pydantic reads it from the class
        extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    max_completion_tokens: Annotated[int, Field(ge=1)] | None
    max_tokens: Annotated[int, Field(ge=1)] | None
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None
    top_p: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None
    stop: str | Annotated[Sequence[str], Field(max_length=4)] | None
    seed: int | None
    n: Literal[1] | None
    stream_options: StreamOptions | None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)] | None
    presence_penalty: Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)] | None
    logprobs: bool | None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None
    logit_bias: Mapping[str, float] | None
    response_format: PlainObject | None
    tools: Annotated[Sequence[ToolLike], Field(max_length=128)] | None
    tool_choice: Literal["none", "auto", "required"] | PlainObject | None
    parallel_tool_calls: bool | None
    disable_tool_validation: bool | None
    functions: Annotated[Sequence[PlainObject], Field(max_length=128)] | None
    function_call: Literal["none", "auto"] | PlainObject | None
    reasoning_effort: Literal["none", "default", "low", "medium", "high"] | None
    reasoning_format: Literal["hidden", "raw", "parsed"] | None
    include_reasoning: bool | None
    service_tier: Literal["auto", "on_demand", "flex", "performance"] | None
    documents: Sequence[PlainObject] | None
    citation_options: Literal["enabled", "disabled"] | None
    search_settings: PlainObject | None
    include_domains: Sequence[str] | None
    exclude_domains: Sequence[str] | None
    compound_custom: PlainObject | None
    user: str | None
    metadata: Mapping[str, str] | None
    store: bool | None


_OPTIONS: TypeAdapter[ChatOptions] = TypeAdapter(ChatOptions)
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
_MESSAGE_TYPES: Final = (
    SystemMessage,
    UserMessage,
    AssistantMessage,
    ToolMessage,
    FunctionMessage,
)
_OF_THE_CALL: Final = ("model", "messages", "extra_headers", "extra_body", "timeout")
_NAMES: Final = (*ChatOptions.__annotations__, *_OF_THE_CALL)
# Options that can contradict something; most requests have none of them.
_DELICATE: Final = frozenset(
    {"disable_tool_validation", "include_reasoning", "max_tokens", "reasoning_format"}
    | {"response_format", "tool_choice", "tools"}
)
_FUNCTION_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def check_chat(
    *,
    model: object,
    messages: object,
    options: Mapping[str, object],
    extra_body: object = None,
) -> None:
    """Refuse a request that is certain to be refused.

    Raises:
        ValidationError: naming the option, and what would be right.

    """
    check_model(model, "openai/gpt-oss-20b")
    if isinstance(messages, str | bytes) or not isinstance(messages, Sequence) or not messages:
        raise ValidationError("`messages` must be a sequence of at least one message.")
    for index, message in enumerate(messages):
        _check_message(index, message)
    if "stream" in options:
        raise ValidationError(
            "`stream` is not an option: `chat.stream(...)` streams, `chat.create(...)` does not."
        )
    check_options(_OPTIONS, options, _NAMES)
    for contradiction in _contradictions(options, messages):
        raise ValidationError(contradiction)
    if extra_body is not None:
        _check_extra_body(extra_body)


def _check_extra_body(extra: object) -> None:
    if not isinstance(extra, Mapping) or not all(isinstance(name, str) for name in extra):
        raise ValidationError("`extra_body` must map names to JSON values.")
    for name in ("model", "messages", "stream"):
        if name in extra:
            raise ValidationError(f"`extra_body` may not replace `{name}`.")


def _check_message(index: int, message: object) -> None:
    if type(message) in _MESSAGE_TYPES or isinstance(message, _MESSAGE_TYPES):
        return  # the first question is the cheap one
    if not isinstance(message, Mapping):
        raise ValidationError(f"messages.{index}: not a message but {type(message).__name__}.")
    if "reasoning_content" in message:
        raise ValidationError(
            f"messages.{index}: `reasoning_content` is refused; the field is called `reasoning`."
        )
    try:
        _MESSAGE.validate_python(message)
    except pydantic.ValidationError as error:
        raise ValidationError(f"messages.{index}: {explain(error, _NAMES)}") from None


def _contradictions(options: Mapping[str, object], messages: Sequence[object]) -> list[str]:
    """What the reference says may not be combined (groq-api 2.1, 2.3, 2.4, 2.5)."""
    if _DELICATE.isdisjoint(options):
        return []
    given = {name: value for name, value in options.items() if value is not None}
    response_format = given.get("response_format")
    format_type = response_format.get("type") if isinstance(response_format, Mapping) else None
    as_json = format_type in ("json_object", "json_schema")
    tools = bool(given.get("tools"))
    named_tool = isinstance(given.get("tool_choice"), Mapping)
    reasons = (
        (
            "include_reasoning" in given and "reasoning_format" in given,
            "`include_reasoning` and `reasoning_format` exclude each other.",
        ),
        (
            given.get("reasoning_format") == "raw" and (tools or as_json),
            "`reasoning_format` 'raw' cannot be combined with tools or a JSON format.",
        ),
        (as_json and tools, "A JSON `response_format` cannot be combined with `tools`."),
        (
            "max_tokens" in given and "max_completion_tokens" in given,
            "`max_tokens` is the deprecated name of `max_completion_tokens`: send one of them.",
        ),
        (
            bool(given.get("disable_tool_validation")) and named_tool,
            "`disable_tool_validation` cannot be combined with requiring one named tool.",
        ),
        (
            (named_tool or given.get("tool_choice") == "required") and not tools,
            "`tool_choice` asks for a tool, but `tools` is empty.",
        ),
        (
            format_type == "json_schema" and not _has_named_schema(response_format),
            "'json_schema' needs a `json_schema` with a `name` of up to 64 of [A-Za-z0-9_-].",
        ),
        (
            not all(map(_FUNCTION_NAME.fullmatch, _function_names(given.get("tools")))),
            "A function's name is up to 64 of [A-Za-z0-9_-].",
        ),
        (
            response_format is not None
            and format_type not in ("text", "json_object", "json_schema"),
            "`response_format` has a `type`: 'text', 'json_object' or 'json_schema'.",
        ),
        (
            format_type == "json_object" and not _mentions_json(messages),
            "`response_format` 'json_object' needs the word 'json' in some message.",
        ),
    )
    return [reason for applies, reason in reasons if applies]


def _has_named_schema(response_format: object) -> bool:
    schema = response_format.get("json_schema") if isinstance(response_format, Mapping) else None
    name = schema.get("name") if isinstance(schema, Mapping) else None
    return isinstance(name, str) and _FUNCTION_NAME.fullmatch(name) is not None


def _function_names(tools: object) -> Iterator[str]:
    for tool in tools if isinstance(tools, Sequence) else ():
        if isinstance(tool, FunctionTool):
            yield tool.function.name
        elif isinstance(function := tool.get("function"), Mapping) and "name" in function:
            yield str(function["name"])


def _mentions_json(messages: Sequence[object]) -> bool:
    return any(
        "json" in str(m.get("content") if isinstance(m, Mapping) else m).lower() for m in messages
    )
