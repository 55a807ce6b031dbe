"""The clients that are compared. Each asks for one reply, or reads one stream to its end."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

KEY = "gsk_bench_0123456789abcdef"
PATH = "/openai/v1/chat/completions"
MESSAGES: list[dict[str, str]] = [
    {"role": "system", "content": "You are a helpful assistant. Answer briefly and to the point."},
    *(
        {
            "role": ("assistant" if number % 2 else "user"),
            "content": f"Message {number}: what else is there to say about this? " * 3,
        }
        for number in range(9)
    ),
]


def wish(events: int, pause: float = 0.0, *, stamped: bool = False) -> str:
    """The name of the model that makes the server answer so; `pause` in seconds."""
    return f"bench-{events}-{round(pause * 1e6)}-{int(stamped)}"


class Contender(Protocol):
    """A client under comparison."""

    async def ask(self) -> str:
        """One whole reply; gives its text."""

    async def read(self, model: str, first: list[float]) -> int:
        """One stream; gives the length of its text, and puts into `first` when text came."""

    async def close(self) -> None:
        """Close its connections."""


class Ours:
    """This package, with its resilience on and an observer listening."""

    def __init__(self, port: int, **seams: Any) -> None:
        from client import GroqClient, user
        from client.types.messages import assistant, system

        make = {"system": system, "user": user, "assistant": assistant}
        self._messages = [make[message["role"]](message["content"]) for message in MESSAGES]
        self.told = 0
        self._groq = GroqClient(
            api_key=KEY, base_url=f"http://127.0.0.1:{port}", observe=self._observe, **seams
        )

    def _observe(self, _event: object) -> None:
        self.told += 1

    async def ask(self) -> str:
        reply = await self._groq.chat.create(
            model="openai/gpt-oss-20b",
            messages=self._messages,
            temperature=0.7,
            max_completion_tokens=256,
        )
        return reply.text

    async def read(self, model: str, first: list[float]) -> int:
        async with self._groq.chat.stream(model=model, messages=self._messages) as stream:
            async for chunk in stream:
                if text := chunk.text:
                    late = time.perf_counter() - int(text) / 1e9 if len(text) > 9 else 0.0
                    first.append(late)
        return len(stream.text)

    async def close(self) -> None:
        await self._groq.aclose()


class OfficialSDK:
    """The groq or the openai package as its readme says; text is joined as its users do."""

    def __init__(self, make: Callable[..., Any], base_url: str) -> None:
        self._client = make(api_key=KEY, base_url=base_url)

    async def ask(self) -> str:
        reply = await self._client.chat.completions.create(
            model="openai/gpt-oss-20b",
            messages=MESSAGES,
            temperature=0.7,
            max_completion_tokens=256,
        )
        return str(reply.choices[0].message.content)

    async def read(self, model: str, first: list[float]) -> int:
        pieces = []
        stream = await self._client.chat.completions.create(
            model=model, messages=MESSAGES, stream=True
        )
        async for chunk in stream:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                first.append(time.perf_counter() - int(text) / 1e9 if len(text) > 9 else 0.0)
                pieces.append(text)
        return len("".join(pieces))

    async def close(self) -> None:
        await self._client.close()


class Httpx:
    """httpx's client and json: no types, no errors, no retries."""

    def __init__(self, port: int) -> None:
        import httpx

        self._client = httpx.AsyncClient(headers={"authorization": f"Bearer {KEY}"})
        self._url = f"http://127.0.0.1:{port}{PATH}"

    async def ask(self) -> str:
        body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "temperature": 0.7}
        answer = await self._client.post(self._url, json=body)
        return str(answer.json()["choices"][0]["message"]["content"])

    async def read(self, model: str, first: list[float]) -> int:
        pieces = []
        body = {"model": model, "messages": MESSAGES, "stream": True}
        async with self._client.stream("POST", self._url, json=body) as answer:
            async for line in answer.aiter_lines():
                if line.startswith("data: {"):
                    text = json.loads(line[6:])["choices"][0]["delta"].get("content")
                    if text:
                        first.append(
                            time.perf_counter() - int(text) / 1e9 if len(text) > 9 else 0.0
                        )
                        pieces.append(text)
        return len("".join(pieces))

    async def close(self) -> None:
        await self._client.aclose()


class Floor:
    """asyncio's streams and json: what Python costs at the least, without an HTTP library."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self) -> str:
        body = {"model": "openai/gpt-oss-20b", "messages": MESSAGES, "temperature": 0.7}
        reader, writer = await self._send(body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = json.loads(await reader.readexactly(length))
        self._idle.append((reader, writer))
        return str(answer["choices"][0]["message"]["content"])

    async def read(self, model: str, first: list[float]) -> int:
        pieces = []
        reader, writer = await self._send({"model": model, "messages": MESSAGES, "stream": True})
        await reader.readuntil(b"\r\n\r\n")
        rest = b""
        while not rest.endswith(b"0\r\n\r\n"):
            *lines, rest = (rest + await reader.read(65536)).split(b"\n\n")
            for line in lines:
                _, _, data = line.partition(b"data: ")
                if data.startswith(b"{"):
                    text = json.loads(data)["choices"][0]["delta"].get("content")
                    if text:
                        first.append(
                            time.perf_counter() - int(text) / 1e9 if len(text) > 9 else 0.0
                        )
                        pieces.append(text)
        self._idle.append((reader, writer))
        return len("".join(pieces))

    async def _send(
        self, body: dict[str, object]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._idle:
            reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        data = json.dumps(body).encode()
        head = f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {KEY}\r\n"
        writer.write(f"{head}content-length: {len(data)}\r\n\r\n".encode() + data)
        return reader, writer

    async def close(self) -> None:
        for _, writer in self._idle:
            writer.close()


def _ours(port: int) -> Contender:
    return Ours(port)


def _ours_fast(port: int) -> Contender:
    return Ours(port, engine="aiohttp")


def _groq(port: int) -> Contender:
    import groq

    return OfficialSDK(groq.AsyncGroq, f"http://127.0.0.1:{port}")


def _groq_aiohttp(port: int) -> Contender:
    import groq

    def make(**fields: Any) -> object:
        return groq.AsyncGroq(http_client=groq.DefaultAioHttpClient(), **fields)

    return OfficialSDK(make, f"http://127.0.0.1:{port}")


def _openai(port: int) -> Contender:
    import openai

    return OfficialSDK(openai.AsyncOpenAI, f"http://127.0.0.1:{port}/openai/v1")


CONTENDERS: dict[str, Callable[[int], Contender]] = {
    "ours": _ours,
    "ours [fast]": _ours_fast,
    "groq SDK": _groq,
    "groq SDK over aiohttp": _groq_aiohttp,
    "openai SDK": _openai,
    "httpx without types": Httpx,
    "asyncio floor": Floor,
}


async def many(times: int, at_once: int, step: Callable[[], Awaitable[object]]) -> list[float]:
    """Do it so often, so many at once; gives the seconds that each took."""
    left = iter(range(times))
    took: list[float] = []

    async def worker() -> None:
        for _ in left:
            begun = time.perf_counter()
            await step()
            took.append(time.perf_counter() - begun)

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return took
