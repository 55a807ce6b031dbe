"""Chunks of a stream folded into one reply. No I/O."""

from typing import Final

from client.types.chat import ChatReply, Choice
from client.types.chunks import ChatChunk, ChatChunkValue, Delta, ToolCallDelta, XGroq
from client.types.messages import Annotation, AssistantMessage
from client.types.tools import ExecutedTool, FunctionCall, ToolCall
from client.types.usage import UNKNOWN_USAGE, Usage

_PIECES: Final = 1024


class _Text:
    """A text that grows at its end; reading it joins what came since the last reading.

    A token is a few letters and a string of its own some sixty bytes, so that many are joined in
    between too.
    """

    def __init__(self) -> None:
        self._joined: list[str] = []
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        if len(self._pieces) >= _PIECES:
            self._joined.append("".join(self._pieces))
            self._pieces = []

    def __bool__(self) -> bool:
        return bool(self._pieces or self._joined)

    def __str__(self) -> str:
        if self._pieces or len(self._joined) > 1:
            self._joined = ["".join((*self._joined, *self._pieces))]
            self._pieces = []
        return self._joined[0] if self._joined else ""


class _Call:
    """A tool call in the making; its arguments may come in pieces."""

    def __init__(self) -> None:
        self.id = ""
        self.type = "function"
        self.name = ""
        self.arguments = _Text()

    def add(self, delta: ToolCallDelta) -> None:
        self.id = delta.id or self.id
        self.type = delta.type or self.type
        if delta.function is not None:
            self.name = delta.function.name or self.name
            if delta.function.arguments:
                self.arguments.add(delta.function.arguments)

    def call(self) -> ToolCall:
        function = FunctionCall(name=self.name, arguments=str(self.arguments))
        return ToolCall(id=self.id, type=self.type, function=function)


class Accumulator:
    """Folds the chunks of one answer, in order; everything so far can be read at any moment."""

    def __init__(self) -> None:
        self.usage: Usage = UNKNOWN_USAGE
        self.finish_reason: str | None = None
        self._content = _Text()
        self._reasoning = _Text()
        self._calls: dict[int, _Call] = {}
        self._executed: dict[int, ExecutedTool] = {}
        self._annotations: list[Annotation] = []
        self._first: ChatChunkValue | None = None
        self._fingerprint: str | None = None
        self._x_groq: XGroq | None = None
        self._service_tier: str | None = None

    def add(self, chunk: ChatChunk) -> None:
        """Fold one more chunk in. Usage is read from both of its places (groq-api 4.2)."""
        value = chunk.value
        if self._first is None:
            self._first = value
        # Read past pydantic's attributes, which cost ten times as much; this runs for each token.
        members = value.__dict__
        self._fingerprint = self._fingerprint or members["system_fingerprint"]
        if members["x_groq"] is not None:
            self._add_envelope(members["x_groq"])
        if members["usage"] is not None:
            self.usage = members["usage"]
        if members["service_tier"] is not None:
            self._service_tier = members["service_tier"]
        for choice in members["choices"]:
            share = choice.__dict__
            if share["index"] == 0:
                self._add_delta(share["delta"])
                self.finish_reason = share["finish_reason"] or self.finish_reason

    def add_plain(self, chunk: ChatChunk) -> None:
        """Fold in a chunk that brings text or reasoning, and otherwise what others brought."""
        if chunk.text:
            self._content.add(chunk.text)
        if chunk.reasoning:
            self._reasoning.add(chunk.reasoning)

    def _add_envelope(self, x_groq: XGroq) -> None:
        if x_groq.usage is not None:
            self.usage = x_groq.usage
        known = self._x_groq.model_dump(exclude_none=True) if self._x_groq else {}
        self._x_groq = XGroq.model_validate({**known, **x_groq.model_dump(exclude_none=True)})

    def _add_delta(self, delta: Delta) -> None:
        members = delta.__dict__
        if members["content"]:
            self._content.add(members["content"])
        if members["reasoning"]:
            self._reasoning.add(members["reasoning"])
        for call in members["tool_calls"] or ():
            self._calls.setdefault(self._place_of(call), _Call()).add(call)
        for executed in members["executed_tools"] or ():
            self._add_executed(executed)
        if members["annotations"]:
            self._annotations.extend(members["annotations"])

    def _add_executed(self, executed: ExecutedTool) -> None:
        """The service sends a tool twice: first without, then with its output."""
        place = executed.index
        if place is None:
            place = max(self._executed, default=-1) + 1
        known = self._executed.get(place)
        if known is not None:
            news = executed.model_dump(exclude_none=True)
            executed = ExecutedTool.model_validate({**known.model_dump(), **news})
        self._executed[place] = executed

    def _place_of(self, call: ToolCallDelta) -> int:
        """Its index; without one, a new id or a second name begins a call."""
        if call.index is not None:
            return call.index
        last = max(self._calls, default=-1)
        known = self._calls.get(last)
        if known is None:
            return last + 1
        if call.id:
            return last if call.id == known.id else last + 1
        named_again = bool(known.name and call.function and call.function.name)
        return last + 1 if named_again else last

    @property
    def text(self) -> str:
        """The answer's text so far."""
        return str(self._content)

    @property
    def reasoning(self) -> str:
        """The model's reasoning so far."""
        return str(self._reasoning)

    @property
    def request_id(self) -> str | None:
        """The service's name for the request, from the first or the last chunk."""
        return self._x_groq.id if self._x_groq else None

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tool calls so far, by index. Run none before the stream is complete."""
        return tuple(self._calls[index].call() for index in sorted(self._calls))

    @property
    def message(self) -> AssistantMessage:
        """The message so far; like the service's own, without content where it only calls."""
        calls = self.tool_calls
        return AssistantMessage(
            content=str(self._content) if self._content or not calls else None,
            reasoning=str(self._reasoning) if self._reasoning else None,
            tool_calls=calls or None,
            executed_tools=tuple(self._executed[i] for i in sorted(self._executed)) or None,
            annotations=tuple(self._annotations) or None,
        )

    @property
    def reply(self) -> ChatReply:
        """The reply so far, in the form of an unstreamed one."""
        first = self._first or ChatChunkValue()
        return ChatReply(
            id=first.id,
            created=first.created,
            model=first.model,
            choices=(Choice(message=self.message, finish_reason=self.finish_reason),),
            usage=self.usage,
            usage_breakdown=self._x_groq.usage_breakdown if self._x_groq else None,
            system_fingerprint=self._fingerprint,
            x_groq=self._x_groq,
            service_tier=self._service_tier,
        )
