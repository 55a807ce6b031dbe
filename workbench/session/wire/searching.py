"""Finds words anywhere in exchanges. Pure; heavy for megabytes, so call it in a thread."""

from collections.abc import Iterable, Iterator

from workbench.session.wire.exchange import WireExchange


def holding(exchanges: Iterable[WireExchange], words: str) -> frozenset[int]:
    """The ids of those that hold every word somewhere; upper and lower case are the same."""
    wanted = words.lower().split()
    return frozenset(
        exchange.id for exchange in exchanges if all(_holds(exchange, word) for word in wanted)
    )


def _holds(exchange: WireExchange, word: str) -> bool:
    encoded = word.encode("utf-8", "replace")
    return any(word in text.lower() for text in _texts(exchange)) or any(
        encoded in body.lower() for body in _bodies(exchange)
    )


def _texts(exchange: WireExchange) -> Iterator[str]:
    yield f"#{exchange.id} {exchange.origin} {exchange.model or ''}"
    for attempt in exchange.attempts:
        yield f"{attempt.method} {attempt.url} {attempt.status}"
        yield from (f"{name}: {value}" for name, value in attempt.request_headers.items())
        yield from (f"{name}: {value}" for name, value in attempt.headers.items())
        if attempt.failure is not None:
            yield f"{attempt.failure.type} {attempt.failure.message}"
    yield from (step.text for step in exchange.steps)


def _bodies(exchange: WireExchange) -> Iterator[bytes]:
    for attempt in exchange.attempts:
        yield attempt.request_body or b""
        yield attempt.body
