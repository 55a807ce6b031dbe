"""The events of a streamed reply. No I/O."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self, TypeAlias, cast

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from client.types.base import Unspecified, WireValue
from client.types.messages import Annotation
from client.types.tools import ExecutedTool, FunctionCall
from client.types.usage import Usage, UsageBreakdown

FinishReason: TypeAlias = str
"""``stop``, ``length``, ``tool_calls`` or the legacy ``function_call``; open to new ones."""


class XGroq(WireValue):
    """Groq's own envelope: ``id`` equals the ``x-request-id`` header; ``error`` ends a stream."""

    id: str | None = None
    seed: int | None = None
    usage: Usage | None = None
    usage_breakdown: UsageBreakdown | None = None
    error: Unspecified = None


class ToolCallDelta(WireValue):
    """A piece of a tool call; Groq sends calls whole, but merge by ``index`` all the same."""

    index: int | None = None
    id: str | None = None
    type: str | None = None
    function: FunctionCall | None = None


class Delta(WireValue):
    """What one chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    reasoning: str | None = None
    channel: str | None = None
    tool_calls: tuple[ToolCallDelta, ...] | None = None
    executed_tools: tuple[ExecutedTool, ...] | None = None
    annotations: tuple[Annotation, ...] | None = None


class ChunkChoice(WireValue):
    """One answer's share of a chunk."""

    index: int = 0
    delta: Delta = Delta()
    logprobs: Unspecified = None
    finish_reason: FinishReason | None = None


class ChatChunkValue(WireValue):
    """All the members of a chunk, checked. The extra usage chunk has no choices (groq-api 4.2)."""

    id: str = ""
    object: str = "chat.completion.chunk"
    created: int | float | None = None
    model: str = ""
    system_fingerprint: str | None = None
    choices: tuple[ChunkChoice, ...] = ()
    x_groq: XGroq | None = None
    usage: Usage | None = None
    service_tier: str | None = None
    error: Unspecified = None


class ChatChunk:
    """One event of a streamed reply. Frozen; members this client does not know are attributes too.

    Most events add a piece of text and repeat the rest, word for word. Of these only the text is
    taken out when they arrive; the rest is read from the event when somebody asks for it.

    Attributes:
        text: the text this chunk adds, "" when it carries none.
        reasoning: the reasoning this chunk adds, "" when it carries none.

    """

    __slots__ = ("_data", "_value", "reasoning", "text")

    text: str
    reasoning: str
    _data: str  # the event, where its value is not read yet
    _value: ChatChunkValue | None

    def __init__(self, **members: Unspecified) -> None:
        _fill(self, ChatChunkValue.model_validate(members))

    @classmethod
    def of(cls, value: ChatChunkValue) -> Self:
        """The chunk with these members."""
        chunk = cls.__new__(cls)
        _fill(chunk, value)
        return chunk

    @property
    def value(self) -> ChatChunkValue:
        """All its members, as a pydantic value."""
        value = self._value
        if value is None:
            value = ChatChunkValue.model_validate_json(self._data)
            _set(self, "_value", value)
        return value

    @property
    def id(self) -> str:
        """The reply's name, the same in all of its chunks."""
        return self.value.id

    @property
    def object(self) -> str:
        """What the service calls such an event."""
        return self.value.object

    @property
    def created(self) -> int | float | None:
        """When the reply was begun, Unix seconds."""
        return self.value.created

    @property
    def model(self) -> str:
        """Which model writes."""
        return self.value.model

    @property
    def system_fingerprint(self) -> str | None:
        """Which configuration of the service answered."""
        return self.value.system_fingerprint

    @property
    def choices(self) -> tuple[ChunkChoice, ...]:
        """The share of each answer; the service only ever gives one."""
        return self.value.choices

    @property
    def x_groq(self) -> XGroq | None:
        """Groq's envelope, in the first and the last chunk."""
        return self.value.x_groq

    @property
    def usage(self) -> Usage | None:
        """What the reply cost, in its last chunk."""
        return self.value.usage

    @property
    def service_tier(self) -> str | None:
        """The tier that served it, where the service says so."""
        return self.value.service_tier

    @property
    def error(self) -> Unspecified:
        """What went wrong, in a chunk that ends a reply so."""
        return self.value.error

    @property
    def delta(self) -> Delta:
        """What this chunk adds; an empty delta where it carries no choice."""
        choices = self.value.choices
        return choices[0].delta if choices else _EMPTY

    @property
    def finish_reason(self) -> FinishReason | None:
        """Why the reply ended, in the chunk that ends it."""
        choices = self.value.choices
        return choices[0].finish_reason if choices else None

    # As of other values of the wire

    @classmethod
    def model_validate(cls, members: Unspecified) -> Self:
        """The chunk with these members. Raises pydantic's ValidationError."""
        return cls.of(ChatChunkValue.model_validate(members))

    @classmethod
    def model_validate_json(cls, data: str | bytes) -> Self:
        """The chunk in an event's data. Raises pydantic's ValidationError."""
        return cls.of(ChatChunkValue.model_validate_json(data))

    # Any: pydantic's own options, and values of any type.
    def model_dump(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        """Its members as plain values; takes pydantic's options."""
        return self.value.model_dump(**options)

    def model_dump_json(self, **options: Any) -> str:  # noqa: ANN401
        """Its members as JSON; takes pydantic's options."""
        return self.value.model_dump_json(**options)

    @property
    def model_extra(self) -> dict[str, Any] | None:
        """The members that this client does not know."""
        return self.value.model_extra

    @property
    def model_fields_set(self) -> set[str]:
        """The members that the service sent."""
        return self.value.model_fields_set

    if not TYPE_CHECKING:  # which would take any name for a member

        def __getattr__(self, name: str) -> Unspecified:
            if name.startswith("_"):
                raise AttributeError(name)
            return getattr(self.value, name)

    def __setattr__(self, name: str, value: Unspecified) -> NoReturn:
        message = f"A chunk is frozen: its {name!r} cannot be set."
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        message = f"A chunk is frozen: its {name!r} cannot be deleted."
        raise AttributeError(message)

    def __eq__(self, other: Unspecified) -> bool:
        return self.value == other.value if isinstance(other, ChatChunk) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.id, self.text, self.reasoning))

    def __repr__(self) -> str:
        return f"ChatChunk({self.value!s})"

    def __reduce__(self) -> tuple[Callable[[ChatChunkValue], Self], tuple[ChatChunkValue]]:
        return type(self).of, (self.value,)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Unspecified, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        value = core_schema.no_info_after_validator_function(cls.of, handler(ChatChunkValue))
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), value],
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda chunk: chunk.model_dump()
            ),
        )


_set: Final = object.__setattr__
_EMPTY: Final = Delta()


def _fill(chunk: ChatChunk, value: ChatChunkValue) -> None:
    # Read past pydantic's attributes, which cost ten times as much; this may run for each token.
    choices = value.__dict__["choices"]
    delta = choices[0].__dict__["delta"].__dict__ if choices else {}
    _set(chunk, "text", delta.get("content") or "")
    _set(chunk, "reasoning", delta.get("reasoning") or "")
    _set(chunk, "_value", value)


class _PlainChunk:
    """A chunk in the making: of the same slots, and not frozen yet, which is quick to fill."""

    __slots__ = ChatChunk.__slots__

    def __init__(self, text: str, reasoning: str, data: str) -> None:
        self.text = text
        self.reasoning = reasoning
        self._data = data
        self._value = None
        self.__class__ = ChatChunk  # type: ignore[assignment] # of the same layout


plain_chunk: Final = cast("Callable[[str, str, str], ChatChunk]", _PlainChunk)
"""The chunk of an event that is known to hold this text, this reasoning, and nothing amiss."""
