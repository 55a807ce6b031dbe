"""A chat reply as it arrives."""

import asyncio
import builtins
import json
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from client.accumulator import Accumulator
from client.codec import decode, decode_stream_error
from client.errors import GroqError, StreamError, StreamInterruptedError, TransportError
from client.events import ChunkReceived, ReplyCompleted
from client.exchange import Exchange
from client.sse import ServerSentEvent, SSEDecoder
from client.timing import Timing
from client.types.chat import ChatChunk, ChatReply
from client.types.messages import AssistantMessage
from client.types.rate_limits import RateLimits
from client.types.tools import ToolCall
from client.types.usage import Usage

_DRAIN_SECONDS: Final = 0.1


class ChatStream:
    """A reply on its way: iterate it for its chunks, read the fold so far at any moment.

    Nothing is sent before the first iteration or ``async with``. Iterated bare, it is closed when
    the loop ends or is left; in ``async with`` at the end of the block. Leaving early closes the
    connection at once.

    Raises, from iteration or ``async with``:
        APIError: the service refused the request.
        TransportError: it was not reached, or did not answer with an event stream.
        StreamError: the reply broke after it began; ``.partial`` holds the message so far.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._decoder = SSEDecoder()
        self._fold = Accumulator()
        self._bytes: AsyncIterator[bytes] | None = None
        self._ready: deque[ChatChunk] = deque()
        self._failure: GroqError | None = None
        self._done = False  # no more chunks will come
        self._entered = False
        self._last_event_at = 0.0

    # The fold so far

    @property
    def message(self) -> AssistantMessage:
        """The message so far."""
        return self._fold.message

    @property
    def text(self) -> str:
        """The answer's text so far."""
        return self._fold.text

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls so far; run none before ``complete``."""
        return self._fold.tool_calls

    @property
    def usage(self) -> Usage:
        """What it cost; every field is ``None`` until the service says so at the end."""
        return self._fold.usage

    @property
    def finish_reason(self) -> str | None:
        """Why it ended, ``None`` while it has not."""
        return self._fold.finish_reason

    @property
    def complete(self) -> bool:
        """Whether the reply is whole."""
        return self._done and self._failure is None

    @property
    def timing(self) -> Timing:
        """When its parts arrived; grows while the stream runs."""
        return self._exchange.timing

    @property
    def rate_limits(self) -> RateLimits | None:
        """The limits that the answer's headers reported."""
        return self._exchange.rate_limits

    @property
    def request_id(self) -> str | None:
        """The service's name for this request."""
        return self._exchange.request_id

    # Iterating and closing

    async def __aenter__(self) -> Self:
        self._entered = True
        await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def __aiter__(self) -> AsyncIterator[ChatChunk]:
        try:
            while (chunk := await self._next()) is not None:
                yield chunk
        finally:
            if not self._entered:
                await self.aclose()

    async def reply(self) -> ChatReply:
        """Read it to its end and return the whole reply."""
        async for _ in self:
            pass
        return self._reply()

    async def aclose(self) -> None:
        """Stop: closes the connection unless the reply was read to its end."""
        if not self._done:
            self._done = True
            self._failure = StreamInterruptedError(
                "The stream was closed before it was complete.", partial=self.message
            )
            await self._exchange.fail(asyncio.CancelledError())
        await self._exchange.close()

    def _reply(self) -> ChatReply:
        return self._fold.reply.measured(
            timing=self.timing, rate_limits=self.rate_limits, request_id=self.request_id
        )

    async def _next(self) -> ChatChunk | None:
        while not self._ready:
            if self._failure is not None:
                raise self._failure
            if self._done:
                return None
            await self._read()
        return self._ready.popleft()

    async def _open(self) -> AsyncIterator[bytes]:
        if self._bytes is None:
            try:
                response = await self._exchange.open("text/event-stream")
            except GroqError as error:
                self._done, self._failure = True, error
                raise
            self._last_event_at = self.timing.headers or 0.0
            self._bytes = aiter(response)
        return self._bytes

    async def _read(self) -> None:
        """Wait for the next bytes and take in what they bring."""
        source = await self._open()
        clock = self._exchange.wire.clock
        try:
            async with clock.timeout(self._patience(clock.now())):
                data = await anext(source)
        except StopAsyncIteration:
            await self._end_of_bytes()
            return
        except TransportError as error:
            await self._interrupt(f"The connection broke: {error}", error)
            return
        except builtins.TimeoutError:
            await self._interrupt("The stream stalled: no event arrived in time.")
            return
        except BaseException as error:
            self._done = True
            await self._exchange.fail(error)
            raise
        await self._take(data, clock.now())

    def _patience(self, now: float) -> float | None:
        """Seconds until the next event is overdue; comments do not prolong it (hardening 2.4)."""
        timeouts = self._exchange.timeouts
        bounds = []
        if timeouts.idle is not None:
            bounds.append(self._last_event_at + timeouts.idle - now)
        if timeouts.total is not None and self.timing.sent is not None:
            bounds.append(self.timing.sent + timeouts.total - now)
        return max(0.0, min(bounds)) if bounds else None

    async def _take(self, data: bytes, now: float) -> None:
        try:
            events = self._decoder.feed(data)
        except GroqError as error:
            await self._interrupt(str(error), error)
            return
        for event in events:
            self._last_event_at = now
            if event.data.strip() == "[DONE]":
                await self._finish(now)
                return
            await self._take_event(event, now)
            if self._done:
                return

    async def _take_event(self, event: ServerSentEvent, now: float) -> None:
        if event.event == "error":
            await self._refused(event.data)
            return
        try:
            chunk = decode(ChatChunk, event.data)
        except GroqError as error:
            await self._interrupt(f"An event cannot be read: {error}", error)
            return
        if chunk.error is not None:
            await self._refused(event.data)
            return
        self._stamp(chunk, now)
        self._fold.add(chunk)
        self._ready.append(chunk)
        if self._exchange.wire.observers:
            number = self._exchange.number
            self._exchange.tell(
                ChunkReceived(exchange=number, at=now, chunk=chunk, data=event.data)
            )
        if chunk.x_groq is not None and chunk.x_groq.error is not None:
            await self._refused(json.dumps({"error": chunk.x_groq.error}))

    def _stamp(self, chunk: ChatChunk, now: float) -> None:
        timing = self.timing
        if timing.first_event is None:
            timing.first_event = now
        timing.chunks.append(now)
        delta = chunk.delta
        if delta.reasoning:
            timing.last_token = now
            if timing.first_reasoning is None:
                timing.first_reasoning = now
        if delta.content or delta.tool_calls:
            timing.last_token = now
            if timing.first_content is None:
                timing.first_content = now

    # Endings

    async def _finish(self, now: float) -> None:
        """The reply is whole."""
        self._done = True
        self.timing.end = now
        if self._exchange.wire.observers:
            self._exchange.tell(
                ReplyCompleted(
                    exchange=self._exchange.number, at=now, reply=self._reply(), timing=self.timing
                )
            )
        await self._drain()
        await self._exchange.close()

    async def _drain(self) -> None:
        """Read the end of the body if it comes at once, so that the connection can serve again."""
        if self._bytes is None:
            return
        with suppress(builtins.TimeoutError, TransportError):
            async with self._exchange.wire.clock.timeout(_DRAIN_SECONDS):
                async for _ in self._bytes:
                    pass

    async def _end_of_bytes(self) -> None:
        """Without ``[DONE]``: a finish reason makes it whole, anything else does not."""
        self._decoder.flush()
        if self.finish_reason is not None:
            await self._finish(self._exchange.wire.clock.now())
        else:
            await self._interrupt("The stream ended before the reply was complete.")

    async def _interrupt(self, message: str, cause: GroqError | None = None) -> None:
        failure = StreamInterruptedError(message, partial=self.message)
        failure.retryable = self.timing.first_token is None
        failure.__cause__ = cause
        await self._fail(failure)

    async def _refused(self, data: str) -> None:
        error = decode_stream_error(data)
        await self._fail(StreamError(error.message, partial=self.message, error=error))

    async def _fail(self, failure: GroqError) -> None:
        """Chunks that arrived before the failure are still handed over first."""
        self._done = True
        self._failure = failure
        await self._exchange.fail(failure)
