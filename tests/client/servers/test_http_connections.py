"""Connections that are kept, left and closed."""

import asyncio
import time
from typing import Any

import pytest

from client import (
    StreamInterruptedError,
    user,
)
from client.testing import finish_chunk, settle, text_chunk
from tests.client.servers.talk import (
    CHUNKED,
    DONE,
    EVENTS,
    broken,
    client,
    sse,
    streamed,
)


async def test_a_connection_serves_again_after_a_complete_stream(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        while True:
            server.requests.append(await peer.request())
            await peer.head(EVENTS, CHUNKED)
            await peer.chunks(sse(text_chunk("Hello"), finish_chunk()) + DONE)
            # Its end comes apart, as it does over a real network.
            await asyncio.sleep(0)
            await peer.say(b"0\r\n\r\n")

    server = await serve(talk)
    async with client(server) as groq:
        for _ in range(5):
            assert await streamed(groq) == "Hello"

    assert len(server.requests) == 5
    assert server.accepted == 1


async def test_leaving_a_stream_closes_its_connection_within_a_tenth_of_a_second(
    serve: Any,
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.gone()

    server = await serve(talk)
    async with client(server) as groq:
        async for _ in groq.chat.stream(model="m", messages=[user("Hi")]):
            break
        begun = time.perf_counter()
        await server.until(lambda: server.open == 0)
        assert time.perf_counter() - begun < 0.1


@pytest.mark.parametrize("moment", ["before the headers", "in the body"])
async def test_cancelling_closes_the_socket_within_a_tenth_of_a_second(
    serve: Any, moment: str
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        if moment == "in the body":
            await peer.head(EVENTS, CHUNKED)
            await peer.chunks(sse(text_chunk("Hello")))
        waiting.set()
        await peer.gone()

    waiting = asyncio.Event()
    server = await serve(talk)
    async with client(server) as groq:
        task = asyncio.create_task(streamed(groq))
        await asyncio.wait_for(waiting.wait(), 5)
        task.cancel()
        begun = time.perf_counter()
        await server.until(lambda: server.open == 0)
        assert time.perf_counter() - begun < 0.1
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_three_hundred_abandoned_iterators_leave_nothing_behind(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.gone()

    server = await serve(talk)
    before = asyncio.all_tasks()
    async with client(server) as groq:
        for _ in range(300):
            async for chunk in groq.chat.stream(model="m", messages=[user("Hi")]):
                assert chunk.text == "Hello"
                break
        await server.until(lambda: server.open == 0)
        assert server.accepted == 300
        assert not groq._wire.open
        pool = groq._wire.transport._transport._transport._pool  # type: ignore[attr-defined]
        if hasattr(pool, "client"):  # aiohttp's
            assert not pool.client.connector._conns
            assert not pool.client.connector._acquired
        else:
            assert not pool._pool.connections
    await settle()
    assert asyncio.all_tasks() == before


async def test_closing_from_another_task_ends_a_real_read(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.gone()

    server = await serve(talk)
    groq = client(server)
    stream = groq.chat.stream(model="m", messages=[user("Hi")])
    first = asyncio.Event()

    async def read() -> None:
        async for _ in stream:
            first.set()

    reading = asyncio.create_task(read())
    await asyncio.wait_for(first.wait(), 5)
    await stream.aclose()
    with pytest.raises(StreamInterruptedError):
        await reading
    await server.until(lambda: server.open == 0)
    await groq.aclose()


async def test_closing_the_client_ends_real_streams(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.gone()

    server = await serve(talk)
    before = asyncio.all_tasks()
    groq = client(server)
    readers = [asyncio.create_task(broken(groq)) for _ in range(10)]
    await server.until(lambda: server.accepted == 10)
    await groq.aclose()

    for _, error in await asyncio.gather(*readers):
        assert "The client is closed" in str(error)
    await server.until(lambda: server.open == 0)
    await settle()
    assert asyncio.all_tasks() == before
