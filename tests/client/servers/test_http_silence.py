"""Servers that fall silent."""

import asyncio
from typing import Any

import pytest

from client import (
    ServerError,
    TimeoutError,  # noqa: A004
    Timeouts,
)
from client.testing import text_chunk
from tests.client.servers.talk import (
    CHUNKED,
    EVENTS,
    JSON,
    broken,
    client,
    sse,
)


def short(**bounds: float) -> Timeouts:
    return Timeouts(**{"connect": 5.0, "first_byte": 5.0, "idle": 5.0, **bounds})


async def test_a_silent_server_is_given_up_and_the_socket_closed(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.gone()

    server = await serve(talk)
    async with client(server, timeout=short(first_byte=0.05)) as groq:
        with pytest.raises(TimeoutError) as caught:
            await groq.models.list()
        await server.until(lambda: server.open == 0)

    assert caught.value.phase == "first byte"


async def test_headers_that_drip_do_not_reset_the_clock(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(b"HTTP/1.1 200 OK\r\n")
        while True:
            await peer.say(b"x-drip: 1\r\n")
            await asyncio.sleep(0.01)

    server = await serve(talk)
    async with client(server, timeout=short(first_byte=0.1)) as groq:
        with pytest.raises(TimeoutError, match=r"0\.1 s"):
            await groq.models.list()
        await server.until(lambda: server.open == 0)


async def test_a_stall_in_the_middle_closes_the_socket(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(EVENTS, CHUNKED)
        await peer.chunks(sse(text_chunk("Hello")))
        await peer.gone()

    server = await serve(talk)
    async with client(server, timeout=short(idle=0.05)) as groq:
        text, error = await broken(groq)
        await server.until(lambda: server.open == 0)

    assert isinstance(error.__cause__, TimeoutError)
    assert text == "Hello"


async def test_the_bound_on_the_whole_call_covers_the_body_too(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(JSON, CHUNKED)
        while True:
            await peer.chunks(b" ")
            await asyncio.sleep(0.01)

    server = await serve(talk)
    async with client(server, timeout=0.1) as groq:
        with pytest.raises(TimeoutError) as caught:
            await groq.models.list()
        await server.until(lambda: server.open == 0)

    assert caught.value.phase == "total"


async def test_the_slow_body_of_an_error_is_not_waited_for(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.exchange._ERROR_BODY_SECONDS", 0.05)

    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(JSON, CHUNKED, status="503 Service Unavailable")
        await peer.chunks(b'{"err')
        await peer.gone()

    server = await serve(talk)
    async with client(server) as groq:
        with pytest.raises(ServerError):
            await groq.models.list()
        await server.until(lambda: server.open == 0)
