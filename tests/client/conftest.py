"""What the client's tests share: a server on this machine that says exactly what it is told to."""

import asyncio
import os
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import hypothesis
import pytest

# The time of one example says nothing on a machine with other work to do.
hypothesis.settings.register_profile("client", deadline=None)
# For `make mutants`, which runs the same tests some two thousand times.
hypothesis.settings.register_profile(
    "mutants", deadline=None, max_examples=15, derandomize=True, database=None
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "client"))


class Conversation:
    """One connection, seen from the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """The next request, head and body."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return head + await self.reader.readexactly(length)

    async def say(self, *pieces: bytes) -> None:
        """Send pieces, each in a packet of its own as far as the kernel allows."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def head(self, *headers: str, status: str = "200 OK") -> None:
        """Send the beginning of an answer."""
        await self.say("\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode())

    async def chunks(self, *pieces: bytes) -> None:
        """Send pieces in the chunked transfer encoding, without its end."""
        await self.say(*(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces))

    async def gone(self) -> None:
        """Wait until the client has closed the connection."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            return

    def reset(self) -> None:
        """Break the connection as a crash would."""
        self.writer.transport.abort()


Talk = Callable[[Conversation], Awaitable[None]]


class LocalServer:
    """Talks to every connection as told, and counts them."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.accepted = 0
        self.open = 0
        self.requests: list[bytes] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.port = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/openai/v1"

    async def start(self, context: ssl.SSLContext | None = None) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        self.scheme = "http" if context is None else "https"

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(10):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.accepted += 1
        self.open += 1
        self._changed.set()
        try:
            await self.talk(Conversation(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            self._tasks.discard(task)
            self._changed.set()
            writer.close()


Serve = Callable[..., Awaitable[LocalServer]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts servers, and stops them after the test."""
    servers: list[LocalServer] = []

    async def start(talk: Talk, context: ssl.SSLContext | None = None) -> LocalServer:
        server = LocalServer(talk)
        await server.start(context)
        servers.append(server)
        return server

    yield start
    for server in servers:
        await server.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that it signed itself, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    both = folder / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-days", "1", "-subj", "/CN=localhost", "-addext"]
    command += ["subjectAltName=DNS:localhost", "-keyout", str(both), "-out", str(folder / "c")]
    subprocess.run(command, check=True, capture_output=True)
    both.write_text(both.read_text() + (folder / "c").read_text())
    return both
