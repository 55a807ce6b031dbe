"""A service on the loopback whose every word means harm, byte for byte as it would come."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from tests.hostile import marked

STREAMED = 7
"""Characters of a delta: few enough to cut every sequence in two."""


class HostileService:
    """Answers lists of models, chats and transcriptions; chats that ask to ``fail`` with a 400."""

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        models = [{"id": text, "object": "model", "owned_by": text} for text in marked()]
        self._answer(200, _json({"object": "list", "data": models}))

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers.get("content-length", 0)))
        if b"fail" in asked:
            error = {"message": " ".join(marked()), "code": marked()[0], "type": marked()[1]}
            self._answer(400, _json({"error": error}))
        else:
            self._answer(200, b"".join(_events()), "text/event-stream")

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-request-id", "req_\x9b31m\x9d52;c;eA==\x9c")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _events() -> Iterator[bytes]:
    text = "\n\n".join([*marked(), "```python", *marked(), "```", "The end of it."])
    for at in range(0, len(text), STREAMED):
        piece = text[at : at + STREAMED]
        yield _event({"reasoning": piece})
    for at in range(0, len(text), STREAMED):
        yield _event({"content": text[at : at + STREAMED]})
    for place, text in enumerate(marked()):
        function = {"name": text, "arguments": _json({text: text}).decode()}
        call = {"index": place, "id": f"call_{place}", "type": "function", "function": function}
        yield _event({"tool_calls": [call]})
    yield _event({}, finish_reason="tool_calls")
    yield b"data: [DONE]\n\n"


def _event(delta: dict[str, object], **more: object) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": None, **more}
    value = {"id": "c", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return b"data: " + _json(value) + b"\n\n"


def _json(value: object) -> bytes:
    """As little escaped as JSON allows."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
