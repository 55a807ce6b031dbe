"""The body of an answer in pieces: handed on as it comes, or gathered within a bound."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from client.errors import ResponseTooLargeError
from client.events import BodyReceived
from client.exchange import MAX_BODY_BYTES, Exchange

_SHOWN_BYTES: Final = 64 * 1024


async def download(exchange: Exchange, *content_types: str) -> AsyncGenerator[bytes, None]:
    """Send the request and give the body as it arrives.

    Closing it early closes the connection. Observers see the beginning of the body only.

    Raises:
        APIError: the service refused the request.
        TransportError: it was not reached, the answer is of another type, or broke off.

    """
    await exchange.open(*content_types)
    shown, size = bytearray(), 0
    try:
        while (piece := await exchange.read(exchange.timeouts.idle)) is not None:
            size += len(piece)
            shown += piece[: _SHOWN_BYTES - len(shown)]
            yield piece
        exchange.timing.end = now = exchange.wire.clock.now()
        if exchange.wire.observers:
            event = BodyReceived(exchange=exchange.number, at=now, body=bytes(shown), size=size)
            exchange.tell(event)
        exchange.settle(None)
    except BaseException as error:
        await exchange.fail(error)
        raise
    await exchange.close()


async def gather(exchange: Exchange, *content_types: str, limit: int = MAX_BODY_BYTES) -> bytes:
    """Send the request and read the whole body.

    Raises:
        APIError, TransportError: as ``download``; ``ResponseTooLargeError`` beyond the limit.

    """
    body = bytearray()
    async with aclosing(download(exchange, *content_types)) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > limit:
                raise ResponseTooLargeError(f"The answer is larger than {limit:,} bytes.")
    return bytes(body)
