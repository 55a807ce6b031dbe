"""What the tests of a chat's options share."""

import json
from typing import Any

import pytest

from client import (
    Function,
    FunctionTool,
    ValidationError,
    user,
)
from client.codec import encode_chat
from client.types.chat_options import check_chat

TOOL = FunctionTool(function=Function(name="look_up", parameters={"type": "object"}))
NAMED = {"type": "function", "function": {"name": "look_up"}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {}}}
JSON_OBJECT = {"type": "json_object"}
ASK = user("Answer in JSON")


def check(*messages: object, **options: Any) -> None:
    check_chat(model="m", messages=list(messages) or [ASK], options=options)


def refused(*messages: object, **options: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        check(*messages, **options)
    return str(caught.value)


def encoded(*messages: Any, extra_body: Any = None, **options: Any) -> dict[str, Any]:
    body = encode_chat(
        model="m",
        messages=messages or (ASK,),
        options=options,
        stream=False,
        extra_body=extra_body,
    )
    found: dict[str, Any] = json.loads(body)
    return found
