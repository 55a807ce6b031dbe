"""Sends a recorded request again, as it was or edited, through the client. No I/O of its own."""

import json
from typing import Any, Final

from client import ChatOptions, ChatReply, GroqClient, RecordedExchange
from workbench.neutralise import write_out
from workbench.session.wire.asked import Asked, asked
from workbench.session.wire.difference import Difference, differences

_OF_THE_CALL: Final = ("model", "messages", "stream")


class NotSendableError(Exception):
    """A request cannot be sent again; the message says why, and what to do instead."""


def editable(exchange: RecordedExchange) -> str:
    """The body as a person edits it. Raises NotSendableError."""
    ask = asked(exchange)
    if ask.kind in ("models", "model"):
        return ""
    if ask.kind != "chat" or ask.body is None:
        raise NotSendableError(_why_not(ask))
    return write_out(json.dumps(ask.body, ensure_ascii=False, indent=2))


def edited(text: str) -> dict[str, object]:
    """The body that a person has edited. Raises NotSendableError, with the place of a mistake."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"Line {error.lineno}, column {error.colno}: {error.msg}."
        raise NotSendableError(message) from None
    except RecursionError:
        raise NotSendableError("It is nested too deeply.") from None
    if not isinstance(value, dict):
        raise NotSendableError("The body of a chat request is an object: { ... }.")
    if not isinstance(value.get("model"), str) or not isinstance(value.get("messages"), list):
        raise NotSendableError("A chat request needs a `model` and a list of `messages`.")
    return value


def changes(exchange: RecordedExchange, body: object) -> tuple[Difference, ...]:
    """What differs from the original."""
    return differences(asked(exchange).body or {}, body)


async def send_again(
    groq: GroqClient, exchange: RecordedExchange, body: dict[str, object] | None = None
) -> ChatReply | None:
    """Send it, edited if ``body`` is given; a reply, ``None`` where the answer is no chat reply.

    Raises:
        NotSendableError: it is of a kind that cannot be sent from here.
        GroqError: as the client's methods.

    """
    ask = asked(exchange)
    if ask.kind == "models":
        await groq.models.list()
        return None
    if ask.kind == "model":
        await groq.models.get(ask.model_id)
        return None
    body = ask.body if body is None else body
    if ask.kind != "chat" or body is None:
        raise NotSendableError(_why_not(ask))
    return await send_chat(groq, body, headers=ask.headers)


async def send_chat(
    groq: GroqClient,
    body: dict[str, object],
    *,
    headers: dict[str, str] | None = None,
    max_wait: float | None = None,
) -> ChatReply:
    """Send a chat request given as the API's JSON. Raises GroqError.

    ``max_wait`` is how many seconds it may wait for limits; ``None`` leaves that to the client.
    """
    known = {name: value for name, value in body.items() if name in ChatOptions.__annotations__}
    extra = {
        name: value
        for name, value in body.items()
        if name not in known and name not in _OF_THE_CALL
    }
    # The names are checked against the client's own, and it checks the values.
    options: Any = {
        **known,
        "model": body.get("model"),
        "messages": body.get("messages"),
        "extra_body": extra or None,
        "extra_headers": headers or None,
        "max_wait": max_wait,
    }
    if body.get("stream") is True:
        return await groq.chat.stream(**options).reply()
    reply: ChatReply = await groq.chat.create(**options)
    return reply


def _why_not(ask: Asked) -> str:
    if ask.filename or ask.kind in ("transcription", "translation"):
        return "The file of this request is not kept: send it again from the Microphone."
    return f"{ask.method} {ask.path} cannot be sent from here: copy it as curl."
