"""What keeps a request cheap, as structure: nothing is done twice, or for nobody."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from client import (
    GroqClient,
    RateLimits,
    ServerSentEvent,
    SSEDecoder,
    assistant,
    system,
    user,
)
from client.adapters.network import Connection
from client.codec import decode, encode_chat
from client.testing import FakeClock, FakeResponse, FakeTransport, finish_chunk, text_chunk

MESSAGES = [system("Be brief."), user("Hi"), assistant("Hello"), user("Bye")]
LIMITS = {
    "x-ratelimit-limit-tokens": "8000",
    "x-ratelimit-remaining-tokens": "7000",
    "x-ratelimit-reset-tokens": "7.5s",
}
REPLY = {"id": "r", "model": "m", "choices": [{"message": {"role": "assistant", "content": "x"}}]}


def streamed(pieces: int) -> FakeResponse:
    return FakeResponse.stream(
        *(text_chunk("a") for _ in range(pieces)), finish_chunk(), headers=LIMITS
    )


def client(answer: FakeResponse, **seams: Any) -> GroqClient:
    return GroqClient(api_key="gsk_test", transport=FakeTransport(answer), **seams)


def never(*_: object, **__: object) -> None:
    raise AssertionError("this was for nobody")


def counted(calls: list[object], function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: object, **named: object) -> object:
        calls.append(arguments)
        return function(*arguments, **named)

    return call


async def test_without_an_observer_no_event_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (
        "chat.ReplyCompleted",
        "exchange.BodyReceived",
        "exchange.HeadersReceived",
        "exchange.RequestSent",
        "stream.chunk_received",
        "stream.ReplyCompleted",
    ):
        monkeypatch.setattr(f"client.{place}", never)

    reply = await client(FakeResponse.json(REPLY)).chat.create(model="m", messages=MESSAGES)
    stream = await client(streamed(3)).chat.stream(model="m", messages=MESSAGES).reply()

    assert (reply.text, stream.text) == ("x", "aaa")


async def test_a_chunk_like_one_before_is_not_validated_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[object] = []
    monkeypatch.setattr("client.chunks.decode", counted(calls, decode))
    monkeypatch.setattr("client.types.chunks.ChatChunkValue.model_validate", never)
    monkeypatch.setattr("client.types.chunks.ChatChunkValue.model_validate_json", never)

    reply = await client(streamed(20)).chat.stream(model="m", messages=MESSAGES).reply()

    assert reply.text == "a" * 20
    assert len(calls) == 2  # the first piece of text, and the end


def test_plain_events_are_not_taken_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SSEDecoder, "_end_line", never)
    decoder = SSEDecoder()

    for count in (1, 3):
        found = decoder.feed(b"data: {}\n\n" * count)
        assert found == [ServerSentEvent("message", "{}")] * count


async def test_plain_messages_are_written_by_pydantic_s_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("client.codec.encode_json", never)
    options = {"temperature": 0.5, "max_completion_tokens": 5, "user": "u", "stream": True}
    plain = {"role": "user", "content": "Hi"}

    body = encode_chat(model="m", messages=[*MESSAGES, plain], options=options, stream=True)

    assert json.loads(body)["messages"][-1] == plain


async def test_a_typed_message_is_not_validated_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Never:
        validate_python = never

    monkeypatch.setattr("client.types.chat_options._MESSAGE", Never())

    reply = await client(FakeResponse.json(REPLY)).chat.create(model="m", messages=MESSAGES)

    assert reply.text == "x"


async def test_the_limits_in_an_answer_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []
    read = counted(calls, RateLimits.from_headers)
    monkeypatch.setattr(RateLimits, "from_headers", read)
    groq = client(FakeResponse.json(REPLY, headers=LIMITS))

    await groq.chat.create(model="m", messages=MESSAGES)

    limits = groq.rate_limits("m")
    assert limits is not None
    assert limits.tokens is not None
    assert limits.tokens.remaining == 7000
    assert len(calls) == 1


async def test_one_alarm_serves_for_every_read_of_a_stream() -> None:
    clock, calls = FakeClock(), []
    clock.call_later = counted(calls, clock.call_later)  # type: ignore[method-assign]

    reply = (
        await client(streamed(100), clock=clock).chat.stream(model="m", messages=MESSAGES).reply()
    )

    assert len(reply.text) == 100
    assert len(calls) <= 3  # for its events, for what follows the last token, for the end
    assert clock.waiting == 0


async def test_chunks_of_http_are_read_past_httpcore(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        while True:
            await peer.request()
            await peer.head("content-type: text/event-stream", "transfer-encoding: chunked")
            await peer.chunks(*[part async for part in streamed(5)])
            await peer.say(b"0\r\n\r\n")

    calls: list[object] = []
    monkeypatch.setattr(Connection, "chunked_body", counted(calls, Connection.chunked_body))
    server = await serve(talk)
    async with GroqClient(api_key="gsk_test", base_url=server.url) as groq:
        for _ in range(2):
            reply = await groq.chat.stream(model="m", messages=MESSAGES).reply()
            assert reply.text == "aaaaa"

    assert len(calls) == 2
    assert server.accepted == 1
