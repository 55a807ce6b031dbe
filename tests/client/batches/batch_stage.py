"""What the tests of batches share: a client on fakes, and what a service says of a batch."""

import json
from collections.abc import Callable
from typing import Any

from client import (
    GroqClient,
)
from client.ports import Request
from client.testing import FakeClock, FakeResponse, FakeTransport

MODEL = "openai/gpt-oss-20b"


def batch(status: str = "completed", **members: object) -> dict[str, object]:
    return {
        "id": "batch_01",
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "status": status,
        "request_counts": {"completed": 2, "failed": 1, "total": 3},
        **members,
    }


def answered(custom_id: str, text: str = "Hi.") -> dict[str, object]:
    message = {"role": "assistant", "content": text}
    body = {"id": "chatcmpl-1", "choices": [{"index": 0, "message": message}]}
    return {
        "id": f"batch_req_out_{custom_id}",
        "custom_id": custom_id,
        "response": {"status_code": 200, "request_id": "req_1", "body": body},
        "error": None,
    }


def lines(*results: object, kind: str = "application/octet-stream") -> FakeResponse:
    text = b"".join(json.dumps(result).encode() + b"\n" for result in results)
    return FakeResponse(headers={"content-type": kind}, body=(text[:30], text[30:]))


def client(*answers: Any) -> tuple[GroqClient, FakeTransport, FakeClock]:
    transport, clock = FakeTransport(*answers), FakeClock()
    return (
        GroqClient(api_key="gsk_test", transport=transport, clock=clock, retry=None),
        transport,
        clock,
    )


def by_path(**answers: FakeResponse) -> Callable[[Request], FakeResponse]:
    """Answers by the last id in the path."""

    def answer(request: Request) -> FakeResponse:
        return answers[request.url.removesuffix("/content").rpartition("/")[2]]

    return answer
