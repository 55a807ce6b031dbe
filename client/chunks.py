"""A decoder for the events of one streamed reply: text in, chunks out. No I/O."""

import re
from typing import Final, NamedTuple

from pydantic_core import from_json

from client.codec import decode
from client.types.chunks import ChatChunk, ChatChunkValue, plain_chunk

_LESSONS: Final = 100
_MARK: Final = "\u2316"
_STRING: Final = r'"%s"\s*:\s*"((?:[^"\\]|\\.)*)"'
_PLACES: Final = {
    "content": re.compile(_STRING % "content"),
    "reasoning": re.compile(_STRING % "reasoning"),
}


_ID: Final = '{"id":"'


class _Frame(NamedTuple):
    """What the events that bring pieces of text have in common: all but that text."""

    head: str
    tail: str
    reasoning: bool

    def named_as(self, data: str) -> "_Frame | None":
        """The frame with the id of an event in place of its own, if that is all that differs."""
        end, own_end = _end_of_id(data), _end_of_id(self.head)
        if not end or not own_end:
            return None
        head = data[:end] + self.head[own_end:]
        if not data.startswith(head):
            return None
        return _Frame(head, self.tail, self.reasoning)


_NONE: Final = _Frame("\0", "\0", reasoning=False)


class ChunkDecoder:
    """Turns the events of one stream into chunks.

    An event that differs from one before in nothing but its piece of text is not taken apart: what
    stands before and after the piece is known to be good, so that the piece alone is looked at.
    Any other event is checked whole, by its type.
    """

    def __init__(self) -> None:
        self._head, self._tail, self._reasoning = self._frame = self._other = _NONE
        self._before, self._after = 1, 1
        self._lessons = _LESSONS

    def plain(self, data: str) -> ChatChunk | None:
        """The chunk of an event that only adds to the text or to the reasoning, if it is known."""
        if data.startswith(self._head) and data.endswith(self._tail):
            piece = data[self._before : -self._after]
            if '"' in piece or "\\" in piece or not piece.isprintable():
                piece = _unescaped(piece)
            if piece:
                return (
                    plain_chunk("", piece, data)
                    if self._reasoning
                    else plain_chunk(piece, "", data)
                )
        elif data.startswith(self._other.head) and data.endswith(self._other.tail):
            self._use(self._other)
            return self.plain(data)
        elif self._use_under_another_id(data):
            return self.plain(data)
        return None

    def decode(self, data: str) -> ChatChunk:
        """The chunk of any event.

        Raises:
            ProtocolError: it is none.

        """
        value = decode(ChatChunkValue, data)
        if self._lessons:
            self._learn(value, data)
        return ChatChunk.of(value)

    def _use(self, frame: _Frame) -> None:
        self._frame, self._other = frame, self._frame
        self._head, self._tail, self._reasoning = frame
        self._before, self._after = len(frame.head), len(frame.tail)

    def _use_under_another_id(self, data: str) -> bool:
        """Take the known frame that an event fits but for its id; compound systems change that."""
        for frame in (self._frame, self._other):
            named = frame.named_as(data) if data.endswith(frame.tail) else None
            if named is not None:
                other = self._other if frame is self._frame else self._frame
                self._use(named)
                self._other = other
                return True
        return False

    def _learn(self, value: ChatChunkValue, data: str) -> None:
        """Take an event that only adds a piece of text for the pattern of those to come."""
        kind = _kind(value)
        found = _PLACES[kind].search(data) if kind else None
        if not kind or found is None:
            return
        self._lessons -= 1
        head, tail = data[: found.start(1)], data[found.end(1) :]
        if not _stands_for(head, tail, data, kind):
            return
        if self._frame.reasoning == (kind == "reasoning") and self._frame is not _NONE:
            self._frame = self._other  # outdated: forget it, not the other
        self._use(_Frame(head, tail, kind == "reasoning"))


def _end_of_id(event: str) -> int:
    """Where the id ends that an event begins with, 0 if it does not, or if the id has escapes."""
    end = event.find('"', len(_ID))
    name = event[len(_ID) : end]
    simple = end > 0 and event.startswith(_ID) and "\\" not in name and name.isprintable()
    return end if simple else 0


def _kind(value: ChatChunkValue) -> str:
    """What a chunk adds if it is one piece of text and nothing else: "content", "reasoning"."""
    if len(value.choices) != 1 or value.usage or value.x_groq or value.service_tier or value.error:
        return ""
    choice, delta = value.choices[0], value.choices[0].delta
    if choice.index or choice.finish_reason:
        return ""
    if delta.tool_calls or delta.executed_tools or delta.annotations:
        return ""
    if delta.content and not delta.reasoning:
        return "content"
    return "reasoning" if delta.reasoning and not delta.content else ""


def _stands_for(head: str, tail: str, data: str, kind: str) -> bool:
    """Whether what stands between head and tail is this text, from its first letter to its last."""
    try:
        event, other = from_json(data), from_json(head + _MARK + tail)
        delta = other["choices"][0]["delta"]
        if delta[kind] != _MARK:
            return False
        delta[kind] = event["choices"][0]["delta"][kind]
    except (ValueError, LookupError, TypeError):
        return False
    return bool(event == other)


def _unescaped(piece: str) -> str:
    """What stands between the quotes of a JSON string, "" if it is none."""
    try:
        text = from_json(f'"{piece}"')
    except ValueError:
        return ""
    return text if isinstance(text, str) else ""
