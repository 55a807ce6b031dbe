"""Text as tokens: a stand-in for each model's tokenizer, good to some ten per cent. No I/O."""

import json
import re

from workbench.simulator.request import ChatRequest

#: What the service's pages say an image costs.
IMAGE_TOKENS = 2048
_PER_MESSAGE = 4
_PIECE = re.compile(
    r" ?[A-Za-z]{1,9}|[^\W\d_]{1,4}|\d{1,3}|\n+| +(?= )|\t+| ?[^\w\s]{1,3}| |_+|\s|.", re.DOTALL
)


def pieces(text: str) -> list[str]:
    """The text in token-sized pieces, which join to the same text."""
    return _PIECE.findall(text)


def count(text: str) -> int:
    """How many tokens a text is."""
    return len(pieces(text))


def prompt_pieces(request: ChatRequest) -> list[str]:
    """The prompt as the model reads it: tools first, then every message."""
    parts: list[str] = []
    if request.tools:
        parts += pieces(json.dumps(request.body.get("tools"), ensure_ascii=False))
    for message in request.messages:
        parts += [f"<{message.role}>"] * _PER_MESSAGE
        parts += pieces(message.text)
        for call in message.calls:
            parts += pieces(f"{call.name}{call.arguments}")
        for url in message.images:
            parts += [url] * IMAGE_TOKENS
    return parts


def admission_cost(request: ChatRequest) -> int:
    """What the request takes from the token limits before it is answered.

    A quarter of the characters, rounded up, plus four, plus the completion tokens asked for.
    Images do not count at this point.
    """
    characters = sum(
        len(message.text) + sum(len(call.arguments) for call in message.calls)
        for message in request.messages
    )
    return -(-characters // 4) + 4 + (request.max_tokens or 0)
