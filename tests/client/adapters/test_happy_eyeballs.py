"""Connecting to a host of several addresses."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from client.adapters.happy_eyeballs import connect, look_up
from client.testing import settle

Addresses = list[tuple[Any, ...]]


class Peer:
    """A server that counts who is connected."""

    def __init__(self) -> None:
        self.port = 0
        self.open = 0
        self.accepted = asyncio.Event()
        self.empty = asyncio.Event()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.accepted.set()
        try:
            while await reader.read(1000):
                pass
        except ConnectionError:
            pass
        self.open -= 1
        if not self.open:
            self.empty.set()
        writer.close()


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    server = await asyncio.start_server(peer.talk, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    yield peer
    server.close()


def resolve_to(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    async def getaddrinfo(host: str, port: int, **_: object) -> Addresses:
        if host != "many.invalid":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        return [
            (
                socket.AF_INET6 if ":" in found else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (found, port),
            )
            for found in hosts
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def closed(connection: asyncio.StreamReaderProtocol, peer: Peer) -> None:
    connection._transport.abort()  # type: ignore[attr-defined]
    await asyncio.wait_for(peer.empty.wait(), 5)


def protocol() -> asyncio.StreamReaderProtocol:
    return asyncio.StreamReaderProtocol(asyncio.StreamReader())


async def connect_to(make: Any, port: int) -> Any:
    return await connect(make, await look_up("many.invalid", port), port)


async def test_an_address_that_refuses_is_passed_over(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")

    connection = await connect_to(protocol, peer.port)

    await closed(connection, peer)


async def test_an_address_that_is_silent_gets_a_head_start_only(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.adapters.happy_eyeballs._STAGGER_SECONDS", 0.01)
    loop = asyncio.get_running_loop()
    create, silent = loop.create_connection, asyncio.Event()

    async def create_connection(make: Any, host: str, port: int, **more: Any) -> Any:
        if host == "192.0.2.1":
            await silent.wait()
        return await create(make, host, port, **more)

    resolve_to(monkeypatch, "192.0.2.1", "127.0.0.1")
    monkeypatch.setattr(loop, "create_connection", create_connection)
    before = asyncio.all_tasks()

    connection = await connect_to(protocol, peer.port)

    await closed(connection, peer)
    await settle()
    assert asyncio.all_tasks() == before


async def test_when_no_address_answers_the_first_error_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        resolve_to(monkeypatch, "127.0.0.1", "127.0.0.2")
        with pytest.raises(OSError, match=r"127\.0\.0\.1"):
            await connect_to(protocol, taken.getsockname()[1])


async def test_cancelling_at_any_moment_leaves_no_connection(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1", "127.0.0.2")
    before = asyncio.all_tasks()
    for moment in range(12):
        task = asyncio.create_task(connect_to(protocol, peer.port))
        for _ in range(moment):
            await asyncio.sleep(0)
        task.cancel()
        try:
            connection = await task
        except asyncio.CancelledError:
            continue
        connection._transport.abort()  # type: ignore[attr-defined]
    if peer.open:
        peer.empty.clear()
        await asyncio.wait_for(peer.empty.wait(), 5)
    await settle()
    assert asyncio.all_tasks() == before
