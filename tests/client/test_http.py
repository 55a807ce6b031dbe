"""The HTTP transport against servers that misbehave in every way a socket allows."""

import asyncio
import gzip
import json
import socket
import ssl
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqClient,
    GroqError,
    HttpTransport,
    ModelNotFoundError,
    ProtocolError,
    RateLimitError,
    RedirectError,
    ResponseTooLargeError,
    ServerError,
    StreamInterruptedError,
    TimeoutError,  # noqa: A004
    Timeouts,
    TransportError,
    UnexpectedContentTypeError,
    user,
)
from client.testing import finish_chunk, settle, text_chunk

MODEL = {"id": "m", "object": "model"}
JSON = "content-type: application/json"
EVENTS = "content-type: text/event-stream"
CHUNKED = "transfer-encoding: chunked"
DONE = b"data: [DONE]\n\n"


def sse(*parts: dict[str, object]) -> bytes:
    return b"".join(b"data: " + json.dumps(part).encode() + b"\n\n" for part in parts)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = (f"HTTP/1.1 {status}", *headers, f"content-length: {len(body)}", "", "")
    return "\r\n".join(head).encode() + body


def client(server: Any, **fields: Any) -> GroqClient:
    return GroqClient(api_key="gsk_test", base_url=server.url, retry=None, **fields)


async def broken(groq: GroqClient) -> tuple[str, GroqError]:
    """The text that a stream gave and the error that it ended in."""
    text = ""
    try:
        async for chunk in groq.chat.stream(model="m", messages=[user("Hi")]):
            text += chunk.text
    except GroqError as error:
        return text, error
    pytest.fail("the stream did not break")


async def streamed(groq: GroqClient) -> str:
    return (await groq.chat.stream(model="m", messages=[user("Hi")]).reply()).text


@pytest.fixture(autouse=True, params=["httpx", "aiohttp"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def to(base_url: str, *, engine: str) -> HttpTransport:
        assert engine == "httpx"
        return chosen(HttpTransport, base_url, engine=request.param)

    chosen = HttpTransport.to.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(HttpTransport, "to", to)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


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


# Answers that break


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


# Silence


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


# Encodings and sizes


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


# Connections


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


# TLS and proxies


async def test_a_certificate_signed_by_itself_is_refused_before_the_key_is_sent(
    serve: Any, certificate: Path
) -> None:
    async def talk(peer: Any) -> None:
        server.requests.append(await peer.request())

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await serve(talk, context)
    async with client(server) as groq:
        with pytest.raises(ConnectionError, match="does not prove who it is") as caught:
            await groq.models.list()

    assert not caught.value.retryable
    assert server.requests == []


async def test_a_known_certificate_is_accepted(
    serve: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(json.dumps(MODEL).encode(), JSON))

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with client(await serve(talk, context)) as groq:
        assert (await groq.models.get("m")).id == "m"


async def test_a_proxy_is_not_used_for_this_machine(
    serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        await peer.say(answer(json.dumps(MODEL).encode(), JSON))

    async def nobody(peer: Any) -> None:
        pytest.fail("the proxy was asked")

    proxy = await serve(nobody)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
    async with client(await serve(talk)) as groq:
        assert (await groq.models.get("m")).id == "m"

    assert proxy.accepted == 0


@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_a_proxy_is_used_for_other_machines_and_never_sees_the_key(
    serve: Any, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    async def talk(peer: Any) -> None:
        proxy.requests.append(await peer.request())
        await peer.say(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    proxy = await serve(talk)
    monkeypatch.setenv("https_proxy", f"{scheme}127.0.0.1:{proxy.port}")
    async with GroqClient(api_key="gsk_canary", retry=None) as groq:
        with pytest.raises(ConnectionError, match="proxy"):
            await groq.models.list()

    assert proxy.requests[0].startswith(b"CONNECT api.groq.com:443 HTTP/1.1\r\n")
    assert b"gsk_canary" not in proxy.requests[0]


async def test_no_proxy_is_heeded(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(peer: Any) -> None:
        pytest.fail("the proxy was asked")

    proxy = await serve(nobody)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("no_proxy", ".invalid")
    async with GroqClient(
        api_key="gsk_test", base_url="https://nowhere.invalid", retry=None
    ) as groq:
        with pytest.raises(ConnectionError):
            await groq.models.list()


@pytest.mark.parametrize(
    "proxy", ["socks5://user:secret@h:1", "gopher://user:secret@h", "http://["]
)
async def test_an_unusable_proxy_is_a_typed_error_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    async with GroqClient(api_key="gsk_test", retry=None) as groq:
        with pytest.raises(ConnectionError) as caught:
            await groq.models.list()

    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_the_service_names_an_unknown_model(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.request()
        body = b'{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}'
        await peer.say(answer(body, JSON, "x-request-id: req_1", status="404 Not Found"))

    async with client(await serve(talk)) as groq:
        with pytest.raises(ModelNotFoundError) as caught:
            await groq.models.get("x")

    assert str(caught.value) == "404 model_not_found: The model `x` does not exist (request req_1)"
