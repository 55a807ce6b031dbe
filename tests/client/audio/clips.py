"""What the tests of audio share: a client on fakes, and what it sent."""

import io
import struct
import wave
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from client import (
    GroqClient,
)
from client.testing import FakeClock, FakeResponse, FakeTransport

TURBO = "whisper-large-v3-turbo"
LARGE = "whisper-large-v3"
ORPHEUS = "canopylabs/orpheus-v1-english"
SAID = {"text": " Hello, hello.", "x_groq": {"id": "req_body"}}
LIMITS = {
    "x-ratelimit-limit-requests": "2000",
    "x-ratelimit-remaining-requests": "1999",
    "x-ratelimit-limit-audio-seconds": "7200",
    "x-ratelimit-remaining-audio-seconds": "7198",
    "x-ratelimit-reset-audio-seconds": "1s",
}


def client(*answers: Any, **seams: Any) -> tuple[GroqClient, FakeTransport]:
    transport = FakeTransport(*(answers or (FakeResponse.json(SAID, headers=LIMITS),)))
    seams.setdefault("clock", FakeClock())
    return GroqClient(api_key="gsk_test", transport=transport, **seams), transport


def fields(body: bytes) -> list[tuple[str, bytes]]:
    """The fields of a form, in order."""
    boundary = body.partition(b"\r\n")[0]
    found = []
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        found.append((head.split(b'name="')[1].split(b'"')[0].decode(), value[:-2]))
    return found


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def pieces() -> AsyncIterator[bytes]:
    yield b"fLaC"
    yield bytes(200_000)


def wav(frames: int, *, stated: int | None = None) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(24_000)
        writer.writeframes(struct.pack("<h", 257) * frames)
    data = file.getvalue()
    if stated is None:
        return data
    return data[:4] + struct.pack("<I", stated) + data[8:40] + struct.pack("<I", stated) + data[44:]
