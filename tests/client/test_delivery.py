"""How a request came by its connection, and when it was written: stamped, told and recorded."""

import json
import ssl
from pathlib import Path
from typing import Any

import pytest

from client import (
    ClientEvent,
    ConnectionReady,
    GroqClient,
    HeadersReceived,
    HttpTransport,
    RecordingTransport,
    ReplayTransport,
    RequestSent,
    RequestWritten,
    RetryPolicy,
    ServerError,
    user,
)
from client.adapters.har.exchange import RecordedConnection, RecordedExchange
from client.adapters.har.reading import decode_entry
from client.adapters.har.writing import encode_entry
from client.testing import FakeResponse, FakeTransport, finish_chunk, text_chunk

MODELS = json.dumps({"object": "list", "data": []}).encode()
HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n"


def of(kind: Any, events: list[ClientEvent]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


async def answer(peer: Any) -> None:
    while True:
        await peer.request()
        await peer.say(HEAD.format(len(MODELS)).encode() + MODELS)


def client(server: Any, events: list[ClientEvent], engine: Any = "httpx") -> GroqClient:
    transport = HttpTransport.to(server.url, engine=engine)
    return GroqClient(
        api_key="gsk_test", base_url=server.url, transport=transport, observe=events.append
    )


@pytest.mark.parametrize("engine", ["httpx", "aiohttp"])
async def test_the_first_request_connects_and_the_next_goes_the_same_way(
    serve: Any, engine: Any
) -> None:
    events: list[ClientEvent] = []
    server = await serve(answer)
    async with client(server, events, engine) as groq:
        await groq.models.list()
        await groq.models.list()

    first, second = of(ConnectionReady, events)
    assert not first.reused
    assert first.name_lookup > 0  # the server's host is a name
    assert first.tcp > 0
    assert first.tls is None
    assert second.reused
    assert (second.name_lookup, second.tcp, second.tls) == (None, None, None)
    assert server.accepted == 1
    for exchange in (1, 2):
        kinds = [type(event) for event in events if event.exchange == exchange]
        if engine == "aiohttp":  # which does not say when it has written
            kinds.insert(2, RequestWritten)
        assert kinds[:4] == [RequestSent, ConnectionReady, RequestWritten, HeadersReceived]
    assert sorted(event.at for event in events) == [event.at for event in events]


async def test_an_address_in_figures_is_not_looked_up(serve: Any) -> None:
    events: list[ClientEvent] = []
    server = await serve(answer)
    url = server.url.replace("localhost", "127.0.0.1")
    async with GroqClient(api_key="gsk_test", base_url=url, observe=events.append) as groq:
        await groq.models.list()

    (ready,) = of(ConnectionReady, events)
    assert ready.name_lookup is None
    assert ready.tcp > 0


async def test_tls_is_measured_apart(
    serve: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    events: list[ClientEvent] = []
    async with client(await serve(answer, context), events) as groq:
        await groq.models.list()

    (ready,) = of(ConnectionReady, events)
    assert ready.tcp > 0
    assert ready.tls > 0
    assert ready.name_lookup + ready.tcp + ready.tls < ready.at - of(RequestSent, events)[0].at


async def test_what_is_said_to_a_proxy_is_no_request(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        assert (await peer.request()).startswith(b"CONNECT ")
        await peer.say(b"HTTP/1.1 200 OK\r\n\r\n")
        await peer.say(b"no TLS")

    proxy = await serve(talk)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    events: list[ClientEvent] = []
    async with GroqClient(api_key="gsk_test", retry=None, observe=events.append) as groq:
        health = await groq.health()

    assert not health.ok
    assert not of(ConnectionReady, events)


async def test_every_attempt_tells_of_its_connection(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        head = "HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        await peer.say(head.encode())

    events: list[ClientEvent] = []
    server = await serve(talk)
    retry = RetryPolicy(attempts=3, base=0.0)
    async with GroqClient(
        api_key="gsk_test", base_url=server.url, retry=retry, observe=events.append
    ) as groq:
        with pytest.raises(ServerError):
            await groq.models.list()

    assert [event.reused for event in of(ConnectionReady, events)] == [False] * 3
    assert len(of(RequestWritten, events)) == 3


async def test_the_timing_of_a_reply_has_the_stamps_though_nobody_listens(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.head("content-type: text/event-stream", "transfer-encoding: chunked")
        for part in (text_chunk("Hi"), finish_chunk()):
            await peer.chunks(b"data: " + json.dumps(part).encode() + b"\n\n")
        await peer.say(b"0\r\n\r\n")

    async with GroqClient(api_key="gsk_test", base_url=(await serve(talk)).url) as groq:
        reply = await groq.chat.stream(model="m", messages=[user("Hi")]).reply()

    timing = reply.timing
    assert timing.sent is not None
    assert timing.connected is not None
    assert timing.written is not None
    assert timing.headers is not None
    assert timing.sent < timing.connected < timing.written < timing.headers


async def test_a_transport_that_says_nothing_leaves_them_unknown() -> None:
    transport = FakeTransport(FakeResponse.stream(text_chunk("Hi"), finish_chunk()))
    events: list[ClientEvent] = []
    async with GroqClient(transport=transport, api_key="gsk_test", observe=events.append) as groq:
        reply = await groq.chat.stream(model="m", messages=[user("Hi")]).reply()

    assert reply.timing.connected is None
    assert reply.timing.written is None
    assert not of(ConnectionReady, events)


# Recordings


async def test_a_recording_keeps_them_and_a_replay_tells_them_again(
    serve: Any, tmp_path: Path
) -> None:
    file = tmp_path / "session.har"
    server = await serve(answer)
    seen: list[list[ClientEvent]] = []

    async def session(transport: Any) -> None:
        seen.append([])
        async with GroqClient(
            api_key="gsk_test", base_url=server.url, transport=transport, observe=seen[-1].append
        ) as groq:
            await groq.models.list()
            await groq.models.list()

    await session(RecordingTransport(HttpTransport.to(server.url), file))
    await session(ReplayTransport(file, speed=0))

    then, now = ([(e.reused, e.name_lookup, e.tcp) for e in of(ConnectionReady, s)] for s in seen)
    assert then == now
    assert [reused for reused, _, _ in then] == [False, True]
    assert len(of(RequestWritten, seen[1])) == 2


def recorded(connection: RecordedConnection | None) -> RecordedExchange:
    return RecordedExchange(
        method="GET",
        url="https://api.groq.com/openai/v1/models",
        started_at=1.0,
        connection=connection,
        written_at=None if connection is None else 0.25,
        status=200,
        headers_at=0.5,
        ended_at=1.0,
    )


def test_a_recording_shows_the_phases_where_har_viewers_look() -> None:
    made = RecordedConnection(at=0.1875, reused=False, name_lookup=0.03125, tcp=0.0625, tls=0.0625)
    entry: Any = encode_entry(recorded(made))
    assert entry["timings"] == {
        "blocked": 31.25,
        "dns": 31.25,
        "connect": 125,  # TLS is part of it
        "ssl": 62.5,
        "send": 62.5,
        "wait": 250,
        "receive": 500,
    }
    assert sum(entry["timings"].values()) - entry["timings"]["ssl"] == entry["time"]

    kept = RecordedConnection(at=0.125, reused=True)
    entry = encode_entry(recorded(kept))
    assert entry["timings"] == {"blocked": 125, "send": 125, "wait": 250, "receive": 500}
    assert sum(entry["timings"].values()) == entry["time"]


@pytest.mark.parametrize(
    "connection",
    [
        None,
        RecordedConnection(at=0.1, reused=True),
        RecordedConnection(at=0.1, reused=False, tcp=0.01),
        RecordedConnection(at=0.1, reused=False, name_lookup=1 / 3, tcp=0.01, tls=0.02),
    ],
)
def test_it_is_read_as_it_was_written(connection: RecordedConnection | None) -> None:
    entry = json.loads(json.dumps(encode_entry(recorded(connection))))

    assert decode_entry(entry) == recorded(connection)
