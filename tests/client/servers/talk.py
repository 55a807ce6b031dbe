"""What the tests against real servers share: answers in HTTP, and clients that read them."""

import json
from typing import Any

import pytest

from client import (
    GroqClient,
    GroqError,
    user,
)

MODEL = {"id": "m", "object": "model"}
JSON = "content-type: application/json"
EVENTS = "content-type: text/event-stream"
CHUNKED = "transfer-encoding: chunked"
DONE = b"data: [DONE]\n\n"


def sse(*parts: dict[str, object]) -> bytes:
    return b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = (f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "", "")
    return "\r\n".join(head).encode() + body


def client(server: Any, **fields: Any) -> GroqClient:
    return GroqClient(api_key="gsk_test", base_url=server.url, retry=None, **fields)


async def broken(groq: GroqClient) -> tuple[str, GroqError]:
    """The text that a stream gave and the error that it ended in."""
    text = ""
    try:
        async for chunk in groq.chat.stream(model="m", messages=[user("Hi")]):
            text += chunk.text
    except GroqError as error:
        return text, error
    pytest.fail("the stream did not break")


async def streamed(groq: GroqClient) -> str:
    return (await groq.chat.stream(model="m", messages=[user("Hi")]).reply()).text
