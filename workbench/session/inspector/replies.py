"""What a stream has brought so far, as values of the timeline. No I/O."""

from dataclasses import replace

from client import (
    APIError,
    ChatStream,
    GroqError,
    JSONValidateFailedError,
    StreamError,
    ToolUseFailedError,
)
from workbench.session.inspector.check import check
from workbench.session.inspector.timeline import Call, CallState, Reply, Round
from workbench.session.latency import Latency
from workbench.session.problems import problem_of
from workbench.session.tools.tool import Tool


def so_far(asked: Round, stream: ChatStream) -> Round:
    """The round while its reply arrives."""
    calls = calls_of(stream, asked.request.tools, "arriving")
    return replace(asked, reply=_reply(stream), calls=calls)


def settled(asked: Round, stream: ChatStream) -> Round:
    """The round with its whole reply: its calls wait for a person.

    Of a reply that was cut off, the calls are not whole and can never run.
    """
    usable = stream.complete and stream.finish_reason != "length"
    calls = calls_of(stream, asked.request.tools, "pending" if usable else "unusable")
    return replace(asked, reply=replace(_reply(stream), state="complete"), calls=calls)


def failed_reply(asked: Round, stream: ChatStream | None, error: GroqError, *, now: float) -> Round:
    """The round whose reply failed; what had arrived is kept, and none of its calls can run."""
    reply = _reply(stream) if stream is not None else Reply()
    inner = error.error if isinstance(error, StreamError) and error.error else error
    reply = replace(
        reply,
        state="failed",
        problem=problem_of(error, now=now),
        error_code=inner.code if isinstance(inner, APIError) else None,
        failed_generation=generation_of(inner),
        request_id=reply.request_id or (inner.request_id if isinstance(inner, APIError) else None),
    )
    calls = calls_of(stream, asked.request.tools, "unusable") if stream is not None else ()
    return replace(asked, reply=reply, calls=calls)


def stopped_reply(asked: Round, stream: ChatStream | None) -> Round:
    """The round whose reply a person stopped; none of its calls can run."""
    reply = _reply(stream) if stream is not None else Reply()
    calls = calls_of(stream, asked.request.tools, "unusable") if stream is not None else ()
    return replace(asked, reply=replace(reply, state="stopped"), calls=calls)


def generation_of(error: GroqError) -> str | None:
    """What the model wrote that the service would not take, ``None`` when it did not say."""
    if isinstance(error, ToolUseFailedError | JSONValidateFailedError):
        return error.failed_generation
    return None


def calls_of(stream: ChatStream, tools: tuple[Tool, ...], state: CallState) -> tuple[Call, ...]:
    """The calls of a reply, judged by the tools that were offered with it."""
    return tuple(
        make_call(call.id, call.name, call.arguments, tools, state) for call in stream.tool_calls
    )


def make_call(
    number: str, name: str, arguments: str, tools: tuple[Tool, ...], state: CallState
) -> Call:
    """A call as it was generated, judged unless it is still arriving."""
    tool = next((tool for tool in tools if tool.name == name), None)
    return Call(
        id=number,
        name=name,
        arguments=arguments,
        tool=tool,
        check=check(arguments, tool),
        state=state,
    )


def _reply(stream: ChatStream) -> Reply:
    chunks = len(stream.timing.chunks)
    return Reply(
        state="arriving" if chunks else "waiting",
        text=stream.text,
        reasoning=stream.reasoning,
        finish_reason=stream.finish_reason,
        latency=Latency.of(stream.timing, stream.usage, pieces=chunks),
        request_id=stream.request_id,
    )
