"""The reply of a recorded exchange, however it came: whole, streamed, refused or broken. No I/O."""

import json
from dataclasses import replace
from typing import Final

from client import (
    Accumulator,
    ChatChunk,
    ChatReply,
    GroqError,
    RecordedExchange,
    SSEDecoder,
    Timing,
    ToolCall,
)
from workbench.session.inspector.replies import make_call
from workbench.session.inspector.timeline import Call, CallState, Reply
from workbench.session.latency import Latency
from workbench.session.problems import Problem
from workbench.session.tools.tool import Tool

_TITLES: Final = {
    "tool_use_failed": "The model's tool call was not valid",
    "json_validate_failed": "The model's answer was not the JSON asked for",
}
_KEPT: Final = "It is shown as it was recorded."


def recorded_reply(
    exchange: RecordedExchange, tools: tuple[Tool, ...]
) -> tuple[Reply, tuple[Call, ...]]:
    """The reply, and the calls in it."""
    kind = exchange.headers.get("content-type", "")
    if exchange.status >= 400 or exchange.status == 0:
        return _refused(exchange), ()
    if "event-stream" in kind or exchange.body.lstrip()[:5] in (b"data:", b"event"):
        return _streamed(exchange, tools)
    try:
        reply = ChatReply.model_validate_json(exchange.body)
    except ValueError:
        return _broken("The answer cannot be understood.", exchange), ()
    message = reply.message
    calls = _calls(message.tool_calls or (), tools, "pending")
    timing = Timing(sent=0.0, headers=exchange.headers_at, end=exchange.ended_at or None)
    shown = Reply(
        state="complete",
        text=message.text,
        reasoning=message.reasoning or "",
        finish_reason=reply.choices[0].finish_reason,
        latency=Latency.of(timing, reply.usage, pieces=0),
        request_id=_request_id(exchange),
    )
    return shown, calls


def _streamed(
    exchange: RecordedExchange, tools: tuple[Tool, ...]
) -> tuple[Reply, tuple[Call, ...]]:
    fold, timing, error, pieces = Accumulator(), Timing(sent=0.0), None, 0
    timing.headers = exchange.headers_at
    for at, event, data in _events(exchange):
        if data.strip() == "[DONE]":
            break
        try:
            value = json.loads(data)
            chunk = ChatChunk.model_validate(value)
        except (ValueError, RecursionError):
            continue
        if event == "error" or chunk.error:
            error = value.get("error", value)
            break
        delta = chunk.delta
        if at is not None:
            timing.chunk_arrived(
                at, reasoning=bool(delta.reasoning), content=bool(delta.content or delta.tool_calls)
            )
        pieces += bool(chunk.text or chunk.reasoning)
        fold.add(chunk)
    timing.end = exchange.ended_at or None
    whole = error is None and fold.finish_reason is not None and fold.finish_reason != "length"
    reply = Reply(
        state="complete" if error is None and fold.finish_reason else "stopped",
        text=fold.text,
        reasoning=fold.reasoning,
        finish_reason=fold.finish_reason,
        latency=Latency.of(timing, fold.usage, pieces=pieces),
        request_id=_request_id(exchange) or fold.request_id,
    )
    if error is not None:
        reply = _with_error(reply, error)
    return reply, _calls(fold.tool_calls, tools, "pending" if whole else "unusable")


def _events(exchange: RecordedExchange) -> list[tuple[float | None, str, str]]:
    """Every event with the moment it came, ``None`` where the recording knows none."""
    decoder, found, place = SSEDecoder(), [], 0
    timed = exchange.chunks or ((None, len(exchange.body)),)
    try:
        for at, size in timed:
            events = decoder.feed(exchange.body[place : place + size])
            found += [(at, event.event, event.data) for event in events]
            place += size
    except GroqError:
        pass  # what came before is what there is to show
    return found


def _calls(
    listed: tuple[ToolCall, ...], tools: tuple[Tool, ...], state: CallState
) -> tuple[Call, ...]:
    return tuple(make_call(call.id, call.name, call.arguments, tools, state) for call in listed)


def _refused(exchange: RecordedExchange) -> Reply:
    if exchange.status == 0:
        said = exchange.failure.message if exchange.failure else "There was no answer."
        return _broken(said, exchange)
    try:
        body = json.loads(exchange.body)
    except (ValueError, RecursionError):
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    reply = Reply(state="failed", request_id=_request_id(exchange))
    if error is None:
        return _broken(f"The service answered with status {exchange.status}.", exchange)
    return _with_error(reply, error)


def _broken(said: str, exchange: RecordedExchange) -> Reply:
    problem = Problem(title="There is no reply", explanation=said, kept=_KEPT)
    return Reply(state="failed", problem=problem, request_id=_request_id(exchange))


def _with_error(reply: Reply, error: object) -> Reply:
    fields = error if isinstance(error, dict) else {"message": str(error)}
    code = fields.get("code")
    generation = fields.get("failed_generation")
    title = _TITLES.get(str(code), "The service refused the request")
    problem = Problem(title=title, explanation=str(fields.get("message", "")), kept=_KEPT)
    return replace(
        reply,
        state="failed",
        problem=problem,
        error_code=code if isinstance(code, str) else None,
        failed_generation=generation if isinstance(generation, str) else None,
    )


def _request_id(exchange: RecordedExchange) -> str | None:
    return exchange.headers.get("x-request-id")
