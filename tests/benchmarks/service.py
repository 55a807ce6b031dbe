"""A service that answers with one text at one speed, and says when it sent each token.

Run: service.py KIND TOKENS RATE STAMPS; it prints its port. Sending is all it spends time on.
"""

import json
import socket
import sys
import threading
import time
from array import array
from pathlib import Path

from workloads import tokens


def _event(delta: dict[str, object], **more: object) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None, **more}
    body = {
        "id": "chatcmpl-b3a51f6e-4b55-4d2f-9f8e-7a1f37a6a1b1",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "openai/gpt-oss-20b",
        "system_fingerprint": "fp_0123456789",
        "choices": [choice],
    }
    return _chunked(f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode())


def _chunked(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
    b"x-ratelimit-limit-requests: 1000\r\nx-ratelimit-remaining-requests: 1000\r\n"
    b"x-ratelimit-reset-requests: 0s\r\nx-ratelimit-limit-tokens: 8000\r\n"
    b"x-ratelimit-remaining-tokens: 8000\r\nx-ratelimit-reset-tokens: 0s\r\n\r\n"
)
MODELS = json.dumps({"object": "list", "data": []}).encode()


class Answers:
    """Answers every chat with the same events."""

    def __init__(self, kind: str, amount: int, rate: float, stamps: Path) -> None:
        self._events = [_event({"content": token}) for token in tokens(kind, amount)]
        self._rate = rate
        self._stamps = stamps

    def serve(self, connection: socket.socket) -> None:
        """Answer what comes over one connection, one request after the other."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        buffered = b""
        while data := connection.recv(1 << 16):
            buffered += data
            while (end := buffered.find(b"\r\n\r\n")) >= 0:
                head = buffered[:end].lower()
                size = 0
                for line in head.split(b"\r\n"):
                    if line.startswith(b"content-length:"):
                        size = int(line.split(b":")[1])
                if len(buffered) < end + 4 + size:
                    break
                buffered = buffered[end + 4 + size :]
                if head.startswith(b"post"):
                    self._stream(connection)
                else:
                    length = b"content-length: %d\r\n\r\n" % len(MODELS)
                    kind = b"content-type: application/json\r\n"
                    connection.sendall(b"HTTP/1.1 200 OK\r\n" + kind + length + MODELS)

    def _stream(self, connection: socket.socket) -> None:
        connection.sendall(HEAD + _event({"role": "assistant", "content": ""}))
        time.sleep(0.05)
        sent = array("d")
        began = time.monotonic()
        for index, event in enumerate(self._events):
            late = began + index / self._rate - time.monotonic()
            if late > 0:
                time.sleep(late)
            sent.append(time.monotonic())
            connection.sendall(event)
        count = len(self._events)
        usage = {"prompt_tokens": 10, "completion_tokens": count, "total_tokens": count + 10}
        connection.sendall(
            _event({}, finish_reason="stop")
            + _chunked(b"data: " + json.dumps({"choices": [], "usage": usage}).encode() + b"\n\n")
            + _chunked(b"data: [DONE]\n\n")
            + b"0\r\n\r\n"
        )
        part = self._stamps.with_suffix(f".{threading.get_ident()}")  # one for each connection
        part.write_bytes(sent.tobytes())
        part.rename(self._stamps)


def main() -> None:
    """Serve until killed."""
    kind, amount, rate, stamps = sys.argv[1:]
    answers = Answers(kind, int(amount), float(rate), Path(stamps))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201 - whoever started it reads this
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answers.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
