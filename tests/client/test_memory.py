"""What a long reply holds in memory: its text, eight bytes for each event's time, and no more."""

import gc
import json
import tracemalloc
from collections.abc import AsyncIterator

from client import GroqClient, Request, user
from client.testing import finish_chunk, text_chunk

EVENTS = 40_000
READ = 100  # events
CONSTANT = 400_000  # bytes: what one read becomes, whatever the length of the reply


class Endless:
    """A service that says one word again and again, in large reads."""

    status = 200
    headers = {"content-type": "text/event-stream"}  # noqa: RUF012 - nobody changes it

    def __init__(self, word: str) -> None:
        self._event = b"data: " + json.dumps(text_chunk(word)).encode() + b"\n\n"

    async def send(self, request: Request) -> "Endless":
        return self

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(EVENTS // READ):
            yield self._event * READ
        yield b"data: " + json.dumps(finish_chunk()).encode() + b"\n\ndata: [DONE]\n\n"

    async def aclose(self) -> None:
        pass


async def held_and_peak(word: str) -> tuple[int, int]:
    """Bytes that are held when the reply is whole, and the most that was held on the way."""
    async with GroqClient(
        transport=Endless(word), api_key="gsk_test", observe=lambda event: None
    ) as groq:
        gc.collect()
        tracemalloc.start()
        try:
            async with groq.chat.stream(model="m", messages=[user("Hi")]) as stream:
                async for _ in stream:
                    pass
                assert len(stream.text) == EVENTS * len(word)
            return tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()


async def test_a_long_reply_is_bounded_by_its_text_and_the_times_of_its_events() -> None:
    for word in (" word", " a much longer piece of text than one token is"):
        held, peak = await held_and_peak(word)
        needed = EVENTS * (len(word) + 8)

        assert held < 1.2 * needed + CONSTANT
        assert peak < 2.2 * needed + CONSTANT  # joining it holds it twice for a moment
        assert peak < EVENTS * 330  # the events themselves
