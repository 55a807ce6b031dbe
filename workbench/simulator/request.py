"""A chat completion request as a value: read, and refused where its shape is wrong. No I/O."""

import json
import re
from dataclasses import dataclass
from typing import Literal, cast

from workbench.simulator.errors import bad_request
from workbench.simulator.messages import Message, parse_messages
from workbench.simulator.shape import Rule, check_properties
from workbench.simulator.wire import JSON, JSONObject

Effort = Literal["none", "default", "low", "medium", "high"]
ReasoningFormat = Literal["hidden", "raw", "parsed"]

_RULES: dict[str, Rule] = {
    "model": Rule(kind="string"),
    "messages": Rule(kind="array"),
    "max_completion_tokens": Rule(kind="integer", minimum=1),
    "max_tokens": Rule(kind="integer", minimum=1),
    "temperature": Rule(kind="number", minimum=0, maximum=2),
    "top_p": Rule(kind="number", minimum=0, maximum=1),
    "stop": Rule(),
    "seed": Rule(kind="integer"),
    "stream": Rule(kind="boolean"),
    "stream_options": Rule(kind="object"),
    "n": Rule(kind="integer", minimum=1, maximum=1),
    "frequency_penalty": Rule(kind="number", minimum=-2, maximum=2),
    "presence_penalty": Rule(kind="number", minimum=-2, maximum=2),
    "logprobs": Rule(),
    "top_logprobs": Rule(),
    "logit_bias": Rule(),
    "response_format": Rule(kind="object"),
    "tools": Rule(kind="array", most_items=128),
    "tool_choice": Rule(),
    "parallel_tool_calls": Rule(kind="boolean"),
    "disable_tool_validation": Rule(kind="boolean"),
    "functions": Rule(kind="array", most_items=128),
    "function_call": Rule(),
    "reasoning_effort": Rule(kind="string", choices=("none", "default", "low", "medium", "high")),
    "reasoning_format": Rule(kind="string", choices=("hidden", "raw", "parsed")),
    "include_reasoning": Rule(kind="boolean"),
    "service_tier": Rule(kind="string", choices=("auto", "on_demand", "flex", "performance")),
    "documents": Rule(kind="array"),
    "citation_options": Rule(kind="string", choices=("enabled", "disabled")),
    "search_settings": Rule(kind="object"),
    "include_domains": Rule(kind="array"),
    "exclude_domains": Rule(kind="array"),
    "compound_custom": Rule(kind="object"),
    "user": Rule(kind="string"),
    "metadata": Rule(kind="object"),
    "store": Rule(kind="boolean"),
}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function the model may call."""

    name: str
    description: str = ""
    parameters: JSONObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFormat:
    """What the answer must be; `schema` only with json_schema."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    name: str = ""
    schema: JSONObject | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """Everything a model needs to answer; `tool_choice` is a mode, or `function:NAME`."""

    model: str
    messages: tuple[Message, ...]
    body: JSONObject
    stream: bool = False
    include_usage: bool = False
    max_tokens: int | None = None
    max_tokens_name: str = "max_completion_tokens"
    stop: tuple[str, ...] = ()
    seed: int | None = None
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    parallel_tool_calls: bool = True
    response_format: ResponseFormat = ResponseFormat()
    reasoning_effort: Effort | None = None
    reasoning_format: ReasoningFormat | None = None
    include_reasoning: bool | None = None
    service_tier: str = "on_demand"

    @property
    def json_mode(self) -> bool:
        """Whether the answer must be a JSON document."""
        return self.response_format.type != "text"

    @property
    def may_call(self) -> bool:
        """Whether tools are offered and not forbidden."""
        return bool(self.tools) and self.tool_choice != "none"


def parse_object(body: bytes) -> JSONObject:
    """The body as a JSON object; a 400 when it is anything else."""
    try:
        value: JSON = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise bad_request("could not parse the request body as JSON") from fault
    if not isinstance(value, dict):
        raise bad_request("value must be an object")
    return value


def parse_chat(body: JSONObject) -> ChatRequest:
    """The request; raises a 400 in the service's words for what it would not accept."""
    check_properties(body, _RULES, required=("model", "messages"))
    if body.get("include_reasoning") is not None and body.get("reasoning_format") is not None:
        raise bad_request(
            "`include_reasoning` and `reasoning_format` are mutually exclusive and cannot be "
            "specified together"
        )
    options = body.get("stream_options")
    limit_name = "max_tokens" if body.get("max_tokens") else "max_completion_tokens"
    tools = _tools(body.get("tools"))
    return ChatRequest(
        model=str(body["model"]),
        messages=parse_messages(body["messages"]),
        body=body,
        stream=body.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        max_tokens=_integer(body.get("max_completion_tokens") or body.get("max_tokens")),
        max_tokens_name=limit_name,
        stop=_stop(body.get("stop")),
        seed=_integer(body.get("seed")),
        tools=tools,
        tool_choice=_tool_choice(body.get("tool_choice"), tools),
        parallel_tool_calls=body.get("parallel_tool_calls") is not False,
        response_format=_response_format(body.get("response_format")),
        reasoning_effort=cast("Effort | None", body.get("reasoning_effort")),
        reasoning_format=cast("ReasoningFormat | None", body.get("reasoning_format")),
        include_reasoning=cast("bool | None", body.get("include_reasoning")),
        service_tier=str(body.get("service_tier") or "on_demand"),
    )


def _integer(value: JSON) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _stop(value: JSON) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request(
            "'stop' : one of the following must be satisfied[('stop' : value must be a string) OR "
            "('stop' : value must be an array)]"
        )
    if len(value) > 4:
        raise bad_request("'stop' : maximum number of items is 4")
    return tuple(str(item) for item in value)


def _tools(value: JSON) -> tuple[Tool, ...]:
    tools = []
    for place, item in enumerate(value if isinstance(value, list) else ()):
        at = f"tools.{place}"
        if not isinstance(item, dict):
            raise bad_request(f"'{at}' : value must be an object")
        if item.get("type") in ("browser_search", "code_interpreter", "mcp"):
            continue
        function = item.get("function")
        if item.get("type") != "function" or not isinstance(function, dict):
            raise bad_request(f"'{at}' : discriminator property 'type' has invalid value")
        name = function.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise bad_request(
                f"'{at}.function.name' : string doesn't match the regular expression "
                "'^[a-zA-Z0-9_-]{1,64}$'"
            )
        parameters = function.get("parameters")
        tools.append(
            Tool(
                name=name,
                description=str(function.get("description") or ""),
                parameters=parameters if isinstance(parameters, dict) else None,
            )
        )
    return tuple(tools)


def _tool_choice(value: JSON, tools: tuple[Tool, ...]) -> str:
    if value is None:
        return "auto"
    if isinstance(value, str) and value in ("none", "auto", "required"):
        if value == "required" and not tools:
            raise bad_request("'tool_choice' : tools must be provided when tool_choice is required")
        return value
    function = value.get("function") if isinstance(value, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str):
        raise bad_request(
            "'tool_choice' : one of the following must be satisfied[('tool_choice' : value is not "
            "one of the allowed values ['none','auto','required']) OR ('tool_choice' : value must "
            "be an object)]"
        )
    if name not in {tool.name for tool in tools}:
        raise bad_request(f"tool_choice function '{name}' was not found in request.tools")
    return f"function:{name}"


def _response_format(value: JSON) -> ResponseFormat:
    if not isinstance(value, dict):
        return ResponseFormat()
    match value.get("type"):
        case "text":
            return ResponseFormat()
        case "json_object":
            return ResponseFormat(type="json_object")
        case "json_schema":
            return _json_schema(value.get("json_schema"))
    raise bad_request(
        "'response_format' : one of the following must be satisfied["
        "('response_format.type' : value is not one of the allowed values ['text']) OR "
        "('response_format.type' : value is not one of the allowed values ['json_object']) OR "
        "('response_format.type' : value is not one of the allowed values ['json_schema'])]; "
        "'response_format.type' : value is not one of the allowed values "
        "['text','json_object','json_schema']"
    )


def _json_schema(value: JSON) -> ResponseFormat:
    name = value.get("name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        raise bad_request("'response_format.json_schema' : property 'name' is missing")
    if not _NAME.fullmatch(name):
        raise bad_request(
            "'response_format.json_schema.name' : string doesn't match the regular expression "
            "'^[a-zA-Z0-9_-]{1,64}$'"
        )
    schema = value.get("schema")
    return ResponseFormat(
        type="json_schema",
        name=name,
        schema=schema if isinstance(schema, dict) else {"type": "object"},
        strict=value.get("strict") is True,
    )
