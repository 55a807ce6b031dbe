"""Reaching a service over HTTP, and what it is sent."""

import json
import socket
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqClient,
    TransportError,
)
from tests.client.servers.talk import (
    JSON,
    MODEL,
    answer,
    client,
)

# Reaching the service


async def test_a_refused_port_is_a_connection_error_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with GroqClient(api_key="gsk_test", base_url=url, retry=None) as groq:
            with pytest.raises(
                ConnectionError, match=f"No connection to 127.0.0.1:{port}: "
            ) as caught:
                await groq.models.list()

    assert caught.value.retryable
    assert "Errno" not in str(caught.value), "a number says nothing, the address stands there"


async def test_an_unknown_host_is_a_connection_error() -> None:
    async with GroqClient(
        api_key="gsk_test", base_url="https://nowhere.invalid", retry=None
    ) as groq:
        with pytest.raises(ConnectionError, match=r"nowhere\.invalid"):
            await groq.models.list()


async def test_health_tells_what_is_wrong_and_never_raises(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(json.dumps({"object": "list", "data": [MODEL]}).encode(), JSON))

    server = await serve(talk)
    async with client(server) as groq:
        health = await groq.health()
        assert (health.ok, health.models, health.error) == (True, 1, None)
        await server.stop()
        health = await groq.health()

    assert not health.ok
    assert isinstance(health.error, TransportError)


# What is sent


async def test_a_request_is_plain_http_with_the_key_in_one_header(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        server.requests.append(await peer.request())
        await peer.say(answer(json.dumps(MODEL).encode(), JSON))

    server = await serve(talk)
    async with client(server, headers={"X-Team": "blue", "User-Agent": "mine"}) as groq:
        await groq.models.get("openai/gpt-oss-20b")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert first == "GET /openai/v1/models/openai/gpt-oss-20b HTTP/1.1"
    assert len(headers) == len(lines)
    assert headers["authorization"] == "bearer gsk_test"
    assert headers["host"] == f"localhost:{server.port}"
    assert (headers["x-team"], headers["user-agent"]) == ("blue", "mine")
    assert "cookie" not in headers
    assert body == b""
