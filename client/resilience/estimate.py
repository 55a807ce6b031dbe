"""What a chat completion will take from the rate limits, told from its text. No I/O."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from client.ports import Cost
from client.types.base import WireValue
from client.types.chat_options import MessageLike
from client.types.messages import AssistantMessage, ImagePart, SystemMessage, TextPart, UserMessage

_OVERHEAD: Final = 4  # tokens of a request beside its text
_CHARACTERS_PER_TOKEN: Final = 4
_IMAGE_TOKENS: Final = 2048  # flat, whatever its size


def estimate_chat(messages: Sequence[MessageLike], options: Mapping[str, object]) -> Cost:
    """A quarter of the characters, rounded up, and four; images flat (groq-api 2.2, 5.4).

    Beside that the service counts ``max_completion_tokens`` as sent, before a token is generated.
    """
    characters, images = 0, 0
    for message in messages:
        kind = type(message)
        if kind is UserMessage or kind is SystemMessage:
            # Most are such, and isinstance costs much with pydantic's classes.
            content: object = message.__dict__["content"]
        elif isinstance(message, WireValue):
            content = message.content
            if isinstance(message, AssistantMessage):
                characters += _length(message.tool_calls) + len(message.reasoning or "")
        else:
            content = message.get("content")
            characters += _length(message.get("tool_calls"))
        if isinstance(content, str):
            characters += len(content)
        elif isinstance(content, Sequence):
            characters += sum(_text_of_part(part) for part in content)
            images += sum(_is_image(part) for part in content)
    characters += _length(options.get("tools"))
    bound = options.get("max_completion_tokens") or options.get("max_tokens")
    text_tokens = -(-characters // _CHARACTERS_PER_TOKEN)
    return Cost(
        input_tokens=text_tokens + _OVERHEAD,
        image_tokens=images * _IMAGE_TOKENS,
        max_completion_tokens=bound if isinstance(bound, int) else None,
    )


def _text_of_part(part: object) -> int:
    if isinstance(part, TextPart):
        return len(part.text)
    text = part.get("text") if isinstance(part, Mapping) else None
    if isinstance(text, str):
        return len(text)
    return 0 if _is_image(part) else _length(part)


def _is_image(part: object) -> bool:
    if isinstance(part, Mapping):
        return part.get("type") == "image_url"
    return isinstance(part, ImagePart)


def _length(value: object) -> int:
    """Characters of a value as JSON; what has no such form is counted by its own text."""
    if not value:
        return 0
    return len(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, WireValue):
        return value.model_dump(exclude_none=True)
    return dict(value) if isinstance(value, Mapping) else str(value)
