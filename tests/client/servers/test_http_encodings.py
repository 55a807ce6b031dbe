"""Compressed answers, and answers without end."""

import asyncio
import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from client import (
    ProtocolError,
    ResponseTooLargeError,
    ServerError,
    user,
)
from client.testing import finish_chunk, text_chunk
from tests.client.servers.talk import (
    CHUNKED,
    DONE,
    EVENTS,
    JSON,
    MODEL,
    answer,
    broken,
    client,
    sse,
)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP"])
async def test_a_compressed_answer_is_read(serve: Any, encoding: str) -> None:
    async def talk(peer: Any) -> None:
        request = await peer.request()
        assert b"accept-encoding: gzip\r\n" in request.lower()
        plain = json.dumps({"data": [MODEL] * 5000}).encode()
        packed = zlib.compress(plain) if encoding == "deflate" else gzip.compress(plain)
        await peer.say(answer(packed, JSON, f"content-encoding: {encoding}"))

    async with client(await serve(talk)) as groq:
        assert len(await groq.models.list()) == 5000


async def test_a_compressed_stream_is_read_event_by_event(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        request = await peer.request()
        assert b"accept-encoding: identity\r\n" in request.lower()
        await peer.head(EVENTS, CHUNKED, "content-encoding: gzip")
        squeeze = zlib.compressobj(wbits=31)
        for text in ("a", "b", "c"):
            piece = squeeze.compress(sse(text_chunk(text))) + squeeze.flush(zlib.Z_SYNC_FLUSH)
            await peer.chunks(piece)
            await asyncio.wait_for(seen[text].wait(), 5)
        await peer.chunks(squeeze.compress(sse(finish_chunk()) + DONE) + squeeze.flush())
        await peer.chunks(b"")

    seen = {text: asyncio.Event() for text in "abc"}
    async with client(await serve(talk)) as groq:
        async for chunk in groq.chat.stream(model="m", messages=[user("Hi")]):
            if chunk.text:
                seen[chunk.text].set()

    assert all(event.is_set() for event in seen.values())


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", b"no gzip at all"), ("br", b"\x0b\x02\x80"), ("zstd", b"x")]
)
async def test_an_encoding_that_cannot_be_undone_is_a_protocol_error(
    serve: Any, encoding: str, body: bytes
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(body, JSON, f"content-encoding: {encoding}"))

    async with client(await serve(talk)) as groq:
        with pytest.raises(ProtocolError, match="encod"):
            await groq.models.list()


def resident(label: str) -> int:
    """Bytes of memory that this process holds (VmRSS), or held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(label))


def resident_from_here() -> int:
    """What it holds now; what it holds at most is counted from here on."""
    Path("/proc/self/clear_refs").write_text("5")
    return resident("VmRSS")


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("kind", [JSON, EVENTS])
async def test_a_compressed_bomb_stops_at_the_bound(serve: Any, kind: str) -> None:
    squeeze = zlib.compressobj(wbits=31)
    bomb = b"".join(squeeze.compress(b"x" * 1_000_000) for _ in range(200)) + squeeze.flush()

    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(bomb, kind, "content-encoding: gzip"))
        await peer.gone()

    server = await serve(talk)
    before = resident_from_here()
    async with client(server) as groq:
        if kind == JSON:
            with pytest.raises(ResponseTooLargeError):
                await groq.models.list()
        else:
            _, error = await broken(groq)
            assert isinstance(error.__cause__, ResponseTooLargeError)
        await server.until(lambda: server.open == 0)

    assert resident("VmHWM") - before < 60 * 1024 * 1024


@pytest.mark.parametrize("kind", [JSON, EVENTS])
async def test_an_endless_answer_stops_at_the_bound(serve: Any, kind: str) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head(kind, CHUNKED)
        while True:
            await peer.chunks(b"x" * 1_000_000)

    server = await serve(talk)
    async with client(server) as groq:
        if kind == JSON:
            with pytest.raises(ResponseTooLargeError):
                await groq.models.list()
        else:
            _, error = await broken(groq)
            assert isinstance(error.__cause__, ResponseTooLargeError)
        await server.until(lambda: server.open == 0)


async def test_the_endless_body_of_an_error_is_cut(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head("content-type: text/plain", CHUNKED, status="500 Oops")
        while True:
            await peer.chunks(b"x" * 1_000_000)

    server = await serve(talk)
    async with client(server) as groq:
        with pytest.raises(ServerError) as caught:
            await groq.models.list()
        await server.until(lambda: server.open == 0)

    assert len(str(caught.value)) < 1000
