"""The service of `local_server.c` where no compiler is: the same answers, more slowly.

Run: local_server.py; it prints its port.
"""

import asyncio
import json
import re
import time

LIMITS = (
    b"x-ratelimit-limit-requests: 100000000\r\nx-ratelimit-limit-tokens: 300000000\r\n"
    b"x-ratelimit-remaining-requests: 99999999\r\nx-ratelimit-remaining-tokens: 299999000\r\n"
    b"x-ratelimit-reset-requests: 0.864ms\r\nx-ratelimit-reset-tokens: 0.2ms\r\n"
    b"x-request-id: req_01jb4bench0000000000000000\r\n"
)
NAMES = {
    "id": "chatcmpl-b3a51f6e-4b55-4d2f-9f8e-7a1f37a6a1b1",
    "created": 1_790_000_000,
    "model": "openai/gpt-oss-20b",
    "system_fingerprint": "fp_0123456789",
}
USAGE = {"prompt_tokens": 251, "completion_tokens": 61, "total_tokens": 312, "total_time": 0.073}
WISH = re.compile(rb"bench-(\d+)-(\d+)-(\d)")


def compact(value: object) -> bytes:
    """JSON as the service writes it."""
    return json.dumps(value, separators=(",", ":")).encode()


def event(delta: dict[str, str], finish: str | None = None, **more: object) -> bytes:
    """An event as a chunk of the chunked transfer encoding."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    body = {**NAMES, "object": "chat.completion.chunk", "choices": [choice], **more}
    data = b"data: " + compact(body) + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


WORD = event({"content": " word"})
MESSAGE = {"role": "assistant", "content": "a few words " * 60}
REPLY = compact(
    {
        **NAMES,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}],
        "usage": USAGE,
        "x_groq": {"id": "req_01jb4bench0000000000000000"},
    }
)
WHOLE = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
    + LIMITS
    + b"content-length: %d\r\n\r\n%b" % (len(REPLY), REPLY)
)
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n"
    + LIMITS
    + b"\r\n"
)


class Service(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport
        self._streaming: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        length = re.search(rb"content-length: *(\d+)", self._buffer[:end], re.IGNORECASE)
        total = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < total:
            return
        body, self._buffer = self._buffer[end:total], self._buffer[total:]
        wish = WISH.search(body)
        if wish is None:
            self._transport.write(WHOLE)
        else:
            events, pause, stamped = (int(number) for number in wish.groups())
            coming = self._stream(events, pause / 1e6, stamped=bool(stamped))
            self._streaming = asyncio.get_running_loop().create_task(coming)

    async def _stream(self, events: int, pause: float, *, stamped: bool) -> None:
        self._transport.write(HEAD + event({"role": "assistant", "content": ""}))
        due = time.perf_counter()
        for _ in range(events):
            due += pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            text = f"{time.perf_counter_ns()} "
            self._transport.write(event({"content": text}) if stamped else WORD)
        end = event({}, "stop", x_groq={"usage": USAGE})
        self._transport.write(end + b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - read by who started it
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
