"""What a model is asked to do and cannot: refused in the service's words. No I/O."""

from collections.abc import Iterator

from workbench.simulator import errors
from workbench.simulator.errors import bad_request
from workbench.simulator.model import Model
from workbench.simulator.request import ChatRequest
from workbench.simulator.settings import Plan
from workbench.simulator.wire import JSON, JSONObject


def check_capabilities(request: ChatRequest, model: Model, plan: Plan) -> None:
    """Raise a 400 for the first thing this model, or this plan, does not do."""
    if not model.chats:
        raise errors.not_supported("chat completions")
    if model.family == "prompt-guard":
        _check_classification(request)
    _check_logprobs(request)
    _check_tier(request, plan)
    _check_length(request, model)
    _check_reasoning(request, model)
    _check_tools(request, model)
    _check_format(request, model)
    _check_images(request, model)


def _check_classification(request: ChatRequest) -> None:
    if len(request.messages) != 1 or request.messages[0].role != "user":
        raise bad_request(
            "messages must contains a single user message for text classification models"
        )


def _check_logprobs(request: ChatRequest) -> None:
    for name in ("logprobs", "top_logprobs", "logit_bias"):
        if request.body.get(name) not in (None, False):
            raise errors.not_supported(name, param=name)


def _check_tier(request: ChatRequest, plan: Plan) -> None:
    if plan == "free" and request.service_tier in ("flex", "auto", "performance"):
        raise bad_request(
            f"service_tier `{request.service_tier}` is not available for this org",
            param="service_tier",
        )


def _check_length(request: ChatRequest, model: Model) -> None:
    if request.max_tokens is not None and request.max_tokens > model.max_completion_tokens:
        name = request.max_tokens_name
        raise bad_request(
            f"`{name}` must be less than or equal to `{model.max_completion_tokens}`, the maximum "
            f"value for `{name}` is less than the `context_window` for this model"
        )


def _check_reasoning(request: ChatRequest, model: Model) -> None:
    effort = request.reasoning_effort
    if effort is not None and not model.efforts:
        raise errors.not_supported("reasoning_effort")
    if effort is not None and effort not in model.efforts:
        *others, last = (f"`{choice}`" for choice in model.efforts)
        raise bad_request(f"`reasoning_effort` must be one of {', '.join(others)}, or {last}")
    if request.reasoning_format is not None and "reasoning" not in model.features:
        raise errors.not_supported("reasoning_format")
    if request.reasoning_format == "raw" and (request.may_call or request.json_mode):
        raise bad_request(
            "`reasoning_format` `raw` is not supported with tool calling or JSON mode"
        )


def _check_tools(request: ChatRequest, model: Model) -> None:
    if not request.tools:
        return
    if "tools" not in model.features:
        raise errors.not_supported("tool calling")
    if request.json_mode:
        raise bad_request("json mode cannot be combined with tool/function calling")


def _check_format(request: ChatRequest, model: Model) -> None:
    wanted = request.response_format
    if wanted.type == "json_object":
        if "json_mode" not in model.features:
            raise _unsupported_format("json_object")
        if not any("json" in message.text.lower() for message in request.messages):
            raise bad_request(
                "'messages' must contain the word 'json' in some form, to use 'response_format' "
                "of type 'json_object'."
            )
    if wanted.type == "json_schema":
        if model.schema == "none" or (wanted.strict and model.schema != "strict"):
            raise _unsupported_format("json_schema")
        if wanted.strict and wanted.schema is not None:
            _check_strict(wanted.name, wanted.schema)


def _unsupported_format(name: str) -> errors.APIError:
    return bad_request(
        f"This model does not support response format `{name}`.", param="response_format"
    )


def _check_strict(name: str, schema: JSONObject) -> None:
    for path, part in _objects("", schema):
        at = f"{path}: " if path else ""
        if part.get("additionalProperties") is not False:
            raise bad_request(
                f"invalid JSON schema for response_format: '{name}': {at}"
                "`additionalProperties:false` must be set on every object"
            )
        properties, required = part.get("properties"), part.get("required")
        listed = required if isinstance(required, list) else []
        if isinstance(properties, dict) and any(key not in listed for key in properties):
            raise bad_request(
                f"invalid JSON schema for response_format: '{name}': {at}"
                "`required` is required to be supplied and to be an array including every key "
                "in properties"
            )


def _objects(path: str, schema: JSON) -> Iterator[tuple[str, JSONObject]]:
    """Every schema of an object in a schema, with its JSON pointer."""
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" or "properties" in schema:
        yield path, schema
    for key in ("properties", "$defs", "definitions"):
        members = schema.get(key)
        for name, member in members.items() if isinstance(members, dict) else ():
            yield from _objects(f"{path}/{key}/{name}", member)
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        parts = schema.get(key)
        for place, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _objects(f"{path}/{key}/{place}", part)
    yield from _objects(f"{path}/items", schema.get("items"))


def _check_images(request: ChatRequest, model: Model) -> None:
    images = 0
    for place, message in enumerate(request.messages):
        images += len(message.images)
        if message.images and not model.max_images:
            raise bad_request(f"messages[{place}].content must be a string")
        if any(_broken(url) for url in message.images):
            raise bad_request("invalid image data")
    if images > model.max_images:
        raise bad_request(
            f"Too many images provided. This model supports up to {model.max_images} images"
        )


def _broken(url: str) -> bool:
    """Whether an image cannot be one: not a web address, and not Base64 data."""
    if url.startswith(("https://", "http://")):
        return False
    head, comma, data = url.partition(",")
    return not (head.startswith("data:image/") and head.endswith(";base64") and comma and data)
