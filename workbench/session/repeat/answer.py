"""An answer as checks and comparisons look at it. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from client import ChatReply
from workbench.session.failures.diagnosis import schema_of, tools_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call; ``arguments`` is the value of its JSON, ``None`` when it is none."""

    name: str
    arguments: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        value: the JSON to look at: the first call's arguments, or else the text as JSON; ``None``
            when there is none.
        schema: the schema of that JSON, as it was sent.

    """

    text: str
    calls: tuple[Called, ...]
    value: object = None
    schema: object = field(default=None, repr=False)


def answer_of(reply: ChatReply, request: Mapping[str, object]) -> Answer:
    """The answer in a reply to a request."""
    calls = tuple(
        Called(name=call.name, arguments=_loaded(call.arguments or "{}"))
        for call in reply.tool_calls
    )
    if calls:
        schema = tools_of(request).get(calls[0].name)
        return Answer(text=reply.text, calls=calls, value=calls[0].arguments, schema=schema)
    return Answer(text=reply.text, calls=(), value=_loaded(reply.text), schema=schema_of(request))


def _loaded(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value
