"""Answers that break in every way a socket allows."""

import asyncio
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    ProtocolError,
    RateLimitError,
    RedirectError,
    ServerError,
    StreamInterruptedError,
    UnexpectedContentTypeError,
    user,
)
from client.testing import finish_chunk, text_chunk
from tests.client.servers.talk import (
    CHUNKED,
    DONE,
    EVENTS,
    JSON,
    answer,
    broken,
    client,
    sse,
    streamed,
)


async def test_a_reset_in_the_middle_keeps_what_came(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hel")), sse(text_chunk("lo")))
        await arrived.wait()
        peer.reset()

    arrived = asyncio.Event()
    server = await serve(talk)
    async with client(server) as groq:
        stream = groq.chat.stream(model="m", messages=[user("Hi")])
        text = ""
        with pytest.raises(StreamInterruptedError) as caught:  # noqa: PT012
            async for chunk in stream:
                text += chunk.text
                if text == "Hello":
                    arrived.set()

    assert isinstance(caught.value.__cause__, ConnectionError)
    assert caught.value.partial is not None
    assert text == caught.value.partial.text == "Hello"
    assert server.accepted == 1


@pytest.mark.parametrize("framing", [CHUNKED, "content-length: 100000"])
async def test_an_end_in_the_middle_is_no_complete_reply(serve: Any, framing: str) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, framing)
        piece = sse(text_chunk("Hello"))
        await (peer.chunks(piece) if framing == CHUNKED else peer.say(piece))

    async with client(await serve(talk)) as groq:
        text, error = await broken(groq)

    assert isinstance(error, StreamInterruptedError)
    assert isinstance(error.__cause__, ConnectionError)
    assert text == "Hello"


async def test_an_answer_without_length_ends_with_the_connection(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, "connection: close")
        await peer.say(sse(text_chunk("Hello"), finish_chunk()) + DONE)

    async with client(await serve(talk)) as groq:
        assert await streamed(groq) == "Hello"


async def test_a_connection_closed_without_an_answer_may_be_tried_again(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()

    async with client(await serve(talk)) as groq:
        with pytest.raises(ConnectionError, match="closed the connection") as caught:
            await groq.models.list()

    assert caught.value.retryable


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\0\1\2\3\r\n\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"x" * 200_000,
    ],
)
async def test_what_is_no_http_is_a_protocol_error(serve: Any, garbage: bytes) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(garbage)
        await peer.gone()

    async with client(await serve(talk)) as groq:
        with pytest.raises(ProtocolError, match="does not answer in HTTP"):
            await groq.models.list()


async def test_a_broken_chunk_is_a_typed_interruption(
    serve: Any, request: pytest.FixtureRequest
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.say(b"banana\r\n")
        await peer.gone()

    async with client(await serve(talk)) as groq:
        text, error = await broken(groq)

    if "aiohttp" in request.node.name:
        # It drops what came in the same read as the fault, be it the whole answer.
        assert isinstance(error, ProtocolError) or isinstance(error.__cause__, ProtocolError)
        assert text in ("", "Hello")
    else:
        assert isinstance(error.__cause__, ProtocolError)
        assert text == "Hello"


async def test_an_error_keeps_its_status_when_its_body_is_cut(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(JSON, "content-length: 1000", "retry-after: 7", status="429 Too Many")
        await peer.say(b'{"error":{"mess')

    async with client(await serve(talk)) as groq:
        with pytest.raises(RateLimitError) as caught:
            await groq.models.list()

    assert caught.value.retry_after == 7


async def test_a_web_page_of_a_proxy_is_not_repeated(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        page = b"<html><script>alert(1)</script></html>"
        await peer.say(answer(page, "content-type: text/html", status="502 Bad Gateway"))

    async with client(await serve(talk)) as groq:
        with pytest.raises(ServerError) as caught:
            await groq.models.list()

    assert "<" not in str(caught.value)
    assert caught.value.status == 502


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", UnexpectedContentTypeError),
        (answer(b""), UnexpectedContentTypeError),
        (answer(b"", JSON), ProtocolError),
        (answer(b"<html>", "content-type: text/html"), UnexpectedContentTypeError),
        (answer(b"{}", JSON), ProtocolError),
        (answer(b"[]", JSON), ProtocolError),
        (answer(b"\xff\xfe", JSON), ProtocolError),
    ],
)
async def test_an_empty_success_is_an_error(serve: Any, raw: bytes, kind: type[Exception]) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(raw)

    server = await serve(talk)
    async with client(server) as groq:
        with pytest.raises(kind):
            await groq.models.list()
        with pytest.raises(kind):
            await groq.chat.create(model="m", messages=[user("Hi")])
        _, error = await broken(groq)
        assert isinstance(error, kind | StreamInterruptedError)


async def test_an_empty_event_stream_is_an_error(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(b"", EVENTS))

    async with client(await serve(talk)) as groq:
        _, error = await broken(groq)

    assert isinstance(error, StreamInterruptedError)


async def test_a_redirect_is_not_followed_and_the_key_stays_here(serve: Any) -> None:
    async def elsewhere(peer: Any) -> None:
        thief.requests.append(await peer.request())

    async def talk(peer: Any) -> None:
        await peer.request()
        target = f"location: http://127.0.0.1:{thief.port}/openai/v1/models"
        await peer.say(answer(b"", target, status="307 Temporary Redirect"))

    thief = await serve(elsewhere)
    async with client(await serve(talk)) as groq:
        with pytest.raises(RedirectError, match="307"):
            await groq.models.list()

    assert thief.accepted == 0
