"""Whole replies to a chat completion. No I/O."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from client.types.base import Unspecified, WireValue
from client.types.chunks import (
    ChatChunk,
    ChatChunkValue,
    ChunkChoice,
    Delta,
    FinishReason,
    ToolCallDelta,
    XGroq,
)
from client.types.measured import MeasuredValue
from client.types.messages import AssistantMessage
from client.types.tools import ToolCall
from client.types.usage import UNKNOWN_USAGE, Usage, UsageBreakdown


def _known(usage: object) -> object:
    """A service that says ``"usage": null`` reports nothing."""
    return UNKNOWN_USAGE if usage is None else usage


class Choice(WireValue):
    """One answer; the service only ever gives one."""

    index: int = 0
    message: AssistantMessage
    logprobs: Unspecified = None
    finish_reason: FinishReason | None = None


class ChatReply(MeasuredValue):
    """A whole reply, from one answer or folded from a stream.

    ``timing`` and ``rate_limits`` come from the exchange, not from the body, and are no part of
    ``model_dump``.
    """

    id: str = ""
    object: str = "chat.completion"
    created: int | float | None = None
    model: str = ""
    choices: Annotated[tuple[Choice, ...], Field(min_length=1)]
    usage: Annotated[Usage, BeforeValidator(_known)] = UNKNOWN_USAGE
    usage_breakdown: UsageBreakdown | None = None
    system_fingerprint: str | None = None
    x_groq: XGroq | None = None
    service_tier: str | None = None

    @property
    def request_id(self) -> str | None:
        """What to quote to support: the ``x-request-id`` header, or the body's own word."""
        return self._request_id or (self.x_groq.id if self.x_groq else None)

    @property
    def message(self) -> AssistantMessage:
        """The answer as a message, ready to be appended to the conversation."""
        return self.choices[0].message

    @property
    def text(self) -> str:
        """The answer's text, "" when there is none."""
        return self.message.text

    @property
    def reasoning(self) -> str:
        """The model's reasoning where the service sent it parsed, otherwise ""."""
        return self.message.reasoning or ""

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls that the model asks for."""
        return self.message.tool_calls or ()

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why it ended: ``stop``, ``length``, ``tool_calls``; ``None`` when it did not."""
        return self.choices[0].finish_reason

    def as_chunk(self) -> ChatChunk:
        """The whole reply as one chunk of a stream."""
        message = self.message
        calls = tuple(
            ToolCallDelta(index=index, id=call.id, type=call.type, function=call.function)
            for index, call in enumerate(self.tool_calls)
        )
        delta = Delta(
            role=message.role,
            content=message.text,
            reasoning=message.reasoning,
            tool_calls=calls or None,
            executed_tools=message.executed_tools,
            annotations=message.annotations,
        )
        value = ChatChunkValue(
            id=self.id,
            created=self.created,
            model=self.model,
            system_fingerprint=self.system_fingerprint,
            choices=(ChunkChoice(delta=delta, finish_reason=self.finish_reason),),
            x_groq=self.x_groq,
            usage=None if self.usage == UNKNOWN_USAGE else self.usage,
            service_tier=self.service_tier,
        )
        return ChatChunk.of(value)
