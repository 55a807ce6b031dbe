"""Uploads over real connections: framed rightly, bounded in memory, let go of on every path."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from client import (
    ConnectionError,  # noqa: A004
    GroqClient,
    RequestTooLargeError,
    TimeoutError,  # noqa: A004
    Timeouts,
    ValidationError,
)
from client.resilience.retry import RetryPolicy
from client.testing import settle

MODEL = "whisper-large-v3-turbo"
MEGABYTE = 1024 * 1024
SAID = json.dumps({"text": " Hello."}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (
    len(SAID),
    SAID,
)
TOO_LARGE = json.dumps({"error": {"message": "too large", "code": "request_too_large"}}).encode()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    path.write_bytes(os.urandom(10 * MEGABYTE))
    return path


def client(server: Any, **fields: Any) -> GroqClient:
    fields.setdefault("retry", None)
    return GroqClient(api_key="gsk_test", base_url=server.url, **fields)


def content(path: Path) -> bytes:
    return path.read_bytes()


def is_open(path: Path) -> bool:
    """Whether this process holds the file open."""
    targets = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            targets.append(str(descriptor.readlink()))
        except OSError:
            continue
    return str(path) in targets


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await settle(1)


class Upload:
    """One request as a server reads it."""

    def __init__(self) -> None:
        self.head = b""
        self.body = b""

    @property
    def headers(self) -> dict[str, str]:
        lines = self.head.decode().split("\r\n")[1:-2]
        return dict(line.lower().split(": ", 1) for line in lines)

    async def read(self, peer: Any) -> None:
        self.head = await peer.reader.readuntil(b"\r\n\r\n")
        if "content-length" in self.headers:
            self.body = await peer.reader.readexactly(int(self.headers["content-length"]))
            return
        while size := int(await peer.reader.readline(), 16):
            self.body += (await peer.reader.readexactly(size + 2))[:-2]
        await peer.reader.readline()


# Framing


async def test_a_file_goes_out_with_its_length_and_arrives_whole(serve: Any, clip: Path) -> None:
    uploads: list[Upload] = []

    async def talk(peer: Any) -> None:
        for _ in range(2):
            uploads.append(Upload())
            await uploads[-1].read(peer)
            await peer.say(ANSWER)

    server = await serve(talk)
    async with client(server) as groq:
        for _ in range(2):
            said = await groq.audio.transcribe(file=clip, model=MODEL)

    assert said.text == " Hello."
    assert server.accepted == 1  # the connection serves again
    for upload in uploads:
        assert "transfer-encoding" not in upload.headers
        assert upload.headers["host"] == f"localhost:{server.port}"
        assert upload.headers["authorization"] == "bearer gsk_test"
        assert content(clip) in upload.body
    assert not is_open(clip)


async def test_what_has_no_length_goes_out_in_chunks(serve: Any) -> None:
    upload = Upload()

    async def talk(peer: Any) -> None:
        await upload.read(peer)
        await peer.say(ANSWER)

    async def pieces() -> AsyncIterator[bytes]:
        for n in range(100):
            yield bytes([n]) * 10_000

    async with client(await serve(talk)) as groq:
        await groq.audio.transcribe(file=pieces(), filename="live.wav", model=MODEL)

    assert upload.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in upload.headers
    assert b"".join(bytes([n]) * 10_000 for n in range(100)) in upload.body


# Peers that do not take it


async def test_a_cut_upload_is_typed_and_the_retry_reads_from_the_beginning(
    serve: Any, clip: Path
) -> None:
    upload = Upload()

    async def talk(peer: Any) -> None:
        if server.accepted == 1:
            await peer.reader.readexactly(2048)
            peer.reset()
            return
        await upload.read(peer)
        await peer.say(ANSWER)

    server = await serve(talk)
    sent: list[int] = []
    async with client(server, retry=RetryPolicy(base=0)) as groq:
        said = await groq.audio.transcribe(
            file=clip, model=MODEL, progress=lambda so_far, _: sent.append(so_far)
        )

    assert said.text == " Hello."
    assert server.accepted == 2
    assert content(clip) in upload.body
    assert sent[-1] == 10 * MEGABYTE
    assert sum(later < before for before, later in pairwise(sent)) <= 1
    assert not is_open(clip)


async def test_a_cut_upload_without_retry_lets_go_of_the_file(serve: Any, clip: Path) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        assert is_open(clip)
        peer.reset()

    async with client(await serve(talk)) as groq:
        with pytest.raises(ConnectionError) as caught:
            await groq.audio.transcribe(file=clip, model=MODEL)

    assert caught.value.retryable
    await until(lambda: not is_open(clip))


async def test_a_peer_that_stops_reading_is_given_up(serve: Any, clip: Path) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        await over.wait()

    over = asyncio.Event()
    patience = Timeouts(idle=0.3)
    async with client(await serve(talk), timeout=patience) as groq:
        with pytest.raises(TimeoutError) as caught:
            await groq.audio.transcribe(file=clip, model=MODEL)
        over.set()

    assert caught.value.phase == "write"
    await until(lambda: not is_open(clip))


async def test_progress_goes_as_far_as_the_peer_has_room(serve: Any, clip: Path) -> None:
    sent = 0

    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        await go_on.wait()
        taken = 2048
        while taken < 10 * MEGABYTE:
            taken += len(await peer.reader.read(256 * 1024))
            seen.append((taken, sent))
        await peer.say(ANSWER)
        await peer.gone()

    def note(so_far: int, total: int | None) -> None:
        nonlocal sent
        assert total == 10 * MEGABYTE
        sent = so_far

    go_on = asyncio.Event()
    seen: list[tuple[int, int]] = []
    async with client(await serve(talk)) as groq:
        asking = asyncio.ensure_future(groq.audio.transcribe(file=clip, model=MODEL, progress=note))
        last = -1
        while sent != last or sent == 0:  # until the buffers between the two are full
            last = sent
            await settle(2000)
        assert 0 < sent < 10 * MEGABYTE
        go_on.set()
        await asking

    assert sent == 10 * MEGABYTE
    assert all(told <= taken + 9 * MEGABYTE for taken, told in seen)


async def test_a_cancelled_upload_closes_the_connection_and_the_file(
    serve: Any, clip: Path
) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        reached.set()
        await peer.gone()

    reached = asyncio.Event()
    server = await serve(talk)
    async with client(server) as groq:
        asking = asyncio.ensure_future(groq.audio.transcribe(file=clip, model=MODEL))
        await reached.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await server.until(lambda: server.open == 0)

    await until(lambda: not is_open(clip))


async def test_a_client_closed_while_it_uploads_lets_go_of_the_file(serve: Any, clip: Path) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        reached.set()
        await over.wait()

    reached, over = asyncio.Event(), asyncio.Event()
    groq = client(await serve(talk))
    asking = asyncio.ensure_future(groq.audio.transcribe(file=clip, model=MODEL))
    await reached.wait()
    await groq.aclose()
    with pytest.raises(ConnectionError, match="closed"):
        await asking
    over.set()

    await until(lambda: not is_open(clip))


async def test_a_refusal_of_a_peer_that_reads_on_is_understood(serve: Any, clip: Path) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        await peer.head(
            "content-type: application/json",
            f"content-length: {len(TOO_LARGE)}",
            status="413 Payload Too Large",
        )
        await peer.say(TOO_LARGE)
        await peer.gone()

    async with client(await serve(talk)) as groq:
        with pytest.raises(RequestTooLargeError):
            await groq.audio.transcribe(file=clip, model=MODEL)


async def test_a_file_that_shrinks_while_it_is_sent_says_so(serve: Any, clip: Path) -> None:
    async def talk(peer: Any) -> None:
        await peer.reader.readexactly(2048)
        os.truncate(clip, 5000)
        await peer.gone()

    async with client(await serve(talk)) as groq:
        with pytest.raises(ValidationError, match=r"talk\.wav became shorter"):
            await groq.audio.transcribe(file=clip, model=MODEL)


# The machine it runs on


class SlowFile:
    """A file on a disk that takes its time."""

    name = "slow.wav"

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.ready = threading.Event()
        self.thread: int | None = None
        self._pieces = [b"RIFF", b""]

    def read(self, size: int, /) -> bytes:
        self.thread = threading.get_ident()
        self.asked.set()
        assert self.ready.wait(10)
        return self._pieces.pop(0)


async def test_a_slow_disk_does_not_hold_up_the_event_loop(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await Upload().read(peer)
        await peer.say(ANSWER)

    file = SlowFile()
    async with client(await serve(talk)) as groq:
        asking = asyncio.ensure_future(groq.audio.transcribe(file=file, model=MODEL))
        await until(file.asked.is_set)  # the loop turns while a thread reads
        assert not asking.done()
        file.ready.set()
        await asking

    assert file.thread != threading.get_ident()


async def test_cancelling_does_not_wait_for_a_slow_disk(serve: Any) -> None:
    async def talk(peer: Any) -> None:
        await peer.gone()

    file = SlowFile()
    async with client(await serve(talk)) as groq:
        asking = asyncio.ensure_future(groq.audio.transcribe(file=file, model=MODEL))
        await until(file.asked.is_set)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            async with asyncio.timeout(1):
                await asking
    file.ready.set()


def resident() -> int:
    """Bytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
async def test_a_file_of_a_gigabyte_takes_no_memory(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(peer: Any) -> None:
        head = await peer.reader.readuntil(b"\r\n\r\n")
        left = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        while left:
            left -= len(await peer.reader.read(MEGABYTE))
        await peer.say(ANSWER)

    def watch(_sent: int, _total: int | None) -> None:
        nonlocal most
        most = max(most, resident())

    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(2**30)
    monkeypatch.setattr("client.audio.MAX_AUDIO_BYTES", 2**31)
    async with client(await serve(talk)) as groq:
        before = most = resident()
        await groq.audio.transcribe(file=path, model=MODEL, progress=watch)

    assert most - before < 16 * MEGABYTE
