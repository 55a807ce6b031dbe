"""A chat reply as it arrives."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable
from typing import Final

from client.accumulator import Accumulator
from client.chunks import ChunkDecoder
from client.codec import decode_stream_error
from client.entered import Entered
from client.errors import GroqError, StreamError, StreamInterruptedError
from client.events import ReplyCompleted, chunk_received
from client.exchange import Exchange
from client.sse import ServerSentEvent, SSEDecoder
from client.timing import Timing
from client.types.chat import ChatReply
from client.types.chunks import ChatChunk
from client.types.messages import AssistantMessage
from client.types.rate_limits import RateLimits
from client.types.tools import ToolCall
from client.types.usage import Usage

_END_MARK: Final = "[DONE]"
_DRAIN_SECONDS: Final = 0.1
_AFTER_FINISH_SECONDS: Final = 2.0  # for the usage chunk and the end mark
_IDLE_BOUNDS_OF_COMMENTS: Final = 20  # ten minutes by default (hardening 2.4)


class ChatStream(Entered):
    """A reply on its way: iterate it for its chunks, read the fold so far at any moment.

    Nothing is sent before the first iteration or ``async with``. Iterated bare, it is closed when
    the loop ends or is left; in ``async with`` at the end of the block. Leaving early closes the
    connection at once.

    The reply is complete with the service's end mark, or with a finish reason if that is the last
    thing to come. A service that answers with a whole reply instead of a stream gives one chunk.

    Raises, from iteration or ``async with``:
        APIError: the service refused the request.
        TransportError: it was not reached, or did not answer with a reply.
        StreamError: the reply broke after it began; ``.partial`` holds the message so far.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._decoder = SSEDecoder()
        self._chunks = ChunkDecoder()
        self._fold = Accumulator()
        self._ready: deque[ChatChunk] = deque()
        self._failure: GroqError | None = None
        self._opened = False
        self._done = False  # no more chunks will come
        self._waited = 0.0  # for the service, since the last event

    # The fold of everything that has arrived

    @property
    def message(self) -> AssistantMessage:
        """The message so far."""
        return self._fold.message

    @property
    def text(self) -> str:
        """The answer's text so far."""
        return self._fold.text

    @property
    def reasoning(self) -> str:
        """The model's reasoning so far, "" where the service does not send it parsed."""
        return self._fold.reasoning

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
        return self._exchange.request_id or self._fold.request_id

    @property
    def exchange(self) -> int:
        """The number that the client's events of this reply bear."""
        return self._exchange.number

    # Iterating and closing

    async def __aiter__(self) -> AsyncIterator[ChatChunk]:
        ready = self._ready
        try:
            while ready or await self._more():
                yield ready.popleft()
        finally:
            if not self._entered:
                await self.aclose()

    async def reply(self) -> ChatReply:
        """Read it to its end and return the whole reply."""
        async for _ in self:
            pass
        return self._reply()

    async def aclose(self) -> None:
        """Stop: closes the connection unless the reply was read to its end.

        A task that waits for the next chunk gets a ``StreamInterruptedError``.
        """
        if not self._done and self.finish_reason is not None:
            self._complete()
        if not self._done:
            self._done = True
            self._failure = StreamInterruptedError(
                "The stream was closed before it was complete.", partial=self.message
            )
            await self._exchange.abort(self._failure, by_caller=True)
        await self._let_go()

    def _reply(self) -> ChatReply:
        return self._fold.reply.measured(
            timing=self.timing, rate_limits=self.rate_limits, request_id=self.request_id
        )

    async def _more(self) -> bool:
        """Wait for the next chunks; whether there are any."""
        while not self._ready:
            if self._failure is not None:
                raise self._failure
            if self._done:
                await self._let_go()
                return False
            if self._exchange.busy:
                raise StreamError("Another task is reading this stream.", partial=self.message)
            await (self._read() if self._opened else self._open())
        return True

    async def _let_go(self) -> None:
        """Close; first read the end of a complete body, for the connection to serve again."""
        if self.complete and self._opened and not self._exchange.busy:
            await self._drain()
        await self._exchange.close()

    async def _drain(self) -> None:
        clock = self._exchange.wire.clock
        until = clock.now() + _DRAIN_SECONDS
        try:
            while await self._exchange.read(max(0.0, until - clock.now())) is not None:
                pass
        except GroqError:
            return

    # Reading

    async def _open(self) -> None:
        if self._opened:
            return
        self._opened = True
        try:
            kind = await self._exchange.open("text/event-stream", "text/plain", "application/json")
            if kind == "application/json":
                await self._take_whole()
        except BaseException as error:
            self._done = True
            self._failure = error if isinstance(error, GroqError) else None
            if self._failure is None:
                self._failure = StreamInterruptedError("The stream was left before it began.")
            raise

    async def _take_whole(self) -> None:
        """The answer to a service that does not stream: the whole reply is one chunk."""
        reply = await self._exchange.read_value(ChatReply)
        now = self._exchange.wire.clock.now() if self.timing.end is None else self.timing.end
        self._take_chunk(reply.as_chunk(), reply.model_dump_json(), now)
        self._complete(now)

    async def _read(self) -> None:
        """Wait for the next bytes and take in what they bring."""
        clock = self._exchange.wire.clock
        begun = clock.now()
        try:
            data = await self._exchange.read(self._patience())
        except GroqError as error:
            if not self._done:
                await self._interrupt(f"The reply was interrupted. {error}", error)
            return
        now = clock.now()
        self._waited += now - begun
        if data is None:
            self._decoder.flush()
            await self._interrupt("The stream ended before the reply was complete.")
        else:
            await self._take(data, now)

    def _patience(self) -> float | None:
        """Seconds to wait for the next bytes; those of comments count only for so long."""
        idle = self._exchange.timeouts.idle
        if self.finish_reason is not None:
            return _AFTER_FINISH_SECONDS if idle is None else min(idle, _AFTER_FINISH_SECONDS)
        if idle is None:
            return None
        return max(0.0, min(idle, idle * _IDLE_BOUNDS_OF_COMMENTS - self._waited))

    async def _take(self, data: bytes, now: float) -> None:
        try:
            events = self._decoder.feed(data)
        except GroqError as error:
            await self._interrupt(str(error), error)
            return
        if events:
            self._waited = 0.0
        plain = self._chunks.plain
        for event in events:
            name, text, _, _ = event
            chunk = plain(text) if name == "message" else None
            if chunk is not None:
                self._take_plain(chunk, text, now)
            elif (ending := self._take_event(event, now)) is not None:
                await ending
            if self._done:
                return

    def _take_event(self, event: ServerSentEvent, now: float) -> Awaitable[None] | None:
        """Take in one event; gives what is still to be done if it ends the stream."""
        name, data = event.event, event.data
        if name == "error" and data.strip() != _END_MARK:
            return self._refused(data)
        if not data.startswith("{"):
            bare = data.strip()
            if bare == _END_MARK:
                self._complete(now)
            if not bare or bare == _END_MARK:
                return None  # without data it is a keep-alive
        try:
            chunk = self._chunks.decode(data)
        except GroqError as error:
            # Events of other names are none of ours, and may hold anything.
            if name != "message":
                return None
            return self._interrupt(f"An event cannot be read. {error}", error)
        members = chunk.value.__dict__  # read past pydantic's attributes, as in the accumulator
        if members["error"]:
            return self._refused(data)
        self._take_chunk(chunk, data, now)
        x_groq = members["x_groq"]
        return self._refused(x_groq.error) if x_groq is not None and x_groq.error else None

    def _take_chunk(self, chunk: ChatChunk, data: str, now: float) -> None:
        content = bool(chunk.text or chunk.delta.tool_calls)
        self._exchange.timing.chunk_arrived(now, reasoning=bool(chunk.reasoning), content=content)
        self._fold.add(chunk)
        self._hand_over(chunk, data, now)

    def _take_plain(self, chunk: ChatChunk, data: str, now: float) -> None:
        """Take in what most events are, a piece of text, by the shortest way."""
        self._exchange.timing.token_arrived(now, reasoning=not chunk.text)
        self._fold.add_plain(chunk)
        self._hand_over(chunk, data, now)

    def _hand_over(self, chunk: ChatChunk, data: str, now: float) -> None:
        self._ready.append(chunk)
        if self._exchange.wire.observers:
            self._exchange.wire.tell(chunk_received(self._exchange.number, now, chunk, data))

    # Endings

    def _complete(self, at: float | None = None) -> None:
        """The reply is whole."""
        self._done = True
        self.timing.end = self._exchange.wire.clock.now() if at is None else at
        self._exchange.settle(self.usage)
        if self._exchange.wire.observers:
            self._exchange.tell(
                ReplyCompleted(
                    exchange=self._exchange.number,
                    at=self.timing.end,
                    reply=self._reply(),
                    timing=self.timing,
                )
            )

    async def _interrupt(self, message: str, cause: GroqError | None = None) -> None:
        """It broke; after a finish reason nothing was missing but the end mark."""
        if self.finish_reason is not None:
            self._complete()
            return
        failure = StreamInterruptedError(message, partial=self.message)
        may_help = cause is None or cause.retryable
        failure.retryable = may_help and self.timing.first_token is None
        failure.__cause__ = cause
        await self._fail(failure)

    async def _refused(self, data: object) -> None:
        error = decode_stream_error(data)
        failure = StreamError(error.message, partial=self.message, error=error)
        failure.retryable = self.timing.first_token is None and error.retryable
        await self._fail(failure)

    async def _fail(self, failure: GroqError) -> None:
        """Chunks that arrived before the failure are still handed over first."""
        self._done = True
        self._failure = failure
        await self._exchange.fail(failure)
