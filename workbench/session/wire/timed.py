"""The times of a recorded exchange, as far as its bytes tell them. Pure.

A recording knows when each piece came, and often how the connection was made, but not what parsing
and painting took.
"""

import json
from collections.abc import Mapping

from client import ConnectionReady, GroqError, RecordedConnection, RecordedExchange, Usage
from workbench.session.stopwatch import ExchangeTimes, Outcome
from workbench.session.wire.events import EventIndex
from workbench.session.wire.exchange import WireExchange, timed


def times_of(exchange: WireExchange, attempt: int) -> ExchangeTimes | None:
    """The stamps of one attempt, from 0 when it was sent; ``None`` where none were recorded."""
    recorded = exchange.attempts[attempt]
    if not timed(recorded):
        return None
    times = ExchangeTimes(
        exchange=exchange.number,
        method=recorded.method,
        path=exchange.path,
        model=exchange.model,
        streaming=exchange.streaming,
        began=0.0,
        sent=0.0,
        attempts=attempt + 1,
        waited=max(0.0, exchange.began[attempt] - exchange.began[0]),
        connection=_connection(exchange.number, recorded.connection),
        written=recorded.written_at,
        headers=recorded.headers_at,
        status=recorded.status or None,
        last_event=recorded.chunks[-1][0] if recorded.chunks else None,
        end=recorded.ended_at or None,
        outcome=_outcome(recorded),
        problem=recorded.failure.message if recorded.failure else "",
    )
    if exchange.streaming:
        _take_events(times, recorded)
    else:
        times.usage = _usage(_object(recorded.body.decode("utf-8", "replace")))
    return times


def _outcome(recorded: RecordedExchange) -> Outcome:
    if recorded.failure is not None or recorded.status >= 400:
        return "failed"
    return "cancelled" if recorded.left else "completed"


def _connection(number: int, known: RecordedConnection | None) -> ConnectionReady | None:
    if known is None:
        return None
    return ConnectionReady(
        exchange=number,
        at=known.at,
        reused=known.reused,
        name_lookup=known.name_lookup,
        tcp=known.tcp,
        tls=known.tls,
    )


def _take_events(times: ExchangeTimes, recorded: RecordedExchange) -> None:
    index = EventIndex()
    index.take(recorded.body, recorded.chunks)
    for place in range(len(index)):
        event = index[place]
        value = _object(event.data)
        if times.first_event is None:
            times.first_event = event.at
        delta = _delta(value)
        if delta.get("reasoning") and times.first_reasoning is None:
            times.first_reasoning = event.at
        if (delta.get("content") or delta.get("tool_calls")) and times.first_content is None:
            times.first_content = event.at
        if delta.get("reasoning") or delta.get("content") or delta.get("tool_calls"):
            times.last_token = event.at
        times.usage = _usage(value) or times.usage


def _delta(value: Mapping[str, object]) -> Mapping[str, object]:
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    delta = first.get("delta") if isinstance(first, dict) else None
    return delta if isinstance(delta, dict) else {}


def _usage(value: Mapping[str, object]) -> Usage | None:
    """Usage from either place in which the service puts it (groq-api 4.2)."""
    envelope = value.get("x_groq")
    found = value.get("usage") or (envelope.get("usage") if isinstance(envelope, dict) else None)
    if not isinstance(found, dict):
        return None
    try:
        return Usage.model_validate(found)
    except (GroqError, ValueError):
        return None


def _object(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
