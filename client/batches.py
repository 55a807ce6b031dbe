"""Many requests handed in at once and fetched later, at half the price: ``groq.batches``."""

import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Final
from urllib.parse import quote, urlencode

from typing_extensions import Unpack

from client.codec import decode, encode_chat, encode_json
from client.config import CallOptions
from client.download import download
from client.errors import (
    APIError,
    GroqError,
    ProtocolError,
    TimeoutError,  # noqa: A004 - ours: it names the phase
    ValidationError,
)
from client.exchange import Exchange
from client.jsonl import LineDecoder
from client.types.batch_options import CHAT_ENDPOINT, check_batch, check_custom_id
from client.types.batches import Batch, BatchList, BatchResult
from client.types.chat_options import ChatOptions, MessageLike, check_chat
from client.wire import Wire

_MOST_IDS: Final = 200
_LONGEST_OUTAGE: Final = 3600.0


class Batches:
    """The way to ask ten thousand prompts without keeping a machine on.

    lines = (batch_line(f"{n}", model=MODEL, messages=[user(p)]) for n, p in enumerate(prompts))
    file = await groq.files.upload(lines)
    batch = await groq.batches.create(input_file_id=file.id)
    batch = await groq.batches.wait(batch.id)
    async for result in groq.batches.results(batch):
        print(result.custom_id, result.reply.text if result.ok else result.problem)
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(
        self,
        *,
        input_file_id: str,
        endpoint: str = CHAT_ENDPOINT,
        completion_window: str = "24h",
        metadata: Mapping[str, str] | None = None,
        **call: Unpack[CallOptions],
    ) -> Batch:
        """Start the work on an uploaded file. ``completion_window`` is from "24h" to "7d".

        Raises:
            ValidationError: something is wrong before it is sent.
            APIError: the service refused it.
            TransportError: it was not reached, or answered with something else.

        """
        check_batch(
            input_file_id=input_file_id,
            endpoint=endpoint,
            completion_window=completion_window,
            metadata=metadata,
        )
        body: dict[str, object] = {
            "input_file_id": input_file_id,
            "endpoint": endpoint,
            "completion_window": completion_window,
        }
        if metadata is not None:
            body["metadata"] = dict(metadata)
        exchange = Exchange.of_call(self._wire, "POST", "/batches", call, body=encode_json(body))
        return await exchange.fetch(Batch)

    async def get(self, batch_id: str, **call: Unpack[CallOptions]) -> Batch:
        """How a batch is doing. Raises NotFoundError where there is none."""
        return await Exchange.of_call(self._wire, "GET", _path(batch_id), call).fetch(Batch)

    async def cancel(self, batch_id: str, **call: Unpack[CallOptions]) -> Batch:
        """Stop a batch; what was answered by then is still to be had."""
        path = f"{_path(batch_id)}/cancel"
        return await Exchange.of_call(self._wire, "POST", path, call).fetch(Batch)

    async def list(
        self, *, ids: Sequence[str] = (), **call: Unpack[CallOptions]
    ) -> AsyncGenerator[Batch, None]:
        """All batches, or those of ``ids``, page by page as they are needed.

        Raises:
            ValidationError: more than 200 ids.
            APIError, TransportError: a page could not be had.

        """
        if isinstance(ids, str) or len(ids) > _MOST_IDS:
            raise ValidationError(f"`ids` is a sequence of at most {_MOST_IDS} batch ids.")
        asked = [("id", one) for one in ids]
        cursors: set[str] = set()
        cursor: str | None = None
        while True:
            query = urlencode([*asked, *([("cursor", cursor)] if cursor else [])])
            path = f"/batches?{query}" if query else "/batches"
            page = await Exchange.of_call(self._wire, "GET", path, call).fetch(BatchList)
            for batch in page.data:
                yield batch
            cursor = page.next_cursor
            if cursor is None:
                return
            if cursor in cursors:
                raise ProtocolError("The service's list of batches goes round in circles.")
            cursors.add(cursor)

    async def wait(
        self,
        batch_id: str,
        *,
        every: float = 30.0,
        on_progress: Callable[[Batch], object] | None = None,
        deadline: float | None = None,
    ) -> Batch:
        """Wait until a batch has ended, well or not: look at its ``status``.

        Asks every so many seconds, more often at first, and goes on through errors that may pass,
        for up to an hour of nothing else. ``on_progress`` is told each answer; what it raises ends
        the waiting.

        Raises:
            TimeoutError: it has not ended after ``deadline`` seconds; it goes on all the same.
            APIError, TransportError: it cannot be asked for.

        """
        if not every > 0:
            raise ValidationError("`every` must be a positive number of seconds.")
        clock = self._wire.clock
        begun = heard = clock.now()
        pauses = _pauses(every)
        while True:
            pause = next(pauses)
            try:
                batch = await self.get(batch_id)
            except GroqError as error:
                if not error.retryable or clock.now() - heard > _LONGEST_OUTAGE:
                    raise
                asked_for = error.retry_after if isinstance(error, APIError) else None
                pause = max(pause, asked_for or 0.0)
            else:
                heard = clock.now()
                if on_progress is not None:
                    on_progress(batch)
                if batch.ended:
                    return batch
            if deadline is not None:
                left = begun + deadline - clock.now()
                if left <= 0:
                    message = f"{batch_id} has not ended after {deadline:g} s; it goes on."
                    raise TimeoutError(message, phase="total")
                pause = min(pause, left)
            await clock.sleep(pause)

    async def results(self, batch: Batch | str) -> AsyncGenerator[BatchResult, None]:
        """The results of a batch that has ended, as they are read; in no particular order.

        First the answers, then the requests that failed, each with its ``custom_id``. Results are
        read from the service's files while you take them: memory holds one at a time.

        Raises:
            ValidationError: the batch has not ended.
            ProtocolError: a line is no result.
            APIError, TransportError: a file could not be read to its end.

        """
        if isinstance(batch, str):
            batch = await self.get(batch)
        if not batch.ended:
            raise ValidationError(
                f"{batch.id} is {batch.status}: its results are there when it has ended. "
                "Wait for it with `batches.wait`."
            )
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            async with aclosing(self._results_in(file_id)) as results:
                async for result in results:
                    yield result

    async def results_by_custom_id(self, batch: Batch | str) -> dict[str, BatchResult]:
        """All results of a batch that has ended, by the ``custom_id`` of their requests.

        Held in memory: for very many, read ``results`` one by one.

        Raises:
            As ``results``.

        """
        return {result.custom_id or "": result async for result in self.results(batch)}

    async def _results_in(self, file_id: str) -> AsyncGenerator[BatchResult, None]:
        path = f"/files/{quote(file_id, safe='')}/content"
        exchange = Exchange(self._wire, "GET", path, accept="*/*")
        decoder = LineDecoder()
        number = 0
        async with aclosing(download(exchange, "*/*")) as pieces:
            async for piece in pieces:
                for line in decoder.feed(piece):
                    number += 1
                    yield _result(line, number)
            for line in decoder.flush():
                yield _result(line, number + 1)


def batch_line(
    custom_id: str,
    *,
    model: str,
    messages: Sequence[MessageLike],
    extra_body: Mapping[str, object] | None = None,
    **options: Unpack[ChatOptions],
) -> dict[str, object]:
    """One line of a batch: a chat completion, checked as ``chat.create`` checks it.

    Raises:
        ValidationError: an option is misspelt, out of range or contradicts another.

    """
    check_custom_id(custom_id)
    check_chat(model=model, messages=messages, options=options, extra_body=extra_body)
    body = encode_chat(
        model=model, messages=messages, options=options, stream=False, extra_body=extra_body
    )
    return {
        "custom_id": custom_id,
        "method": "POST",
        "url": CHAT_ENDPOINT,
        "body": json.loads(body),
    }


def _pauses(longest: float) -> Iterator[float]:
    """Pauses that double up to the longest: a small batch is soon over, a large one is not."""
    pause = longest / 64
    while True:
        yield pause
        pause = min(2 * pause, longest)


def _result(line: bytes, number: int) -> BatchResult:
    try:
        return decode(BatchResult, line)
    except ProtocolError as error:
        raise ProtocolError(f"Line {number} of the results: {error}") from None


def _path(batch_id: object) -> str:
    if not isinstance(batch_id, str) or not batch_id.strip(" ."):
        raise ValidationError(
            "A batch is named by its id, such as 'batch_01jh6xa7reempvjyh6n3yst2zw'."
        )
    return f"/batches/{quote(batch_id, safe='')}"
