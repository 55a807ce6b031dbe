"""A failed call as if the model had made it well: an exchange with the repaired call. Pure."""

import json
from dataclasses import replace

from client import RecordedExchange
from workbench.session.failures.diagnosis import Diagnosis

_CALL_ID = "call_repaired"


def repaired_exchange(diagnosis: Diagnosis, exchange: RecordedExchange) -> RecordedExchange:
    """The exchange with an answer that makes the repaired call; the request stays as it was."""
    function = {"name": diagnosis.tool, "arguments": diagnosis.repaired or "{}"}
    call = {"id": _CALL_ID, "type": "function", "function": function}
    choice = {
        "index": 0,
        "message": {"role": "assistant", "tool_calls": [call]},
        "finish_reason": "tool_calls",
    }
    answer = {
        "id": "repaired",
        "object": "chat.completion",
        "created": int(exchange.started_at),
        "model": str(diagnosis.failed.request.get("model") or ""),
        "choices": [choice],
    }
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    return replace(
        exchange,
        status=200,
        headers={"content-type": "application/json"},
        body=body,
        chunks=(),
        failure=None,
        left=False,
    )
